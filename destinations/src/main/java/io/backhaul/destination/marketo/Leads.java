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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * People. {@code POST /rest/v1/leads.json} finds them by one field for all records of the call, and
 * creates, updates, or both; an update goes by Marketo's id where the state knows it. {@code POST
 * /rest/v1/leads/delete.json} takes nothing but ids.
 *
 * @param lookupField or {@code null}
 * @param partition or {@code null}
 */
record Leads(String lookupField, String partition) implements MarketoObject {

  static final String EMAIL = "email";
  static final String ID = "id";

  @Override
  public Set<Op> ops() {
    return EnumSet.allOf(Op.class);
  }

  @Override
  public Worded word(Op op, ChangeFields record) throws Unsendable {
    ObjectNode head = JsonNodeFactory.instance.objectNode();
    if (op == Op.DELETE) {
      long id = personId(record);
      ObjectNode input = JsonNodeFactory.instance.objectNode().put(ID, id);
      return new Worded(head, input, "id " + id, Long.toString(id));
    }
    ObjectNode input = Values.of(record.fields());
    ascii(input);
    Optional<Long> known = op == Op.UPDATE ? Values.id(record.change()) : Optional.empty();
    if (known.isPresent()) {
      input.put(ID, known.get());
      head(head, op, ID);
      return new Worded(head, input, "id " + known.get(), known.get().toString());
    }
    String lookup = lookup(record);
    if (lookup.equals(ID) && op != Op.UPDATE) {
      throw new Unsendable(
          "LOOKUP_FIELD_UNUSABLE",
          ID,
          "Marketo gives ids itself: name another field that identifies a person as lookup_field");
    }
    JsonNode value =
        record
            .identity(lookup)
            .orElseThrow(
                () -> new Unsendable("LOOKUP_FIELD_EMPTY", lookup, lookup + " must not be empty"));
    input.set(lookup, value);
    head(head, op, lookup);
    return new Worded(head, input, lookup + " " + folded(value.asText()), null);
  }

  /** As Marketo compares values of a lookup field. */
  static String folded(String value) {
    return value.strip().toLowerCase(Locale.ROOT);
  }

  private void head(ObjectNode head, Op op, String lookup) {
    String action =
        switch (op) {
          case INSERT -> "createOnly";
          case UPDATE -> "updateOnly";
          default -> "createOrUpdate";
        };
    head.put("action", action).put("lookupField", lookup);
    // Of a person who exists the partition is not ours to change.
    if (partition != null && op != Op.UPDATE) {
      head.put("partitionName", partition);
    }
  }

  private String lookup(ChangeFields record) throws Unsendable {
    if (lookupField != null) {
      return lookupField;
    }
    if (record.fields().has(EMAIL) || record.key().has(EMAIL)) {
      return EMAIL;
    }
    return record
        .soleKey()
        .orElseThrow(
            () ->
                new Unsendable(
                    "LOOKUP_FIELD_MISSING",
                    null,
                    "nothing identifies the person: name a field under lookup_field"));
  }

  /** Marketo's id of a person: from the state, else from the source. */
  private static long personId(ChangeFields record) throws Unsendable {
    Optional<Long> known = Values.id(record.change());
    Optional<Long> given = known.isPresent() ? known : Values.id(record, ID);
    return given.orElseThrow(
        () ->
            new Unsendable(
                "NO_DESTINATION_ID",
                null,
                "Marketo deletes people by its own id, which is not known of this one"));
  }

  /** "Only ASCII characters are supported in the email address field" ("Leads", read 2026). */
  private static void ascii(ObjectNode input) throws Unsendable {
    String email = input.path(EMAIL).asText("");
    if (!StandardCharsets.US_ASCII.newEncoder().canEncode(email)) {
      throw new Unsendable(
          "EMAIL_NOT_ASCII", EMAIL, "Marketo takes no e-mail address beyond ASCII");
    }
  }

  @Override
  public HttpCall call(HttpSettings http, Op op, ObjectNode head, List<Sent> sent) {
    String path = op == Op.DELETE ? "/rest/v1/leads/delete.json" : "/rest/v1/leads.json";
    return HttpCall.json("POST", http.at(path), MarketoRequest.body(head, sent), null);
  }

  @Override
  public String idField() {
    return ID;
  }

  @Override
  public String describedAt() {
    return "/rest/v1/leads/describe.json";
  }

  /** Fields that have no REST name cannot be written by it and are left out. */
  @Override
  public ObjectSchema schema(String name, JsonNode answer) {
    String key = lookupField == null ? EMAIL : lookupField;
    List<ObjectSchema.Field> fields = new ArrayList<>();
    for (JsonNode each : answer.path("result")) {
      JsonNode rest = each.path("rest");
      String field = rest.path("name").asText("");
      if (!field.isEmpty()) {
        fields.add(
            new ObjectSchema.Field(
                field,
                each.path("dataType").asText("string"),
                field.equals(lookupField),
                !rest.path("readOnly").asBoolean(false),
                each.path("length").asInt(0),
                List.of()));
      }
    }
    return new ObjectSchema(name, true, fields, Set.of(key, ID));
  }
}
