/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * One call that carries records, of whichever of Zendesk's forms: a list, one record, a custom
 * object's job, or ids in the query. Bulk calls answer with a job that {@code queue} takes the
 * results of; a call for one record answers with it, or refuses it (422).
 */
final class ZendeskCall implements SandboxApi {

  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final int MAX_RECORDS = 100;
  private static final Pattern ADDRESS = Pattern.compile("[^@\\s]+@[^@\\s]+\\.[^@\\s]+");

  /** What is wrong with a record whatever the script says. */
  private record Invalid(int index, String field, String problem) {}

  private final String object;
  private final String op;

  /** Under what name one record travels alone; {@code null} for bulk calls. */
  private final String alone;

  private final ZendeskNames names;
  private final SandboxStore store;
  private final Function<ArrayNode, WireReply> queue;
  private final List<Invalid> invalid = new ArrayList<>();
  private final List<JsonNode> items = new ArrayList<>();

  ZendeskCall(
      String object,
      String op,
      String alone,
      ZendeskNames names,
      SandboxStore store,
      Function<ArrayNode, WireReply> queue) {
    this.object = object;
    this.op = op;
    this.alone = alone;
    this.names = names;
    this.store = store;
    this.queue = queue;
  }

  @Override
  public Posted read(WireRequest request, Set<String> watch) throws IOException, BadRequest {
    if (request.method().equals("DELETE")) {
      listed(request, "ids");
      listed(request, "external_ids");
    } else {
      JsonNode body = JSON.readTree(request.body());
      JsonNode list =
          object.startsWith("custom_objects/") ? body.at("/job/items") : body.path(object);
      (alone == null ? list : JSON.createArrayNode().add(body.path(alone))).forEach(items::add);
    }
    if (items.isEmpty() || items.size() > MAX_RECORDS) {
      throw new BadRequest("there are " + items.size() + " records, not 1 to " + MAX_RECORDS);
    }
    List<Incoming> records = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Incoming record =
          op.equals("delete") ? removal(items.get(i), i) : incoming(items.get(i), i, watch);
      if (record != null) {
        records.add(record);
      }
    }
    return new Posted(object, op, records, alone == null ? 0 : 422);
  }

  private void listed(WireRequest request, String parameter) {
    for (String id : request.query(parameter).orElse("").split(",")) {
      if (!id.isEmpty()) {
        items.add(JSON.createObjectNode().put(parameter.equals("ids") ? "id" : "external_id", id));
      }
    }
  }

  private Incoming removal(JsonNode item, int index) {
    String id = item.isTextual() ? item.asText() : item.path("id").asText("");
    String name = store.nameOf(object, id);
    if (name == null) {
      name = names.ofOurs(object, item.path("external_id").asText(id));
    }
    return new Incoming(name == null ? "id:" + id : name, "", Map.of(), Integer.toString(index));
  }

  private Incoming incoming(JsonNode item, int index, Set<String> watch) throws BadRequest {
    if (!(item instanceof ObjectNode given)) {
      throw new BadRequest("a record is not an object");
    }
    ObjectNode fields = ZendeskNames.flat(given);
    JsonNode id = fields.remove("id");
    String name = id == null ? null : store.nameOf(object, id.asText());
    if (name == null) {
      name = id == null ? names.of(object, fields) : "id:" + id.asText();
    }
    if (invalid(fields, index)) {
      return null;
    }
    Map<String, String> watched = new HashMap<>();
    for (String field : watch) {
      if (fields.hasNonNull(field)) {
        watched.put(field, fields.get(field).asText());
      }
    }
    return new Incoming(name, fields.toString(), watched, Integer.toString(index));
  }

  private boolean invalid(ObjectNode fields, int index) {
    String email = fields.path("email").asText("");
    if (alone != null || email.isEmpty() || ADDRESS.matcher(email).matches()) {
      return false;
    }
    invalid.add(new Invalid(index, "email", email + " is not properly formatted"));
    return true;
  }

  @Override
  public WireReply answer(Posted posted, List<Result> results) {
    if (alone != null) {
      Result only = results.get(0);
      ObjectNode body = JSON.createObjectNode();
      body.putObject(alone).put("id", Long.parseLong(only.id()));
      return WireReply.of(only.created() ? 201 : 200, body.toString());
    }
    ArrayNode told = JSON.createArrayNode();
    for (Result result : results) {
      told.add(result.applied() ? applied(result) : failed(result));
    }
    for (Invalid one : invalid) {
      told.add(failure(one.index(), "RecordInvalid", sentence(one.field(), one.problem())));
    }
    return queue.apply(told);
  }

  private ObjectNode applied(Result result) {
    int index = Integer.parseInt(result.record().mark());
    JsonNode item = items.get(index);
    ObjectNode told = JSON.createObjectNode();
    if (op.equals("delete") && result.id() == null) {
      return failure(index, "RecordNotFound", "Not found");
    }
    if (object.startsWith("custom_objects/")) {
      told.put("id", result.id());
    } else {
      told.put("id", Long.parseLong(result.id()));
    }
    switch (op) {
      case "insert" -> told.put("index", index);
      case "update" -> told.put("action", "update").put("status", "Updated").put("success", true);
      case "delete" -> {
        names.forget(object, result.record().name());
        told.put("action", "delete").put("status", "Deleted").put("success", true);
      }
      default -> {
        told.put("status", result.created() ? "Created" : "Updated");
        for (String name : List.of("email", "external_id")) {
          if (item.hasNonNull(name)) {
            told.set(name, item.get(name));
          }
        }
      }
    }
    return told;
  }

  private ObjectNode failed(Result result) {
    int index = Integer.parseInt(result.record().mark());
    if (result.status().equals("retry")) {
      return failure(index, "DatabaseConflict", "Record collision. Please retry.");
    }
    return switch (result.code()) {
      case "NOT_FOUND" -> failure(index, "RecordNotFound", "Not found");
      case "ALREADY_EXISTS" -> failure(index, "RecordInvalid", "External has already been taken");
      default -> failure(index, result.code(), sentence(result.field(), result.message()));
    };
  }

  private ObjectNode failure(int index, String error, String details) {
    ObjectNode failure = JSON.createObjectNode();
    if (op.equals("insert")) {
      failure.put("index", index);
    } else if (items.get(index).has("id")) {
      failure.set("id", items.get(index).get("id"));
    } else {
      failure.put("id", index);
    }
    failure.put("action", op.equals("upsert") ? "create_or_update" : op).put("success", false);
    return failure.put("status", "Failed").put("error", error).put("details", details);
  }

  /** As Zendesk speaks of a field: by its title, which is its name without the group. */
  private static String sentence(String field, String problem) {
    if (field == null) {
      return problem;
    }
    String title = field.substring(field.indexOf('.') + 1).replace('_', ' ');
    return title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1) + ": " + problem;
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    ObjectNode body = JSON.createObjectNode();
    if (field == null) {
      body.put("error", code).put("description", message);
    } else {
      body.put("error", "RecordInvalid").put("description", "Record validation errors");
      ArrayNode problems = body.putObject("details").putArray(field);
      problems.addObject().put("description", sentence(field, message)).put("error", code);
    }
    return WireReply.of(status, body.toString());
  }
}
