/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HubSpot's batch endpoints {@code /crm/v3/objects/{type}/batch/{upsert|create|update|archive}}, as
 * its documentation describes them: 207 for partial success, failures named by {@code
 * objectWriteTraceId}, and without trace ids one bad record fails the whole call.
 */
final class HubSpotApi implements SandboxApi {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern BATCH =
      Pattern.compile("/crm/v3/objects/([^/]+)/batch/(upsert|create|update|archive)");
  private static final Map<String, String> OPS =
      Map.of("upsert", "upsert", "create", "insert", "update", "update", "archive", "delete");
  private static final int MAX_INPUTS = 100;

  private final SandboxStore store;

  HubSpotApi(SandboxStore store) {
    this.store = store;
  }

  /** Whether the request goes to one of the batch endpoints. */
  static boolean speaks(WireRequest request) {
    return BATCH.matcher(request.path()).matches();
  }

  @Override
  public Posted read(WireRequest request, Set<String> watch) throws IOException, BadRequest {
    Matcher path = BATCH.matcher(request.path());
    if (!path.matches()) {
      throw new BadRequest("no such endpoint");
    }
    String object = path.group(1).toLowerCase(Locale.ROOT);
    JsonNode inputs = JSON.readTree(request.body()).path("inputs");
    if (!inputs.isArray() || inputs.isEmpty() || inputs.size() > MAX_INPUTS) {
      throw new BadRequest("inputs holds " + inputs.size() + " records, not 1 to " + MAX_INPUTS);
    }
    String op = OPS.get(path.group(2));
    List<Incoming> records = new ArrayList<>();
    Set<String> names = new HashSet<>();
    boolean traced = true;
    for (JsonNode input : inputs) {
      JsonNode properties = input.path("properties");
      Map<String, String> watched = new HashMap<>();
      for (String field : watch) {
        if (properties.hasNonNull(field)) {
          watched.put(field, properties.get(field).asText());
        }
      }
      String name = name(object, op, input);
      if (!names.add(name)) {
        throw new BadRequest("Duplicate IDs found in batch input");
      }
      if (input.hasNonNull("idProperty") && properties instanceof ObjectNode written) {
        written.putIfAbsent(input.get("idProperty").asText(), input.get("id"));
      }
      String trace = input.path("objectWriteTraceId").asText("");
      traced &= !trace.isEmpty();
      String fields = op.equals("delete") ? "" : properties.toString();
      records.add(new Incoming(name, fields, watched, trace));
    }
    return new Posted(object, op, records, traced || op.equals("delete") ? 0 : 400);
  }

  private String name(String object, String op, JsonNode input) {
    if (op.equals("insert")) {
      JsonNode unique = input.path("properties").path(uniqueProperty(object));
      return unique.isTextual()
          ? unique.asText()
          : "new:" + input.path("objectWriteTraceId").asText();
    }
    String id = input.path("id").asText();
    if (input.hasNonNull("idProperty")) {
      return id;
    }
    String known = store.nameOf(object, id);
    return known == null ? "id:" + id : known;
  }

  private static String uniqueProperty(String object) {
    return object.equals("companies") ? "domain" : "email";
  }

  @Override
  public WireReply answer(Posted posted, List<Result> results) {
    if (posted.op().equals("delete")) {
      return WireReply.of(204, "");
    }
    ObjectNode body = JSON.createObjectNode().put("status", "COMPLETE");
    ArrayNode successes = body.putArray("results");
    ArrayNode errors = JSON.createArrayNode();
    for (Result result : results) {
      if (result.applied()) {
        successes.add(success(posted, result));
      } else {
        errors.add(error(posted.object(), result));
      }
    }
    if (!errors.isEmpty()) {
      body.put("numErrors", errors.size()).set("errors", errors);
    }
    body.put("startedAt", "2026-01-01T00:00:00.000Z")
        .put("completedAt", "2026-01-01T00:00:00.100Z");
    int whole = posted.op().equals("insert") ? 201 : 200;
    return WireReply.of(errors.isEmpty() ? whole : 207, body.toString());
  }

  private static ObjectNode success(Posted posted, Result result) {
    ObjectNode success = JSON.createObjectNode().put("id", result.id());
    try {
      ObjectNode properties = (ObjectNode) JSON.readTree(result.record().fields());
      properties.put("hs_object_id", result.id());
      success.set("properties", properties);
    } catch (IOException e) {
      throw new IllegalStateException("properties were read as JSON before", e);
    }
    success
        .put("createdAt", "2026-01-01T00:00:00.000Z")
        .put("updatedAt", "2026-01-01T00:00:00.000Z");
    success.put("archived", false);
    return posted.op().equals("upsert") ? success.put("new", result.created()) : success;
  }

  private ObjectNode error(String object, Result result) {
    ObjectNode error = JSON.createObjectNode().put("status", "error");
    error.put("category", category(result)).put("message", message(object, result));
    error.putObject("context").putArray("objectWriteTraceId").add(result.record().mark());
    return error;
  }

  private static String category(Result result) {
    if (result.status().equals("retry")) {
      return "RATE_LIMITS";
    }
    return switch (result.code()) {
      case "ALREADY_EXISTS" -> "CONFLICT";
      case "NOT_FOUND" -> "OBJECT_NOT_FOUND";
      default -> "VALIDATION_ERROR";
    };
  }

  private String message(String object, Result result) {
    if (result.code().equals("ALREADY_EXISTS")) {
      return "Contact already exists. Existing ID: " + store.id(object, result.record().name());
    }
    if (result.field() == null) {
      return result.message();
    }
    ObjectNode problem = JSON.createObjectNode().put("isValid", false);
    problem.put("message", result.message()).put("error", result.code());
    problem.put("name", result.field());
    return "Property values were not valid: [" + problem + "]";
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    ObjectNode body = JSON.createObjectNode().put("status", "error").put("message", message);
    body.put("category", status == 409 ? "CONFLICT" : "VALIDATION_ERROR");
    ObjectNode error = body.putArray("errors").addObject().put("message", message);
    error.put("code", code);
    if (field != null) {
      error.putObject("context").putArray("propertyName").add(field);
    }
    return WireReply.of(status, body.toString());
  }

  /** {@code GET /crm/v3/properties/{type}}: the properties that a fresh account has, in part. */
  static WireReply properties() {
    ArrayNode results = JSON.createArrayNode();
    for (String text : List.of("firstname", "lastname", "phone", "company", "name", "city")) {
      results.add(property(text, "string", false, false));
    }
    results.add(property("email", "string", true, false));
    results.add(property("domain", "string", true, false));
    results.add(property("hs_object_id", "number", true, true));
    results.add(property("annualrevenue", "number", false, false));
    ObjectNode stage = property("lifecyclestage", "enumeration", false, false);
    for (String option : List.of("subscriber", "lead", "opportunity", "customer")) {
      stage.withArray("options").addObject().put("label", option).put("value", option);
    }
    results.add(stage);
    return WireReply.of(200, JSON.createObjectNode().set("results", results).toString());
  }

  private static ObjectNode property(String name, String type, boolean unique, boolean readOnly) {
    ObjectNode property = JSON.createObjectNode().put("name", name).put("label", name);
    property.put("type", type).put("fieldType", type.equals("string") ? "text" : type);
    property.putArray("options");
    property.put("hasUniqueValue", unique).put("calculated", false);
    property.putObject("modificationMetadata").put("readOnlyValue", readOnly);
    return property;
  }
}
