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
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.ChangeFields;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.hubspot.HubSpotConfig.AssociationType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Associations between two kinds of objects ({@code /crm/v4/associations/{from}/{to}/batch/…}). A
 * record names HubSpot's ids of both ends, in {@code from_id} and {@code to_id}; together they are
 * the destination's id of it, {@code from:to}. Creating one that is there does nothing, so that an
 * upsert and an insert are the same.
 *
 * <p>The type is the record's {@code association_type_id}, else the destination file's, else what
 * HubSpot itself takes by default ({@code batch/associate/default}). A delete takes away the type
 * that the file names, else all associations of the pair.
 */
record AssociationCall(
    Batch batch, String path, Map<String, Change> sent, List<RecordResult> refused, ObjectNode body)
    implements HubSpotCall {

  /** The fields that name the two ends. */
  static final Set<String> ENDS = Set.of("from_id", "to_id");

  private static final String TYPE_ID = "association_type_id";
  private static final String CATEGORY = "association_category";

  /** Words the batch. */
  static AssociationCall of(Batch batch, HubSpotConfig config) {
    if (batch.op() == Op.UPDATE) {
      throw DestinationException.refused(
          "OP_NOT_OFFERED", 0, "an association has nothing to update: upsert or delete it");
    }
    String pair = batch.object().substring("associations/".length());
    List<ChangeFields> records = batch.changes().stream().map(ChangeFields::of).toList();
    AssociationType usual = config.associationTypes().get(pair);
    boolean typed =
        usual != null || records.stream().anyMatch(record -> record.fields().hasNonNull(TYPE_ID));
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode inputs = body.putArray("inputs");
    Map<String, Change> sent = new LinkedHashMap<>();
    List<RecordResult> refused = new ArrayList<>();
    for (ChangeFields record : records) {
      String ends = ends(record).orElse("");
      Optional<AssociationType> type = type(record, usual);
      if (ends.isEmpty()) {
        refused.add(
            rejected(record, "ENDS_MISSING", "from_id", "from_id and to_id must not be empty"));
      } else if (typed && type.isEmpty()) {
        refused.add(
            rejected(
                record, "TYPE_MISSING", TYPE_ID, "other records of the same request have a type"));
      } else if (sent.putIfAbsent(ends, record.change()) != null) {
        refused.add(
            rejected(
                record,
                "DUPLICATE_ID",
                "to_id",
                "another record of the same request associates the same two"));
      } else {
        inputs.add(input(batch.op(), ends, type));
      }
    }
    String path = "/crm/v4/associations/" + pair + "/batch/" + call(batch.op(), typed);
    return new AssociationCall(batch, path, sent, refused, body);
  }

  /** The two ids, {@code from:to}; empty if one is not known. */
  private static Optional<String> ends(ChangeFields record) {
    Optional<String> from = record.identity("from_id").map(HubSpotRequest::text);
    Optional<String> to = record.identity("to_id").map(HubSpotRequest::text);
    return from.isPresent() && to.isPresent()
        ? Optional.of(from.get() + ":" + to.get())
        : Optional.ofNullable(record.change().destinationId()).filter(id -> id.contains(":"));
  }

  private static Optional<AssociationType> type(ChangeFields record, AssociationType usual) {
    if (!record.fields().hasNonNull(TYPE_ID)) {
      return Optional.ofNullable(usual);
    }
    return Optional.of(
        new AssociationType(
            record.fields().path(CATEGORY).asText("HUBSPOT_DEFINED"),
            record.fields().get(TYPE_ID).asLong()));
  }

  private static String call(Op op, boolean typed) {
    if (op == Op.DELETE) {
      return typed ? "labels/archive" : "archive";
    }
    return typed ? "create" : "associate/default";
  }

  private static ObjectNode input(Op op, String ends, Optional<AssociationType> type) {
    int colon = ends.indexOf(':');
    ObjectNode input = JsonNodeFactory.instance.objectNode();
    input.putObject("from").put("id", ends.substring(0, colon));
    String to = ends.substring(colon + 1);
    if (op == Op.DELETE && type.isEmpty()) {
      input.putArray("to").addObject().put("id", to);
      return input;
    }
    input.putObject("to").put("id", to);
    type.ifPresent(
        named ->
            input
                .putArray("types")
                .addObject()
                .put("associationCategory", named.category())
                .put("associationTypeId", named.id()));
    return input;
  }

  private static RecordResult rejected(
      ChangeFields record, String code, String field, String message) {
    return new RecordResult.Rejected(record.change().key(), code, field, message);
  }

  @Override
  public String method() {
    return "POST";
  }

  @Override
  public boolean empty() {
    return sent.isEmpty();
  }

  /**
   * An association is told once for each of its types, and by {@code associate/default} once for
   * each direction. Errors are told apart by the ids that their context holds; documented is only
   * that there is one.
   */
  @Override
  public List<RecordResult> read(HttpAnswer answer, boolean pasted) {
    List<RecordResult> results = new ArrayList<>();
    if (answer.status() == 204) {
      sent.forEach((ends, change) -> results.add(new RecordResult.Applied(change.key(), ends)));
      return results;
    }
    JsonNode body = JsonBody.object(answer);
    if (!body.path("results").isArray()) {
      throw DestinationException.contradictory(
          answer.status(), "the answer holds no list of results: is url HubSpot's address?");
    }
    Map<String, Change> open = new LinkedHashMap<>(sent);
    for (JsonNode success : body.path("results")) {
      String ends = told(success);
      if (!sent.containsKey(ends)) {
        throw DestinationException.contradictory(
            answer.status(), "the answer names an association that is not in " + batch);
      }
      Change change = open.remove(ends);
      if (change != null) {
        results.add(new RecordResult.Applied(change.key(), ends));
      }
    }
    for (JsonNode error : body.path("errors")) {
      for (String ends : failed(error, open)) {
        results.add(HubSpotErrors.result(open.remove(ends).key(), error));
      }
    }
    return results;
  }

  private String told(JsonNode success) {
    String from = success.path("fromObjectId").asText(success.path("from").path("id").asText());
    String to = success.path("toObjectId").asText(success.path("to").path("id").asText());
    String ends = from + ":" + to;
    return sent.containsKey(ends) ? ends : to + ":" + from;
  }

  /**
   * Which of the associations that did not succeed an error is about: those both of whose ends its
   * context names, else those one of whose ends it names, else the only one.
   */
  private static List<String> failed(JsonNode error, Map<String, Change> open) {
    Set<String> ids = new HashSet<>();
    for (JsonNode values : error.path("context")) {
      values.forEach(value -> ids.add(value.asText()));
    }
    for (int named = 2; named > 0; named--) {
      int least = named;
      List<String> found =
          open.keySet().stream().filter(ends -> named(ends, ids) >= least).toList();
      if (!found.isEmpty()) {
        return found;
      }
    }
    return open.size() == 1 ? List.copyOf(open.keySet()) : List.of();
  }

  private static long named(String ends, Set<String> ids) {
    return Stream.of(ends.split(":", 2)).filter(ids::contains).count();
  }

  /** The fields of an association. */
  static ObjectSchema schema(String object) {
    return new ObjectSchema(
        object,
        true,
        List.of(
            field("from_id", true, List.of()),
            field("to_id", true, List.of()),
            field(TYPE_ID, false, List.of()),
            field(
                CATEGORY, false, List.of("HUBSPOT_DEFINED", "USER_DEFINED", "INTEGRATOR_DEFINED"))),
        ENDS);
  }

  private static ObjectSchema.Field field(String name, boolean required, List<String> picklist) {
    return new ObjectSchema.Field(name, "string", required, true, 0, picklist);
  }
}
