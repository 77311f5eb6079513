/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.census;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.ChangeFields;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The records of a batch as {@code sync_batch} carries them, with the sync plan that goes with
 * them.
 *
 * @param sent by the text of their identifiers, in order
 * @param refused results of the records that cannot be told apart or found
 * @param syncPlan object, operation and schema
 */
record CensusRecords(Map<String, Sent> sent, List<RecordResult> refused, ObjectNode syncPlan) {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** A record on its way. */
  record Sent(Change change, ObjectNode fields) {}

  /** Words a batch. */
  static CensusRecords of(Batch batch, CensusPlan plan, Optional<String> named) {
    List<ChangeFields> records = batch.changes().stream().map(ChangeFields::of).toList();
    String identifier = named.orElseGet(() -> identifier(batch, plan, records));
    Map<String, CensusField> schema = schema(records, plan, identifier);
    Map<String, Sent> sent = new LinkedHashMap<>();
    List<RecordResult> refused = new ArrayList<>();
    for (ChangeFields record : records) {
      Optional<JsonNode> value = value(record, identifier);
      String id = value.map(CensusField::text).orElse(null);
      if (id == null) {
        refused.add(rejected(record, "IDENTIFIER_EMPTY", identifier, " must not be empty"));
      } else if (sent.containsKey(id)) {
        refused.add(
            rejected(
                record,
                "DUPLICATE_ID",
                identifier,
                " is the same in another record of the same request"));
      } else {
        sent.put(id, new Sent(record.change(), written(record, schema, identifier, value.get())));
      }
    }
    return new CensusRecords(sent, refused, syncPlan(batch, schema, identifier));
  }

  /**
   * The field that identifies the records: the key column if the receiver calls it an identifier,
   * else an identifier of the receiver's that all records have, else the key column.
   */
  private static String identifier(Batch batch, CensusPlan plan, List<ChangeFields> records) {
    Optional<String> key = records.get(0).soleKey();
    List<String> declared = plan.identifiers();
    if (key.isPresent() && declared.contains(key.get())) {
      return key.get();
    }
    for (String name : declared) {
      if (records.stream().allMatch(record -> record.identity(name).isPresent())) {
        return name;
      }
    }
    boolean known = batch.changes().stream().allMatch(change -> change.destinationId() != null);
    if (batch.op() == Op.DELETE && declared.size() == 1 && known) {
      return declared.get(0);
    }
    return key.orElseThrow(
        () ->
            DestinationException.refused(
                "IDENTIFIER_MISSING",
                0,
                "nothing identifies a record of '"
                    + batch.object()
                    + "', whose key has several columns: name a field under identifier"
                    + (declared.isEmpty() ? "" : ", such as " + declared.get(0))));
  }

  /** The identifier's value. What was last acknowledged of a record is its identifier's value. */
  private static Optional<JsonNode> value(ChangeFields record, String identifier) {
    return record
        .identity(identifier)
        .or(
            () ->
                Optional.ofNullable(record.change().destinationId())
                    .filter(id -> record.change().op() != Op.INSERT)
                    .map(JSON::textNode));
  }

  private static Map<String, CensusField> schema(
      List<ChangeFields> records, CensusPlan plan, String identifier) {
    Map<String, CensusField> schema = new LinkedHashMap<>();
    for (ChangeFields record : records) {
      value(record, identifier).ifPresent(value -> add(schema, plan, identifier, value, true));
      record
          .fields()
          .fields()
          .forEachRemaining(
              each ->
                  add(
                      schema,
                      plan,
                      each.getKey(),
                      each.getValue(),
                      each.getKey().equals(identifier)));
    }
    return schema;
  }

  /** A field is what the receiver says, else what the first value that is not null says. */
  private static void add(
      Map<String, CensusField> schema,
      CensusPlan plan,
      String name,
      JsonNode value,
      boolean identifier) {
    CensusField declared = plan.fields().get(name);
    if (declared != null) {
      schema.put(name, declared);
    } else if (!value.isNull()) {
      schema.putIfAbsent(name, CensusField.inferred(name, value, identifier));
    }
  }

  private static ObjectNode written(
      ChangeFields record, Map<String, CensusField> schema, String identifier, JsonNode id) {
    ObjectNode fields = JSON.objectNode();
    fields.set(identifier, schema.get(identifier).written(id));
    record
        .fields()
        .fields()
        .forEachRemaining(
            each -> {
              CensusField field = schema.get(each.getKey());
              JsonNode value = each.getValue();
              if (!each.getKey().equals(identifier)) {
                fields.set(each.getKey(), field == null ? value : field.written(value));
              }
            });
    return fields;
  }

  /** Census numbers its syncs and their runs; ours have names, of which numbers are made. */
  private static ObjectNode syncPlan(
      Batch batch, Map<String, CensusField> schema, String identifier) {
    ObjectNode plan = JSON.objectNode();
    plan.set("object", CensusRpc.described(batch.object()));
    plan.put("operation", batch.op().wireName());
    plan.put("sync_run_id", number(batch.id())).put("sync_id", number(batch.object()));
    ObjectNode fields = plan.putObject("schema");
    schema.forEach(
        (name, field) ->
            fields
                .putObject(name)
                .put("active_identifier", name.equals(identifier))
                .set("field", field.toJson()));
    return plan;
  }

  private static long number(String name) {
    CRC32 sum = new CRC32();
    sum.update(name.getBytes(StandardCharsets.UTF_8));
    return sum.getValue() & Integer.MAX_VALUE; // receivers may keep it in 32 bits, signed
  }

  private static RecordResult rejected(
      ChangeFields record, String code, String field, String words) {
    return new RecordResult.Rejected(record.change().key(), code, field, field + words);
  }
}
