/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.hubspot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.JsonBody;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * One batch call: the records that can be sent, how each will be recognised in the answer, and the
 * records that cannot be sent at all.
 *
 * @param sent in the order of the request
 * @param refused results of records that HubSpot could not tell apart or find
 */
record HubSpotRequest(String call, List<Sent> sent, List<RecordResult> refused, ObjectNode body) {

  /**
   * A record of the request.
   *
   * @param traceId its {@code objectWriteTraceId}
   * @param id HubSpot's id or {@code null}
   * @param idValue the value of its id property, lower case as HubSpot compares it, or {@code null}
   */
  record Sent(Change change, String traceId, String id, String idValue) {}

  /** Words the batch; {@code idProperty} identifies its records. */
  static HubSpotRequest of(Batch batch, String idProperty) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode inputs = body.putArray("inputs");
    List<Sent> sent = new ArrayList<>();
    List<RecordResult> refused = new ArrayList<>();
    Set<String> identities = new HashSet<>();
    for (Change change : batch.changes()) {
      Sent record = identify(batch, change, idProperty, sent.size());
      String identity = batch.op() == Op.INSERT ? record.traceId() : identity(record);
      if (identity == null) {
        refused.add(unidentified(change, idProperty));
      } else if (!identities.add(identity)) {
        refused.add(
            new RecordResult.Rejected(
                change.key(),
                "DUPLICATE_ID",
                idProperty,
                "another record of the same request has the same " + idProperty));
      } else {
        sent.add(record);
        inputs.add(input(batch.op(), record, idProperty));
      }
    }
    return new HubSpotRequest(call(batch.op()), sent, refused, body);
  }

  private static String call(Op op) {
    return switch (op) {
      case UPSERT -> "upsert";
      case INSERT -> "create";
      case UPDATE -> "update";
      case DELETE -> "archive";
    };
  }

  private static Sent identify(Batch batch, Change change, String idProperty, int position) {
    String value = null;
    if (change.fields() != null) {
      JsonNode field = JsonBody.parse(change.fields()).get(idProperty);
      value = field == null ? "" : text(field);
    }
    return new Sent(
        change,
        batch.id() + "-" + position,
        // An upsert names the record by its property alone: HubSpot's id would have to be the
        // value.
        batch.op() == Op.UPDATE || batch.op() == Op.DELETE ? change.destinationId() : null,
        value == null || value.isEmpty() ? null : value.toLowerCase(Locale.ROOT));
  }

  private static String identity(Sent record) {
    return record.id() != null ? "id " + record.id() : record.idValue();
  }

  private static RecordResult unidentified(Change change, String idProperty) {
    return change.op() == Op.DELETE
        ? new RecordResult.Rejected(
            change.key(),
            "NO_DESTINATION_ID",
            null,
            "HubSpot archives by its own id, which is not known of this record")
        : new RecordResult.Rejected(
            change.key(), "ID_PROPERTY_EMPTY", idProperty, idProperty + " must not be empty");
  }

  private static ObjectNode input(Op op, Sent record, String idProperty) {
    ObjectNode input = JsonNodeFactory.instance.objectNode();
    if (op == Op.DELETE) {
      return input.put("id", record.id());
    }
    ObjectNode properties = properties(record.change());
    if (op != Op.INSERT && record.id() != null) {
      // Updating by email silently does nothing (hubspot-api-nodejs#548): its own id is safer.
      input.put("id", record.id());
    } else if (op != Op.INSERT) {
      input.put("id", properties.path(idProperty).asText()).put("idProperty", idProperty);
    }
    input.set("properties", properties);
    return input.put("objectWriteTraceId", record.traceId());
  }

  /** All values are strings; the empty string clears a property. */
  private static ObjectNode properties(Change change) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    JsonBody.parse(change.fields())
        .fields()
        .forEachRemaining(field -> properties.put(field.getKey(), text(field.getValue())));
    return properties;
  }

  private static String text(JsonNode value) {
    if (value.isNull()) {
      return "";
    }
    if (value.isNumber()) {
      return value.decimalValue().toPlainString();
    }
    boolean choices =
        value.isArray()
            && StreamSupport.stream(value.spliterator(), false).allMatch(JsonNode::isValueNode);
    if (choices) {
      return StreamSupport.stream(value.spliterator(), false)
          .map(HubSpotRequest::text)
          .collect(Collectors.joining(";"));
    }
    return value.isContainerNode() ? value.toString() : value.asText();
  }
}
