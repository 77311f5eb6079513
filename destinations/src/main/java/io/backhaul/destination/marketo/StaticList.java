/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.http.ChangeFields;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.HttpSettings;
import io.backhaul.destination.marketo.MarketoRequest.Sent;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The members of a static list: an upsert adds a person, a delete takes him off. Both go by
 * Marketo's id: the field or key column {@code id} or {@code leadId}, what the state knows, or the
 * source's only key column.
 *
 * <p>{@code POST|DELETE /rest/v1/lists/{id}/leads.json?id=1&id=2} ("List Membership", read 2026);
 * 300 ids stay well below the 8 KB of an address. Of the removal Marketo's API description wants a
 * body, too.
 */
record StaticList(String listId) implements MarketoObject {

  @Override
  public Set<Op> ops() {
    return EnumSet.of(Op.UPSERT, Op.DELETE);
  }

  @Override
  public Worded word(Op op, ChangeFields record) throws Unsendable {
    Optional<Long> known = Values.id(record.change());
    Optional<Long> id = op == Op.DELETE && known.isPresent() ? known : Values.id(record, "id");
    long person =
        id.or(() -> Values.id(record, "leadId"))
            .or(() -> known)
            .or(() -> record.soleKey().flatMap(key -> Values.id(record, key)))
            .orElseThrow(
                () ->
                    new Unsendable(
                        "NO_LEAD_ID",
                        "id",
                        "a list takes people by Marketo's id, which is a whole number"));
    ObjectNode input = JsonNodeFactory.instance.objectNode().put("id", person);
    String text = Long.toString(person);
    return new Worded(JsonNodeFactory.instance.objectNode(), input, text, text);
  }

  @Override
  public HttpCall call(HttpSettings http, Op op, ObjectNode head, List<Sent> sent) {
    String ids = sent.stream().map(each -> "id=" + each.id()).collect(Collectors.joining("&"));
    return new HttpCall(
        op == Op.DELETE ? "DELETE" : "POST",
        http.at("/rest/v1/lists/" + listId + "/leads.json?" + ids),
        // Even of a call without a body Marketo wants to know its type (error 612).
        Map.of("Content-Type", "application/json", "Accept", "application/json"),
        op == Op.DELETE ? MarketoRequest.body(head, sent) : null,
        null);
  }

  @Override
  public String idField() {
    return "id";
  }

  @Override
  public String describedAt() {
    return "/rest/v1/lists/" + listId + ".json";
  }

  /** A list has no fields; what can be told is whether there is one. */
  @Override
  public ObjectSchema schema(String name, JsonNode answer) {
    if (answer.path("result").isEmpty()) {
      throw DestinationException.refused(
          "OBJECT_UNKNOWN", 0, "Marketo has no static list " + listId);
    }
    return ObjectSchema.open(name);
  }
}
