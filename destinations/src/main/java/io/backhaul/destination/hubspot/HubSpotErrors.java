/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.hubspot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.ErrorTable;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.http.Redactor;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What HubSpot's error answers mean (developers.hubspot.com, "Error handling"). Every field of them
 * is optional. Statuses beside the usual ones: 423 locked (wait at least 2 s), 477 account being
 * moved ({@code Retry-After} up to a day), 521 and 523 origin not reached.
 */
final class HubSpotErrors {

  static final ErrorTable TABLE =
      ErrorTable.DEFAULT
          .with(423, ErrorTable.Action.UNAVAILABLE)
          .with(477, ErrorTable.Action.UNAVAILABLE)
          .with(521, ErrorTable.Action.UNAVAILABLE)
          .with(523, ErrorTable.Action.UNAVAILABLE);

  /** Categories of a record's error that pass by themselves; all others are about the record. */
  private static final Set<String> PASSING =
      Set.of("RATE_LIMIT", "RATE_LIMITS", "INTERNAL_ERROR", "TIMEOUT", "LOCKED", "RECORD_LOCKED");

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** What an error names: a code, the property at fault or {@code null}, and words. */
  private record Detail(String code, String field, String message) {}

  private HubSpotErrors() {}

  /** The exception an answer other than 2xx means. */
  static DestinationException failure(HttpAnswer answer, Clock clock, Redactor redactor) {
    JsonNode error = JsonBody.tree(answer).orElseGet(JSON::createObjectNode);
    Detail detail = detail(error, "HTTP_" + answer.status());
    String message = redactor.redact(detail.message());
    if (TABLE.action(answer) == ErrorTable.Action.UNAVAILABLE || expired(answer, error)) {
      return DestinationException.unavailable(
          detail.code(),
          answer.status(),
          HubSpotLimits.pause(answer, error, clock),
          "HTTP " + answer.status() + (message == null ? "" : ": " + message));
    }
    return TABLE.failure(answer, clock, detail.code(), detail.field(), message);
  }

  /** A token that has outlived its half hour; one that can be renewed was renewed before. */
  private static boolean expired(HttpAnswer answer, JsonNode error) {
    return answer.status() == 401
        && error.path("category").asText("").equals("EXPIRED_AUTHENTICATION");
  }

  /** The result of a record that the error is about. */
  static RecordResult result(String key, JsonNode error) {
    String category = error.path("category").asText("");
    if (PASSING.contains(category)) {
      return new RecordResult.Retry(key, category);
    }
    Detail detail = detail(error, category.isEmpty() ? "REJECTED" : category);
    return new RecordResult.Rejected(key, detail.code(), detail.field(), detail.message());
  }

  /** The property at fault, or an empty text. */
  static String field(JsonNode error) {
    String field = detail(error, "").field();
    return field == null ? "" : field;
  }

  /**
   * The first detail that names a property, wherever HubSpot put it; else the error's own words.
   */
  private static Detail detail(JsonNode error, String otherwise) {
    String message = error.path("message").isTextual() ? error.path("message").asText() : null;
    String category = error.path("category").asText(error.path("errorType").asText(otherwise));
    JsonNode quoted = quoted(message);
    if (quoted != null) {
      return new Detail(
          quoted.path("error").asText(category),
          quoted.path("name").asText(null),
          quoted.path("message").asText(message));
    }
    JsonNode first = error.path("errors").path(0);
    if (first.isObject()) {
      JsonNode context = first.path("context");
      return new Detail(
          first.path("code").asText(category),
          context.path("propertyName").path(0).asText(null),
          first.path("message").asText(message) + scopes(context));
    }
    return new Detail(category.isEmpty() ? otherwise : category, null, message);
  }

  /** Which permissions are wanting, if that is what the error is about. */
  private static String scopes(JsonNode context) {
    List<String> scopes = new ArrayList<>();
    context.path("requiredGranularScopes").forEach(scope -> scopes.add(scope.asText()));
    return scopes.isEmpty() ? "" : " " + String.join(", ", scopes);
  }

  /** {@code Property values were not valid: [{"error","name","message",…}]}: the first of them. */
  private static JsonNode quoted(String message) {
    int list = message == null ? -1 : message.indexOf("[{");
    if (list < 0) {
      return null;
    }
    try {
      JsonNode first = JSON.readTree(message.substring(list)).path(0);
      return first.has("error") || first.has("name") ? first : null;
    } catch (IOException e) {
      return null;
    }
  }
}
