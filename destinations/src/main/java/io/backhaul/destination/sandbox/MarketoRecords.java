/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** One call of Marketo's that carries records, and its answer. Made anew for each. */
final class MarketoRecords implements SandboxApi {

  private static final int MOST_RECORDS = 300;
  private static final Map<String, String> ACTIONS =
      Map.of("createOrUpdate", "upsert", "createOnly", "insert", "updateOnly", "update");

  /** A store's id, in twelve digits, follows. */
  private static final String GUID = "00000000-0000-4000-8000-";

  /**
   * What the name of a record begins with that was named by an id which the store does not know.
   */
  private static final String BY_ID = "id:";

  private final SandboxStore store;
  private final boolean assumes;
  private final Map<Integer, ObjectNode> skipped = new TreeMap<>();
  private int records;

  /**
   * @param assumes whether records are taken to exist that the store was never told of
   */
  MarketoRecords(SandboxStore store, boolean assumes) {
    this.store = store;
    this.assumes = assumes;
  }

  @Override
  public Posted read(WireRequest request, Set<String> watch) throws IOException, BadRequest {
    String path = request.path().replaceFirst("^/rest/v1/", "").replaceFirst("[.]json$", "");
    boolean deletes = path.endsWith("/delete") || request.method().equals("DELETE");
    JsonNode body =
        request.body().length == 0
            ? MarketoSandbox.JSON.createObjectNode()
            : MarketoSandbox.JSON.readTree(request.body());
    ArrayNode input = MarketoSandbox.JSON.createArrayNode();
    (path.startsWith("lists/") ? ids(request) : body.path("input")).forEach(input::add);
    records = input.size();
    if (records == 0 || records > MOST_RECORDS) {
      throw new BadRequest("input holds " + records + " records, not 1 to " + MOST_RECORDS);
    }
    String op =
        path.startsWith("lists/") && !deletes
            ? "upsert"
            : deletes ? "delete" : ACTIONS.get(body.path("action").asText("createOrUpdate"));
    if (op == null) {
      throw new BadRequest("Invalid value for action");
    }
    String object = path.replaceFirst("/delete$", "");
    object = object.startsWith("lists/") ? object.replaceFirst("/leads$", "") : object;
    List<Incoming> incoming = new ArrayList<>();
    for (int i = 0; i < input.size(); i++) {
      String name = name(object, body, input.get(i), deletes);
      if (name == null) {
        ObjectNode reason = missing(object);
        skipped.put(i, named(object, input.get(i).path("id").asText(), reason));
      } else {
        incoming.add(incoming(name, (ObjectNode) input.get(i), deletes, watch, i));
      }
    }
    return new Posted(object, op, incoming, 0);
  }

  private static ArrayNode ids(WireRequest request) {
    ArrayNode input = MarketoSandbox.JSON.createArrayNode();
    int mark = request.target().indexOf('?');
    for (String pair : request.target().substring(mark + 1).split("&")) {
      if (pair.startsWith("id=")) {
        input.addObject().put("id", Long.parseLong(pair.substring("id=".length())));
      }
    }
    return input;
  }

  /** How the store knows the record; {@code null} if a list is to hold who does not exist. */
  private String name(String object, JsonNode body, JsonNode input, boolean deletes)
      throws BadRequest {
    if (object.equals("leads")) {
      String lookup = deletes ? "id" : body.path("lookupField").asText("email");
      String value = input.path(lookup).asText("");
      if (value.isEmpty()) {
        throw new BadRequest("Value for lookup field '" + lookup + "' not found");
      }
      return lookup.equals("id") ? byId(object, value, value) : value.toLowerCase(Locale.ROOT);
    }
    if (object.startsWith("lists/")) {
      String id = input.path("id").asText();
      return assumes || store.nameOf("leads", id) != null ? id : null;
    }
    if (body.path(deletes ? "deleteBy" : "dedupeBy").asText("").equals("idField")) {
      String guid = input.path("marketoGUID").asText();
      return byId(object, guid.replace(GUID, "").replaceFirst("^0+", ""), guid);
    }
    if (!input.hasNonNull("vin") && !assumes) {
      throw new BadRequest("Missing value for the required parameter 'vin'");
    }
    return input.path("vin").asText(input.toString());
  }

