/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/**
 * Marketo's calls for people found by {@code email}, and for a custom object with its {@code vin}.
 */
final class FakeMarketoApi implements FakeApi {

  private static final Map<String, String> OPS =
      Map.of("createOrUpdate", "upsert", "createOnly", "insert", "updateOnly", "update");

  private final Map<String, String> ids = new ConcurrentHashMap<>();
  private final Map<String, String> names = new ConcurrentHashMap<>();

  @Override
  public Optional<List<Carried>> read(WireRequest request) {
    if (request.method().equals("GET")) {
      return Optional.empty();
    }
    JsonNode body = Canonical.tree(request.text());
    boolean deletes = request.path().endsWith("/delete.json");
    List<Carried> carried = new ArrayList<>();
    for (JsonNode input : body.get("input")) {
      String name = name(request, body, input);
      ObjectNode fields = ((ObjectNode) input).deepCopy().without(List.of("id", "marketoGUID"));
      carried.add(
          new Carried(
              name,
              deletes ? "delete" : OPS.get(body.get("action").asText()),
              deletes ? "" : Canonical.of(fields.toString()),
              Integer.toString(carried.size())));
    }
    return Optional.of(carried);
  }

  private String name(WireRequest request, JsonNode body, JsonNode input) {
    if (custom(request)) {
      String by = body.path("dedupeBy").asText(body.path("deleteBy").asText());
      return by.equals("idField")
          ? names.get(input.get("marketoGUID").asText())
          : input.get("vin").asText();
    }
    return body.path("lookupField").asText("id").equals("id")
        ? names.get(input.get("id").asText())
        : input.get("email").asText();
  }

  private static boolean custom(WireRequest request) {
    return request.path().startsWith("/rest/v1/customobjects/");
  }

  @Override
  public WireReply other(WireRequest request) {
    return WireReply.of(200, error("610", "Requested resource not found"));
  }

  @Override
  public WireReply answer(WireRequest request, List<Verdict> verdicts) {
    boolean custom = custom(request);
    boolean deletes = request.path().endsWith("/delete.json");
    List<Object> result = new ArrayList<>();
    for (Verdict verdict : verdicts) {
      Map<String, Object> each = new LinkedHashMap<>();
      if (custom) {
        each.put("seq", Integer.valueOf(verdict.record().mark()));
      }
      if (verdict.kind() == Verdict.Kind.APPLIED) {
        String id = id(verdict.record().name(), custom);
        each.put("status", deletes ? "deleted" : "updated");
        each.put(custom ? "marketoGUID" : "id", custom ? (Object) id : (Object) Long.valueOf(id));
      } else {
        each.put("status", "skipped");
        String words = words(verdict.field(), verdict.message());
        each.put("reasons", List.of(Map.of("code", verdict.code(), "message", words)));
      }
      result.add(each);
    }
    return WireReply.of(
        200, Canonical.write(Map.of("requestId", "a#1", "success", true, "result", result)));
  }

  private String id(String name, boolean custom) {
    String id =
        ids.computeIfAbsent(
            name, any -> (custom ? "dff23271-f996-47d7-984f-" : "") + (50_000 + ids.size()));
    names.put(id, name);
    return id;
  }

  /** Marketo names a field in its words alone. */
  static String words(String field, String message) {
    return field == null ? message : "Field '" + field + "': " + message;
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    return WireReply.of(status, error(code, words(field, message)));
  }

  private static String error(String code, String message) {
    return Canonical.write(
        Map.of(
            "requestId",
            "a#1",
            "success",
            false,
            "errors",
            List.of(Map.of("code", code, "message", message))));
  }
}
