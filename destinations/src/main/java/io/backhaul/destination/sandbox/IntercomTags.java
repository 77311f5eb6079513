/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.sandbox.IntercomWords.Refusal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tags: made by being named, put on companies and contacts by name, taken off companies by name and
 * off contacts by id.
 */
final class IntercomTags {

  private final IntercomContacts contacts;
  private final Map<String, String> idsByName = new ConcurrentHashMap<>();

  IntercomTags(IntercomContacts contacts) {
    this.contacts = contacts;
  }

  /** {@code GET /tags}, and what {@code POST /tags} does: make, tag, untag companies. */
  WireReply answer(IntercomRecord.Call call) throws Refusal {
    if (call.method().equals("GET")) {
      return IntercomWords.list(idsByName.keySet().stream().sorted().map(this::shown).toList());
    }
    String name = call.body().path("name").asText("");
    if (name.isEmpty()) {
      throw new Refusal(400, "parameter_not_found", "name", "name is missing");
    }
    idsByName.computeIfAbsent(name, any -> Integer.toString(101 + idsByName.size()));
    WireReply reply = WireReply.of(200, shown(name).toString());
    for (JsonNode company : call.body().path("companies")) {
      String kind = company.hasNonNull("id") ? "id" : "company_id";
      String member = IntercomCompanies.name(kind, company.path(kind).asText(), call.store());
      String op = company.path("untag").asBoolean(false) ? "delete" : "upsert";
      reply = member(call, name, op, "company " + member);
    }
    for (JsonNode user : call.body().path("users")) {
      String member = contacts.name(user.path("id").asText(), call.store());
      reply = member(call, name, "upsert", "contact " + member);
    }
    return reply;
  }

  /** {@code POST /contacts/{id}/tags} and {@code DELETE /contacts/{id}/tags/{tag}}. */
  WireReply ofContact(IntercomRecord.Call call, List<String> at) throws Refusal {
    String contact = contacts.name(at.get(1), call.store());
    boolean removes = call.method().equals("DELETE");
    String id = removes ? at.get(3) : call.body().path("id").asText("");
    String tag =
        idsByName.entrySet().stream()
            .filter(each -> each.getValue().equals(id))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow(() -> new Refusal(404, "not_found", null, "Resource Not Found"));
    return member(call, tag, removes ? "delete" : "upsert", "contact " + contact);
  }

  private WireReply member(IntercomRecord.Call call, String tag, String op, String member) {
    ObjectNode fields = op.equals("delete") ? null : IntercomWords.JSON.createObjectNode();
    return IntercomRecord.write(
        call,
        "tags/" + tag,
        op,
        member,
        fields,
        result -> WireReply.of(200, shown(tag).toString()));
  }

  private ObjectNode shown(String name) {
    ObjectNode tag = IntercomWords.JSON.createObjectNode().put("type", "tag");
    return tag.put("id", idsByName.get(name)).put("name", name);
  }
}
