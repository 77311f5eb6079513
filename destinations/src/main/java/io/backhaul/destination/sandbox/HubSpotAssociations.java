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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code /crm/v4/associations/{from}/{to}/batch/{create|associate/default|archive|labels/archive}}:
 * at most 2,000 pairs a call, known by {@code from:to}.
 */
final class HubSpotAssociations implements SandboxApi {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern BATCH =
      Pattern.compile(
          "/crm/v4/associations/([^/]+/[^/]+)/batch/"
              + "(create|associate/default|archive|labels/archive)");
  private static final int MAX_INPUTS = 2_000;

  static boolean speaks(WireRequest request) {
    return request.method().equals("POST") && BATCH.matcher(request.path()).matches();
  }

  @Override
  public Posted read(WireRequest request, Set<String> watch) throws IOException, BadRequest {
    Matcher path = BATCH.matcher(request.path());
    if (!path.matches()) {
      throw new BadRequest("no such endpoint");
    }
    JsonNode inputs = JSON.readTree(request.body()).path("inputs");
    if (!inputs.isArray() || inputs.isEmpty() || inputs.size() > MAX_INPUTS) {
      throw new BadRequest("inputs holds " + inputs.size() + " pairs, not 1 to " + MAX_INPUTS);
    }
    String call = path.group(2);
    List<Incoming> records = new ArrayList<>();
    for (JsonNode input : inputs) {
      if (call.equals("create") && input.path("types").isEmpty()) {
        throw new BadRequest("types must not be empty");
      }
      String from = id(input.path("from"));
      // An archive names all ends of one beginning.
      JsonNode ends = input.path("to");
      for (JsonNode to : call.equals("archive") ? ends : JSON.createArrayNode().add(ends)) {
        records.add(record(call, from, id(to), input, watch));
      }
    }
    String op = call.endsWith("archive") ? "delete" : "upsert";
    return new Posted("associations/" + path.group(1), op, records, 0);
  }

  private static String id(JsonNode end) throws BadRequest {
    String id = end.path("id").asText("");
    if (!id.matches("[0-9]+")) {
      throw new BadRequest("Invalid input JSON: an id is no number");
    }
    return id;
  }

  private static Incoming record(
      String call, String from, String to, JsonNode input, Set<String> watch) {
    ObjectNode fields = JSON.createObjectNode().put("from_id", from).put("to_id", to);
    Map<String, String> watched = new HashMap<>();
    fields
        .fields()
        .forEachRemaining(
            field -> {
              if (watch.contains(field.getKey())) {
                watched.put(field.getKey(), field.getValue().asText());
              }
            });
    if (input.has("types")) {
      fields.set("types", input.get("types"));
    }
    String name = from + ":" + to;
    return new Incoming(name, call.endsWith("archive") ? "" : fields.toString(), watched, name);
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
      String[] ends = result.record().mark().split(":");
      if (result.applied()) {
        ObjectNode success = successes.addObject();
        success.put("fromObjectTypeId", "0-1").put("fromObjectId", Long.parseLong(ends[0]));
        success.put("toObjectTypeId", "0-2").put("toObjectId", Long.parseLong(ends[1]));
        success.putArray("labels");
      } else {
        ObjectNode error = errors.addObject().put("status", "error");
        boolean retry = result.status().equals("retry");
        error.put("category", retry ? "RATE_LIMITS" : "VALIDATION_ERROR");
        error.put("message", result.message());
        ObjectNode context = error.putObject("context");
        context.putArray("fromObjectId").add(ends[0]);
        context.putArray("toObjectId").add(ends[1]);
      }
    }
    if (!errors.isEmpty()) {
      body.put("numErrors", errors.size()).set("errors", errors);
    }
    return WireReply.of(errors.isEmpty() ? 201 : 207, body.toString());
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    ObjectNode body = JSON.createObjectNode().put("status", "error").put("message", message);
    return WireReply.of(status, body.put("category", "VALIDATION_ERROR").toString());
  }
}