  private String byId(String object, String id, String given) {
    String known = store.nameOf(object, id);
    return known == null ? BY_ID + given : known;
  }

  private Incoming incoming(
      String name, ObjectNode input, boolean deletes, Set<String> watch, int position) {
    Map<String, String> watched = new HashMap<>();
    for (String field : watch) {
      if (input.hasNonNull(field)) {
        watched.put(field, input.get(field).asText());
      }
    }
    input.remove(List.of("id", "marketoGUID"));
    return new Incoming(name, deletes ? "" : input.toString(), watched, Integer.toString(position));
  }

  @Override
  public WireReply answer(Posted posted, List<Result> results) {
    ObjectNode[] told = new ObjectNode[records];
    skipped.forEach((position, reason) -> told[position] = reason);
    for (Result result : results) {
      told[Integer.parseInt(result.record().mark())] = told(posted, result);
    }
    ArrayNode list = MarketoSandbox.JSON.createArrayNode();
    for (int i = 0; i < told.length; i++) {
      list.add(posted.object().startsWith("customobjects/") ? told[i].put("seq", i) : told[i]);
    }
    return MarketoSandbox.success(list);
  }

  private static ObjectNode told(Posted posted, Result result) {
    if (!result.applied()) {
      return skipped(code(result), words(result));
    }
    if (result.id() == null) {
      return posted.object().startsWith("lists/")
          ? named(posted.object(), result.record().name(), skipped("1015", "Lead not in list"))
          : missing(posted.object());
    }
    ObjectNode each = MarketoSandbox.JSON.createObjectNode();
    boolean off = posted.op().equals("delete");
    if (posted.object().startsWith("lists/")) {
      each.put("id", Long.parseLong(result.record().name()));
      return each.put("status", off ? "removed" : "added");
    }
    boolean custom = posted.object().startsWith("customobjects/");
    String guid = GUID + "0".repeat(12 - result.id().length()) + result.id();
    String own = custom ? guid : result.id();
    String name = result.record().name();
    String id = name.startsWith(BY_ID) ? name.substring(BY_ID.length()) : own;
    if (custom) {
      each.put("marketoGUID", id);
    } else {
      each.put("id", Long.parseLong(id));
    }
    return each.put("status", off ? "deleted" : result.created() ? "created" : "updated");
  }

  /** In the answer of a list, whatever became of him, a person has his id. */
  private static ObjectNode named(String object, String id, ObjectNode each) {
    return object.startsWith("lists/") ? each.put("id", Long.parseLong(id)) : each;
  }

  private static ObjectNode missing(String object) {
    return object.startsWith("customobjects/")
        ? skipped("1013", "Object not found")
        : skipped("1004", "Lead not found");
  }

  private static ObjectNode skipped(String code, String message) {
    ObjectNode each = MarketoSandbox.JSON.createObjectNode().put("status", "skipped");
    each.putArray("reasons").addObject().put("code", code).put("message", message);
    return each;
  }

  static String code(Result result) {
    return switch (result.code()) {
      case "ALREADY_EXISTS" -> "1005";
      case "NOT_FOUND" -> "1004";
      case "BUSY" -> "1019";
      default -> result.code();
    };
  }

  static String words(Result result) {
    return switch (result.code()) {
      case "ALREADY_EXISTS" -> "Lead already exists";
      case "NOT_FOUND" -> "Lead not found";
      case "BUSY" -> "Import in progress";
      default ->
          (result.field() == null ? "" : "Field '" + result.field() + "': ") + result.message();
    };
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    return message.equals("the body is not JSON")
        ? MarketoSandbox.error("609", "Invalid JSON")
        : MarketoSandbox.error("1003", message);
  }
}
