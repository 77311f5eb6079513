/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.hubspot;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.sandbox.WireReply;
import io.backhaul.destination.sandbox.WireRequest;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.FakeApi;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** HubSpot's batch calls with {@code email} as the id property. */
public final class FakeHubSpotApi implements FakeApi {

  private static final Map<String, String> OPS =
      Map.of("upsert", "upsert", "create", "insert", "update", "update", "archive", "delete");

  private final Map<String, String> ids = new ConcurrentHashMap<>();

  @Override
  public Optional<List<Carried>> read(WireRequest request) {
    if (request.method().equals("GET")) {
      return Optional.empty();
    }
    String call = request.path().substring(request.path().lastIndexOf('/') + 1);
    List<Carried> carried = new ArrayList<>();
    for (JsonNode input : Canonical.tree(request.text()).get("inputs")) {
      boolean archive = call.equals("archive");
      carried.add(
          new Carried(
              name(call, input),
              OPS.get(call),
              archive ? "" : Canonical.of(input.get("properties").toString()),
              archive ? "" : input.get("objectWriteTraceId").asText()));
    }
    return Optional.of(carried);
  }

  private String name(String call, JsonNode input) {
    if (call.equals("create")) {
      return input.at("/properties/email").asText();
    }
    String id = input.get("id").asText();
    return input.has("idProperty")
        ? id
        : ids.entrySet().stream()
            .filter(each -> each.getValue().equals(id))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
  }

  @Override
  public WireReply other(WireRequest request) {
    return WireReply.of(404, "{\"status\":\"error\",\"category\":\"OBJECT_NOT_FOUND\"}");
  }

  @Override
  public WireReply answer(WireRequest request, List<Verdict> verdicts) {
    if (request.path().endsWith("/archive")) {
      return WireReply.of(204, "");
    }
    List<Object> results = new ArrayList<>();
    List<Object> errors = new ArrayList<>();
    for (Verdict verdict : verdicts) {
      if (verdict.kind() == Verdict.Kind.APPLIED) {
        String name = verdict.record().name();
        String id = ids.computeIfAbsent(name, any -> Integer.toString(50_000 + ids.size()));
        results.add(Map.of("id", id, "properties", Map.of("email", name), "archived", false));
      } else {
        errors.add(error(verdict));
      }
    }
    Map<String, Object> body =
        new LinkedHashMap<>(Map.of("status", "COMPLETE", "results", results));
    if (!errors.isEmpty()) {
      body.put("numErrors", errors.size());
      body.put("errors", errors);
    }
    int whole = request.path().endsWith("/create") ? 201 : 200;
    return WireReply.of(errors.isEmpty() ? whole : 207, Canonical.write(body));
  }

  private static Map<String, Object> error(Verdict verdict) {
    boolean retry = verdict.kind() == Verdict.Kind.RETRY;
    String problem =
        Canonical.write(
            List.of(
                Map.of(
                    "isValid", false,
                    "message", verdict.message(),
                    "error", verdict.code(),
                    "name", String.valueOf(verdict.field()))));
    return Map.of(
        "status",
        "error",
        "category",
        retry ? verdict.code() : "VALIDATION_ERROR",
        "message",
        retry ? "slow down" : "Property values were not valid: " + problem,
        "context",
        Map.of("objectWriteTraceId", List.of(verdict.record().mark())));
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    Map<String, Object> error = new LinkedHashMap<>(Map.of("message", message, "code", code));
    if (field != null) {
      error.put("context", Map.of("propertyName", List.of(field)));
    }
    return WireReply.of(
        status,
        Canonical.write(
            Map.of(
                "status",
                "error",
                "message",
                message,
                "category",
                "VALIDATION_ERROR",
                "errors",
                List.of(error))));
  }
}
