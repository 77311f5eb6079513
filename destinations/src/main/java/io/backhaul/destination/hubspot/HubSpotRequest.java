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
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.ChangeFields;
import io.backhaul.destination.http.HttpAnswer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * One batch call: the records that can be sent, how each will be recognised in the answer, and the
 * records that cannot be sent at all.
 *
 * @param path below the url
 * @param sent in the order of the request
 * @param refused results of records that HubSpot could not tell apart or find
 */
record HubSpotRequest(
    Batch batch, String path, List<Sent> sent, List<RecordResult> refused, ObjectNode body)
    implements HubSpotCall {

  /** The property in which HubSpot shows its own id of a record. */
  private static final String OWN_ID = "hs_object_id";

  /**
   * A record of the request.
   *
   * @param traceId its {@code objectWriteTraceId}
   * @param id HubSpot's id or {@code null}
   * @param idProperty the property that identifies it, or {@code null}
   * @param idValue its value, or {@code null}
   */
  record Sent(Change change, String traceId, String id, String idProperty, String idValue) {

    /** What tells it from the others of its request; HubSpot compares without regard to case. */
    private String identity() {
      if (id != null) {
        return "id " + id;
      }
      return idValue == null ? null : idProperty + " " + idValue.toLowerCase(Locale.ROOT);
    }
  }

  /** Words the batch. */
  static HubSpotRequest of(Batch batch, HubSpotConfig config) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode inputs = body.putArray("inputs");
    List<Sent> sent = new ArrayList<>();
    List<RecordResult> refused = new ArrayList<>();
    Set<String> identities = new HashSet<>();
    for (Change change : batch.changes()) {
      ChangeFields fields = ChangeFields.of(change);
      Sent record = identify(batch, fields, config, sent.size());
      String identity = batch.op() == Op.INSERT ? record.traceId() : record.identity();
      if (identity == null) {
        refused.add(unidentified(batch, record));
      } else if (!identities.add(identity)) {
        refused.add(
            new RecordResult.Rejected(
                change.key(),
                "DUPLICATE_ID",
                record.idProperty(),
                "another record of the same request has the same " + record.idProperty()));
      } else {
        sent.add(record);
        inputs.add(input(batch.op(), record, fields));
      }
    }
    String path = "/crm/v3/objects/" + batch.object() + "/batch/" + call(batch.op());
    return new HubSpotRequest(batch, path, sent, refused, body);
  }

  @Override
  public String method() {
    return "POST";
  }

  @Override
  public boolean empty() {
    return sent.isEmpty();
  }

  @Override
  public List<RecordResult> read(HttpAnswer answer, boolean pasted) {
    return HubSpotAnswer.read(batch, this, answer, pasted);
  }

  private static String call(Op op) {
    return switch (op) {
      case UPSERT -> "upsert";
      case INSERT -> "create";
      case UPDATE -> "update";
      case DELETE -> "archive";
    };
  }

  private static Sent identify(
      Batch batch, ChangeFields record, HubSpotConfig config, int position) {
    String traceId = batch.id() + "-" + position;
    String id = ownId(batch.op(), record);
    if (batch.op() == Op.DELETE) {
      return new Sent(record.change(), traceId, id, null, null);
    }
    Optional<String> named = config.idProperty(batch.object(), record);
    // A record that is made new has what its fields say; one that is looked for has a key.
    Optional<String> property = batch.op() == Op.INSERT ? named : named.or(record::soleKey);
    String value = property.flatMap(record::identity).map(HubSpotRequest::text).orElse(null);
    return new Sent(record.change(), traceId, id, property.orElse(null), value);
  }

  /**
   * HubSpot's id of the record where it goes by it. An upsert names the record by its property
   * alone: HubSpot's id would have to be the value.
   */
  private static String ownId(Op op, ChangeFields record) {
    if (op == Op.UPSERT || op == Op.INSERT) {
      return null;
    }
    String known = record.change().destinationId();
    return known != null ? known : record.identity(OWN_ID).map(HubSpotRequest::text).orElse(null);
  }

  private static RecordResult unidentified(Batch batch, Sent record) {
    String key = record.change().key();
    if (batch.op() == Op.DELETE) {
      return new RecordResult.Rejected(
          key,
          "NO_DESTINATION_ID",
          null,
          "HubSpot archives by its own id, which is not known of this record");
    }
    if (record.idProperty() == null) {
      throw DestinationException.refused(
          "ID_PROPERTY_MISSING",
          0,
          "nothing identifies a record of '"
              + batch.object()
              + "', whose key has several columns: name a property with unique values under"
              + " id_property: {"
              + batch.object()
              + ": …}");
    }
    return new RecordResult.Rejected(
        key, "ID_PROPERTY_EMPTY", record.idProperty(), record.idProperty() + " must not be empty");
  }

  private static ObjectNode input(Op op, Sent record, ChangeFields fields) {
    ObjectNode input = JsonNodeFactory.instance.objectNode();
    if (op == Op.DELETE) {
      return input.put("id", record.id());
    }
    ObjectNode properties = properties(fields.fields());
    if (op == Op.INSERT) {
      if (record.idValue() != null && !properties.has(record.idProperty())) {
        properties.put(record.idProperty(), record.idValue());
      }
    } else if (record.id() != null) {
      // Updating by email silently does nothing (hubspot-api-nodejs#548): its own id is safer.
      input.put("id", record.id());
    } else {
      input.put("id", record.idValue()).put("idProperty", record.idProperty());
    }
    input.set("properties", properties);
    return input.put("objectWriteTraceId", record.traceId());
  }

  /** All values are strings; the empty string clears a property. */
  private static ObjectNode properties(ObjectNode fields) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    fields
        .fields()
        .forEachRemaining(field -> properties.put(field.getKey(), text(field.getValue())));
    return properties;
  }

  static String text(JsonNode value) {
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
