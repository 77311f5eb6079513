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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * A call of Iterable's that carries many users, events or members of a list. An address that is
 * none is listed in the answer and the others are taken; a field of another type than the project's
 * refuses the whole call and is named ({@code RequestFieldsTypesMismatched}), which is what a
 * script's rejection is told by.
 */
final class IterableWrite implements SandboxApi {

  private static final Pattern ADDRESS = Pattern.compile("[^@\\s]+@[^@\\s]+");
  private static final List<String> REASONS =
      List.of("invalid", "notFound", "conflict", "forgotten", "invalidData");

  private final String object;
  private final String array;
  private final String op;
  private final AtomicLong events;
  private final Map<String, List<String>> failed = new LinkedHashMap<>();

  /**
   * A call.
   *
   * @param array the key of the body under which its records stand
   * @param events numbers the events that bring no id
   */
  IterableWrite(String object, String array, String op, AtomicLong events) {
    this.object = object;
    this.array = array;
    this.op = op;
    this.events = events;
    for (String reason : REASONS) {
      failed.put(reason + "Emails", new ArrayList<>());
      failed.put(reason + "UserIds", new ArrayList<>());
    }
  }

  /** Addresses are compared without case. */
  static String address(String email) {
    return email.toLowerCase(Locale.ROOT);
  }

  @Override
  public Posted read(WireRequest request, Set<String> watch) throws IOException, BadRequest {
    JsonNode items = IterableSandbox.JSON.readTree(request.body()).path(array);
    if (!items.isArray() || items.isEmpty()) {
      throw new BadRequest(array + ": a list is required");
    }
    List<Incoming> records = new ArrayList<>();
    for (JsonNode item : items) {
      if (item.hasNonNull("email") == item.hasNonNull("userId")) {
        throw new BadRequest("either email or userId is required");
      }
      if (object.equals("events") && !item.hasNonNull("eventName")) {
        throw new BadRequest("eventName is required");
      }
      String email = item.path("email").asText("");
      if (item.has("email") && !ADDRESS.matcher(email).matches()) {
        failed.get("invalidEmails").add(email);
      } else {
        records.add(record(item, watch));
      }
    }
    return new Posted(object, op, records, op.equals("delete") ? 0 : 400);
  }

  private Incoming record(JsonNode item, Set<String> watch) {
    ObjectNode fields = IterableSandbox.JSON.createObjectNode();
    item.fields()
        .forEachRemaining(
            each -> {
              if (!each.getKey().equals("dataFields")) {
                fields.set(each.getKey(), each.getValue());
              }
            });
    item.path("dataFields")
        .fields()
        .forEachRemaining(each -> fields.set(each.getKey(), each.getValue()));
    Map<String, String> watched = new HashMap<>();
    for (String field : watch) {
      if (fields.hasNonNull(field)) {
        watched.put(field, IterableSandbox.text(fields.get(field)));
      }
    }
    String who =
        item.has("email") ? address(item.path("email").asText()) : item.path("userId").asText();
    String name =
        object.equals("events") ? item.path("id").asText("event " + events.incrementAndGet()) : who;
    return new Incoming(name, op.equals("delete") ? "" : fields.toString(), watched, who);
  }

  @Override
  public WireReply answer(Posted posted, List<Result> results) {
    int invalid = failed.get("invalidEmails").size();
    ObjectNode body = IterableSandbox.JSON.createObjectNode();
    body.put("successCount", results.size()).put("failCount", invalid);
    body.putArray("createdFields");
    body.putArray("filteredOutFields");
    body.set("invalidEmails", list("invalidEmails"));
    body.set("invalidUserIds", list("invalidUserIds"));
    if (object.equals("events")) {
      body.putArray("disallowedEventNames");
    }
    ObjectNode lists = body.putObject("failedUpdates");
    failed.keySet().forEach(reason -> lists.set(reason, list(reason)));
    return WireReply.of(200, body.toString());
  }

  private ArrayNode list(String reason) {
    ArrayNode list = IterableSandbox.JSON.createArrayNode();
    failed.get(reason).forEach(list::add);
    return list;
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    if (field == null) {
      return WireReply.of(status, IterableSandbox.says("BadParams", message));
    }
    ObjectNode body = IterableSandbox.JSON.createObjectNode();
    body.put("msg", "The request does not have the same data types as the project: " + message);
    body.put("code", "RequestFieldsTypesMismatched");
    ObjectNode error = body.putObject("params").putObject("validationErrors").putObject(field);
    error.putArray("incomingTypes").add("string");
    error.put("expectedType", "keyword");
    return WireReply.of(status, body.toString());
  }
}
