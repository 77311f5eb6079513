/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code sync_batch}: every record is answered, by the value of the active identifier.
 *
 * @param id of the call
 * @param params its {@code sync_plan} and {@code records}
 */
record CensusApi(String id, JsonNode params) implements SandboxApi {

  @Override
  public Posted read(WireRequest request, Set<String> watch) throws BadRequest {
    JsonNode plan = params.path("sync_plan");
    String identifier = null;
    for (Map.Entry<String, JsonNode> field : plan.path("schema").properties()) {
      if (field.getValue().path("active_identifier").asBoolean(false)) {
        identifier = field.getKey();
      }
    }
    if (identifier == null) {
      throw new BadRequest("no field of the schema is the active identifier");
    }
    String op = plan.path("operation").asText();
    if (!Set.of("upsert", "insert", "update", "delete").contains(op)) {
      throw new BadRequest("there is no operation " + op);
    }
    List<Incoming> records = new ArrayList<>();
    for (JsonNode record : params.path("records")) {
      if (!record.hasNonNull(identifier)) {
        throw new BadRequest("a record has no " + identifier);
      }
      records.add(incoming(record, op, identifier, watch));
    }
    return new Posted(plan.at("/object/object_api_name").asText(), op, records, 0);
  }

  private static Incoming incoming(
      JsonNode record, String op, String identifier, Set<String> watch) {
    Map<String, String> watched = new HashMap<>();
    for (String field : watch) {
      if (record.hasNonNull(field)) {
        watched.put(field, record.get(field).asText());
      }
    }
    String fields = op.equals("delete") ? "" : record.toString();
    JsonNode value = record.get(identifier);
    return new Incoming(value.asText(), fields, watched, value.toString());
  }

  @Override
  public WireReply answer(Posted posted, List<Result> results) {
    ObjectNode body = CensusSandbox.JSON.createObjectNode();
    ArrayNode list = body.putArray("record_results");
    for (Result result : results) {
      ObjectNode told = list.addObject();
      told.putRawValue("identifier", new RawValue(result.record().mark()));
      told.put("success", result.applied());
      if (!result.applied()) {
        boolean retry = result.status().equals("retry");
        told.put("error_message", retry ? "API Error, please retry" : words(result));
      }
    }
    return CensusSandbox.result(id, body);
  }

  private static String words(Result result) {
    return result.field() == null
        ? result.message()
        : result.field() + ": " + result.message() + " (" + result.code() + ")";
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    return error(id, -32602, message);
  }

  static WireReply error(String id, int code, String message) {
    ObjectNode answer = CensusSandbox.JSON.createObjectNode().put("jsonrpc", "2.0").put("id", id);
    answer.putObject("error").put("code", code).put("message", message);
    return WireReply.of(200, answer.toString());
  }
}
