/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.http.ChangeFields;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.HttpSettings;
import io.backhaul.destination.marketo.MarketoRequest.Sent;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Records of a custom object, by its dedupe fields, or by {@code marketoGUID} for an update or a
 * delete of a record of which the state knows it. Answers name records by {@code seq}.
 *
 * @param api the object's API name
 * @param dedupeFields what identifies a record; empty for the source's key columns
 */
record CustomObject(String api, List<String> dedupeFields) implements MarketoObject {

  static final String GUID = "marketoGUID";

  @Override
  public Set<Op> ops() {
    return EnumSet.allOf(Op.class);
  }

  @Override
  public Worded word(Op op, ChangeFields record) throws Unsendable {
    ObjectNode head = JsonNodeFactory.instance.objectNode();
    ObjectNode input = Values.of(record.fields());
    String guid = op == Op.UPDATE || op == Op.DELETE ? record.change().destinationId() : null;
    switch (op) {
      case DELETE -> head.put("deleteBy", guid == null ? "dedupeFields" : "idField");
      case INSERT -> head.put("action", "createOnly").put("dedupeBy", "dedupeFields");
      case UPSERT -> head.put("action", "createOrUpdate").put("dedupeBy", "dedupeFields");
      case UPDATE ->
          head.put("action", "updateOnly")
              .put("dedupeBy", guid == null ? "dedupeFields" : "idField");
    }
    if (guid != null) {
      return new Worded(head, input.put(GUID, guid), guid, guid);
    }
    StringBuilder identity = new StringBuilder();
    for (String name : dedupeFields.isEmpty() ? keyColumns(record) : dedupeFields) {
      JsonNode value =
          record
              .identity(name)
              .orElseThrow(
                  () -> new Unsendable("DEDUPE_FIELD_EMPTY", name, name + " must not be empty"));
      input.set(name, value);
      identity.append(Leads.folded(value.asText())).append('\n');
    }
    return new Worded(head, input, identity.toString(), null);
  }

  private static List<String> keyColumns(ChangeFields record) {
    List<String> names = new ArrayList<>();
    record.key().fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Override
  public HttpCall call(HttpSettings http, Op op, ObjectNode head, List<Sent> sent) {
    String path = "/rest/v1/customobjects/" + api + (op == Op.DELETE ? "/delete.json" : ".json");
    return HttpCall.json("POST", http.at(path), MarketoRequest.body(head, sent), null);
  }

  @Override
  public String idField() {
    return GUID;
  }

  @Override
  public String describedAt() {
    return "/rest/v1/customobjects/" + api + "/describe.json";
  }

  /** A dedupe field cannot be changed, but is written when its record is created. */
  @Override
  public ObjectSchema schema(String name, JsonNode answer) {
    JsonNode described = answer.path("result").path(0);
    Set<String> dedupe = new HashSet<>();
    described.path("dedupeFields").forEach(field -> dedupe.add(field.asText()));
    List<ObjectSchema.Field> fields = new ArrayList<>();
    for (JsonNode each : described.path("fields")) {
      String field = each.path("name").asText();
      boolean identifies = dedupe.contains(field);
      fields.add(
          new ObjectSchema.Field(
              field,
              each.path("dataType").asText("string"),
              identifies,
              identifies || each.path("updateable").asBoolean(true),
              each.path("length").asInt(0),
              List.of()));
    }
    return new ObjectSchema(name, true, fields, dedupe);
  }
}
