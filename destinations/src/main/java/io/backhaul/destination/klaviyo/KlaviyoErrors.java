/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.klaviyo;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.ErrorTable;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.http.Quota;
import io.backhaul.destination.http.Redactor;
import io.backhaul.destination.http.RetryAfter;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What Klaviyo's errors mean (developers.klaviyo.com, "Rate limits, status codes, and errors"):
 * JSON:API errors with a code and a pointer to what is at fault. A limit has two windows, of a
 * second and of a minute; which one is spent tells {@code Retry-After}.
 */
final class KlaviyoErrors {

  /** Codes of errors that pass by themselves; all others are about the data. */
  private static final Set<String> PASSING =
      Set.of("throttled", "service_unavailable", "internal_error", "timeout");

  private static final ErrorTable TABLE = ErrorTable.DEFAULT;

  private static final String ATTRIBUTES = "attributes/";
  private static final String PROPERTIES = "properties/";

  /** What an error names: a code, the field at fault or {@code null}, and words or {@code null}. */
  private record Detail(String code, String field, String message) {}

  private KlaviyoErrors() {}

  /** Passes an answer that is no error; a redactor is made only for one that is. */
  static void check(HttpAnswer answer, Clock clock, Supplier<Redactor> redactor) {
    if (TABLE.action(answer) != ErrorTable.Action.OK) {
      throw failure(answer, clock, redactor.get());
    }
  }

  private static DestinationException failure(HttpAnswer answer, Clock clock, Redactor redactor) {
    JsonNode body = JsonBody.tree(answer).orElseGet(() -> JsonBody.parse("{}"));
    JsonNode first = body.path("errors").path(0);
    // The retired API answered with a bare {"detail":…}.
    Detail detail = detail(first.isObject() ? first : body, "HTTP_" + answer.status());
    String message = redactor.redact(detail.message());
    if (TABLE.action(answer) == ErrorTable.Action.UNAVAILABLE) {
      return DestinationException.unavailable(
          detail.code(),
          answer.status(),
          pause(answer, clock),
          "HTTP " + answer.status() + (message == null ? "" : ": " + message));
    }
    return TABLE.failure(answer, clock, detail.code(), detail.field(), message);
  }

  /**
   * Whether an answer says that there is no such profile. A 404 in other words comes from somewhere
   * else.
   */
  static boolean gone(HttpAnswer answer) {
    JsonNode body = JsonBody.tree(answer).orElseGet(() -> JsonBody.parse("{}"));
    JsonNode first = body.path("errors").path(0);
    return answer.status() == 404
        && (first.path("code").asText("").equals("not_found") || body.path("detail").isTextual());
  }

  private static Duration pause(HttpAnswer answer, Clock clock) {
    Duration asked = RetryAfter.of(answer, clock);
    return asked.isZero() && answer.status() == 429
        ? Quota.until(answer, "RateLimit-Reset", clock)
        : asked;
  }

  /** How long nothing more will be taken, by the headers of an answer that is no error. */
  static RateHint pace(HttpAnswer answer, Clock clock) {
    return Quota.spent(answer, "RateLimit-Remaining", "RateLimit-Reset", clock);
  }

  /** The result of a record that the error is about. */
  static RecordResult result(String key, JsonNode error) {
    Detail detail = detail(error, "REJECTED");
    return PASSING.contains(detail.code())
        ? new RecordResult.Retry(key, detail.code())
        : new RecordResult.Rejected(key, detail.code(), detail.field(), detail.message());
  }

  private static Detail detail(JsonNode error, String otherwise) {
    String message = error.path("detail").asText(error.path("title").asText(null));
    String other = error.path("meta").path("duplicate_profile_id").asText("");
    if (message != null && !other.isEmpty()) {
      message += " (it is " + other + ")";
    }
    String code = error.path("code").asText("");
    return new Detail(
        code.isEmpty() ? otherwise : code,
        field(error.path("source").path("pointer").asText("")),
        message);
  }

  /**
   * The field that a pointer into the request names: {@code /data/attributes/location/city} is
   * {@code location.city}; a property goes by its own name.
   */
  private static String field(String pointer) {
    if (pointer.contains("/metric")) {
      return "metric";
    }
    int last = pointer.lastIndexOf(ATTRIBUTES);
    String within = last < 0 ? "" : pointer.substring(last + ATTRIBUTES.length());
    if (within.startsWith(PROPERTIES)) {
      within = within.substring(PROPERTIES.length());
    }
    boolean resource = within.startsWith("profile/") || within.startsWith("profiles");
    return within.isEmpty() || resource ? null : within.replace('/', '.');
  }
}
