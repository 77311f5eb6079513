/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.hubspot;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.hubspot.HubSpotRequest.Sent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Matches HubSpot's answer to the records of a request. Failures name their {@code
 * objectWriteTraceId}; successes come in any order and are matched by trace id, by HubSpot's id, or
 * by the value of the id property, whichever they carry.
 */
final class HubSpotAnswer {

  private final Batch batch;
  private final Set<String> idProperties = new LinkedHashSet<>();
  private final HttpAnswer answer;
  private final boolean pasted;
  private final Map<String, Sent> open = new HashMap<>();
  private final Map<String, Sent> byMark = new HashMap<>();
  private final List<RecordResult> results = new ArrayList<>();

  private HubSpotAnswer(Batch batch, HubSpotRequest request, HttpAnswer answer, boolean pasted) {
    this.pasted = pasted;
    this.batch = batch;
    this.answer = answer;
    for (Sent sent : request.sent()) {
      open.put(sent.traceId(), sent);
      byMark.put("trace " + sent.traceId(), sent);
      if (sent.id() != null) {
        byMark.put("id " + sent.id(), sent);
      }
      if (sent.idValue() != null) {
        idProperties.add(sent.idProperty());
        byMark.putIfAbsent(value(sent.idProperty(), sent.idValue()), sent);
      }
    }
  }

  /** See {@link HubSpotCall#read}. */
  static List<RecordResult> read(
      Batch batch, HubSpotRequest request, HttpAnswer answer, boolean pasted) {
    HubSpotAnswer reader = new HubSpotAnswer(batch, request, answer, pasted);
    if (answer.status() == 204) {
      request.sent().forEach(sent -> reader.settle(sent, applied(sent, sent.id())));
    } else {
      reader.read(JsonBody.object(answer));
    }
    return reader.results;
  }

  private void read(JsonNode body) {
    if (!body.path("results").isArray()) {
      throw DestinationException.contradictory(
          answer.status(), "the answer holds no list of results: is url HubSpot's address?");
    }
    for (JsonNode error : body.path("errors")) {
      failed(error);
    }
    Set<String> seen = new HashSet<>();
    List<JsonNode> nameless = new ArrayList<>();
    for (JsonNode success : body.path("results")) {
      String id = success.path("id").asText(null);
      if (id != null && !seen.add(id)) {
        throw contradictory("the answer names one record twice in ");
      }
      Sent sent = match(success);
      if (sent != null) {
        settle(sent, applied(sent, id));
      } else if (values(success).isEmpty()) {
        nameless.add(success);
      } else {
        throw contradictory("the answer names a record that is not in ");
      }
    }
    // Who is left can only be one of these; which of them is not told, so neither is the id.
    if (nameless.size() == open.size()) {
      String id = nameless.size() == 1 ? nameless.get(0).path("id").asText(null) : null;
      List.copyOf(open.values()).forEach(sent -> settle(sent, applied(sent, id)));
    } else if (nameless.size() > open.size()) {
      throw contradictory("the answer names more records than there are in ");
    }
  }

  private Sent match(JsonNode success) {
    Sent byTrace = byMark.get("trace " + success.path("objectWriteTraceId").asText(""));
    if (byTrace != null) {
      return byTrace;
    }
    Sent byId = byMark.get("id " + success.path("id").asText(""));
    return byId != null
        ? byId
        : values(success).stream()
            .map(byMark::get)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
  }

  /** By which values of id properties a success can be recognised. */
  private List<String> values(JsonNode success) {
    JsonNode properties = success.path("properties");
    return idProperties.stream()
        .filter(name -> !properties.path(name).asText("").isEmpty())
        .map(name -> value(name, properties.path(name).asText()))
        .toList();
  }

  /** HubSpot compares without regard to case. */
  private static String value(String property, String value) {
    return "value " + property + " " + value.toLowerCase(Locale.ROOT);
  }

  private void failed(JsonNode error) {
    JsonNode context = error.path("context");
    for (JsonNode trace : context.path("objectWriteTraceId")) {
      Sent traced = byMark.get("trace " + trace.asText());
      failed(traced == null && pasted ? guessed(trace.asText(), error) : traced, error);
    }
    if (!context.has("objectWriteTraceId")) {
      // Errors about records that do not exist name them by id instead.
      for (JsonNode id : context.path("ids")) {
        Sent byId = byMark.get("id " + id.asText());
        Sent byValue =
            idProperties.stream()
                .map(property -> byMark.get(value(property, id.asText())))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        failed(byId == null ? byValue : byId, error);
      }
    }
  }

  private void failed(Sent sent, JsonNode error) {
    if (sent == null) {
      throw contradictory("the answer's errors name a record that is not in ");
    }
    settle(sent, HubSpotErrors.result(sent.change().key(), error));
  }

  /**
   * Which record an earlier request's trace id stood for: the one at the same position, else the
   * only one that has the property at fault.
   */
  private Sent guessed(String trace, JsonNode error) {
    String position = trace.substring(trace.lastIndexOf('-') + 1);
    for (Sent sent : open.values()) {
      if (trace.contains("-") && sent.traceId().endsWith("-" + position)) {
        return sent;
      }
    }
    String property = HubSpotErrors.field(error);
    List<Sent> having =
        open.values().stream()
            .filter(sent -> JsonBody.parse(sent.change().fields()).has(property))
            .toList();
    return having.size() == 1 ? having.get(0) : null;
  }

  private void settle(Sent sent, RecordResult result) {
    if (open.remove(sent.traceId()) == null) {
      throw contradictory("the answer names one record twice in ");
    }
    results.add(result);
  }

  private DestinationException contradictory(String what) {
    return DestinationException.contradictory(answer.status(), what + batch);
  }

  private static RecordResult applied(Sent sent, String id) {
    return new RecordResult.Applied(sent.change().key(), id);
  }
}
