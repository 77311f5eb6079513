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
import java.util.List;

/**
 * A connector as people run them for Census ("Custom Destination API", v1): any object, with the
 * identifier {@code id} unless the sync plan names another, fields made as they come, and at most
 * 100 records in a batch. {@code restaurant} is that of the documentation.
 */
final class CensusSandbox implements SandboxVendor {

  static final JsonMapper JSON = JsonMapper.builder().build();

  private static final int MAX_BATCH = 100;
  private static final List<String> OBJECTS =
      List.of("contacts", "companies", "orders", "restaurant", "venue", "reservation");

  @Override
  public String name() {
    return "census";
  }

  @Override
  public WireReply handle(WireRequest request, Desk desk) {
    JsonNode call;
    try {
      call = JSON.readTree(request.body());
    } catch (IOException e) {
      return CensusApi.error(null, -32700, "Parse error");
    }
    String id = call.path("id").asText();
    String object = call.at("/params/object/object_api_name").asText();
    return switch (call.path("method").asText()) {
      case "test_connection" -> result(id, JSON.createObjectNode().put("success", true));
      case "list_objects" -> result(id, objects());
      case "list_fields" -> result(id, fields(object));
      case "supported_operations" -> result(id, operations());
      case "get_sync_speed" -> result(id, speed());
      case "sync_batch" -> sync(id, call, request, desk);
      default -> CensusApi.error(id, -32601, "Method not found");
    };
  }

  private static WireReply sync(String id, JsonNode call, WireRequest request, Desk desk) {
    int records = call.at("/params/records").size();
    return records == 0 || records > MAX_BATCH
        ? CensusApi.error(id, -32602, records + " records are not 1 to " + MAX_BATCH)
        : desk.write(new CensusApi(id, call.path("params")), request);
  }

  private static ObjectNode objects() {
    ObjectNode result = JSON.createObjectNode();
    ArrayNode objects = result.putArray("objects");
    for (String object : OBJECTS) {
      ObjectNode one = objects.addObject().put("object_api_name", object).put("label", object);
      if (!object.equals("restaurant")) {
        one.put("can_create_fields", "on_write");
      }
    }
    return result;
  }

  private static ObjectNode fields(String object) {
    ObjectNode result = JSON.createObjectNode();
    ArrayNode fields = result.putArray("fields");
    if (object.equals("restaurant")) {
      fields.add(field("name", "string", true, false));
      fields.add(field("outdoor_dining", "boolean", false, false));
      fields.add(field("zip", "decimal", false, false));
      fields.add(field("tag_list", "string", false, true));
    } else {
      fields.add(field("id", "string", true, false));
      fields.add(field("name", "string", false, false));
    }
    return result;
  }

  private static ObjectNode field(String name, String type, boolean identifier, boolean array) {
    ObjectNode field = JSON.createObjectNode().put("field_api_name", name).put("label", name);
    field.put("identifier", identifier).put("required", identifier);
    field.put("createable", true).put("updateable", true);
    return field.put("type", type).put("array", array);
  }

  private static ObjectNode operations() {
    ObjectNode result = JSON.createObjectNode();
    for (String operation : List.of("upsert", "insert", "update", "mirror")) {
      result.withArray("operations").add(operation);
    }
    return result;
  }

  private static ObjectNode speed() {
    ObjectNode speed = JSON.createObjectNode().put("maximum_batch_size", MAX_BATCH);
    speed.put("maximum_parallel_batches", 8);
    return speed.put("maximum_records_per_second", 5_000);
  }

  static WireReply result(String id, ObjectNode result) {
    ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0").put("id", id);
    return WireReply.of(200, answer.set("result", result).toString());
  }
}
