/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.intercom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.sandbox.WireReply;
import io.backhaul.destination.sandbox.WireRequest;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.FakeApi;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Intercom's contacts with an external id; one that exists is in the way of another one. */
public final class FakeIntercomApi implements FakeApi {

  private final Map<String, String> ids = new ConcurrentHashMap<>();

  @Override
  public Optional<List<Carried>> read(WireRequest request) {
    if (request.method().equals("GET") || (request.method().equals("POST") && taken(request))) {
      return Optional.empty();
    }
    String id = request.path().substring(request.path().lastIndexOf('/') + 1);
    if (request.method().equals("DELETE")) {
      return Optional.of(List.of(new Carried(name(id), "delete", "", id)));
    }
    ObjectNode body = (ObjectNode) Canonical.tree(request.text());
    JsonNode externalId = body.remove("external_id");
    boolean creates = request.method().equals("POST");
    String name = creates ? externalId.textValue() : name(id);
    String value = Canonical.of(flat(body).toString());
    return Optional.of(List.of(new Carried(name, creates ? "insert" : "update", value, "")));
  }

  private boolean taken(WireRequest request) {
    return ids.containsKey(Canonical.tree(request.text()).path("external_id").asText());
  }

  private String name(String id) {
    return ids.entrySet().stream()
        .filter(each -> each.getValue().equals(id))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private static ObjectNode flat(ObjectNode body) {
    ObjectNode flat = JsonNodeFactory.instance.objectNode();
    JsonNode custom = body.remove("custom_attributes");
    flat.setAll(body);
    if (custom != null) {
      flat.setAll((ObjectNode) custom);
    }
    return flat;
  }

  @Override
  public WireReply other(WireRequest request) {
    if (request.method().equals("POST")) {
      String name = Canonical.tree(request.text()).path("external_id").asText();
      return refusal(
          409,
          "conflict",
          null,
          "A contact matching those details already exists with id=" + ids.get(name));
    }
    String name = request.path().substring(request.path().lastIndexOf('/') + 1);
    return ids.containsKey(name)
        ? contact(name)
        : refusal(404, "not_found", null, "User Not Found");
  }

  @Override
  public WireReply answer(WireRequest request, List<Verdict> verdicts) {
    if (verdicts.size() != 1) {
      // Told of another record than was sent: Intercom's answer would be that record.
      return contact(verdicts.get(verdicts.size() - 1).record().name());
    }
    Verdict verdict = verdicts.get(0);
    String name = verdict.record().name();
    if (verdict.kind() == Verdict.Kind.RETRY) {
      return refusal(429, verdict.code(), null, verdict.message());
    }
    if (verdict.kind() == Verdict.Kind.REJECTED) {
      return refusal(400, verdict.code(), verdict.field(), verdict.message());
    }
    if (verdict.record().op().equals("delete")) {
      String id = ids.remove(name);
      return WireReply.of(
          200, Canonical.write(Map.of("type", "contact", "id", id, "deleted", true)));
    }
    return contact(name);
  }

  private WireReply contact(String name) {
    String id = ids.computeIfAbsent(name, any -> Integer.toString(600_000 + ids.size()));
    return WireReply.of(
        200, Canonical.write(Map.of("type", "contact", "id", id, "external_id", name)));
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    Map<String, Object> error = new LinkedHashMap<>(Map.of("code", code, "message", message));
    if (field != null) {
      error.put("field", field);
    }
    return WireReply.of(
        status,
        Canonical.write(
            Map.of("type", "error.list", "request_id", "r1", "errors", List.of(error))));
  }
}
