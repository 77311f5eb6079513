/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

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

/** sObject Collections with {@code MyExtId__c} as the external id. */
final class FakeCollections implements FakeApi {

  private final Map<String, String> ids = new ConcurrentHashMap<>();

  @Override
  public Optional<List<Carried>> read(WireRequest request) {
    if (request.method().equals("GET")) {
      return Optional.empty();
    }
    List<Carried> carried = new ArrayList<>();
    if (request.method().equals("DELETE")) {
      for (String id : request.query("ids").orElseThrow().split(",")) {
        carried.add(new Carried(name(id), "delete", "", ""));
      }
      return Optional.of(carried);
    }
    String op =
        request.method().equals("POST")
            ? "insert"
            : request.path().endsWith("/sobjects") ? "update" : "upsert";
    for (JsonNode record : Canonical.tree(request.text()).get("records")) {
      ObjectNode fields = ((ObjectNode) record).deepCopy();
      fields.remove("attributes");
      JsonNode id = fields.remove("id");
      String name = op.equals("update") ? name(id.asText()) : record.get("MyExtId__c").asText();
      carried.add(new Carried(name, op, Canonical.of(fields.toString()), ""));
    }
    return Optional.of(carried);
  }

  private String name(String id) {
    return ids.entrySet().stream()
        .filter(each -> each.getValue().equals(id))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public WireReply other(WireRequest request) {
    return refusal(404, "NOT_FOUND", null, "The requested resource does not exist");
  }

  @Override
  public WireReply answer(WireRequest request, List<Verdict> verdicts) {
    List<Object> results = new ArrayList<>();
    for (Verdict verdict : verdicts) {
      if (verdict.kind() == Verdict.Kind.APPLIED) {
        String id =
            ids.computeIfAbsent(
                verdict.record().name(), any -> "001%012dAAA".formatted(ids.size() + 1));
        results.add(Map.of("id", id, "success", true, "errors", List.of()));
      } else {
        Object fields = verdict.field() == null ? List.of() : List.of(verdict.field());
        results.add(
            Map.of(
                "success",
                false,
                "errors",
                List.of(
                    Map.of(
                        "statusCode",
                        verdict.code(),
                        "message",
                        verdict.message(),
                        "fields",
                        fields))));
      }
    }
    return WireReply.of(200, Canonical.write(results));
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    Map<String, Object> error = new LinkedHashMap<>(Map.of("errorCode", code, "message", message));
    if (field != null) {
      error.put("fields", List.of(field));
    }
    return WireReply.of(status, Canonical.write(List.of(error)));
  }
}
