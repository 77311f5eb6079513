/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The items of one array of a {@code /users/track} request that do the same: create or update users
 * ({@code attributes}), update those that are there ({@code _update_existing_only}), or record
 * something that happened. An item that is wrong is named by array and index; the others go on.
 */
final class BrazeTrack implements SandboxApi {

  private static final String UNNAMED =
      "'external_id' or 'braze_id' or 'user_alias' or 'email' or 'phone' is required";

  private final String array;
  private final String op;
  private final SandboxStore store;
  private final AtomicLong occurrences;
  private final Map<Integer, JsonNode> items = new LinkedHashMap<>();
  private final Map<Integer, String> errors = new LinkedHashMap<>();

  private BrazeTrack(String array, String op, SandboxStore store, AtomicLong occurrences) {
    this.array = array;
    this.op = op;
    this.store = store;
    this.occurrences = occurrences;
  }

  /** An array's items, sorted by what they do. */
  static List<BrazeTrack> parts(
      String array, JsonNode items, SandboxStore store, AtomicLong occurrences) {
    Map<String, BrazeTrack> byOp = new LinkedHashMap<>();
    int index = 0;
    for (JsonNode item : items) {
      String op = array.equals("attributes") ? "upsert" : "insert";
      // An alias without the flag updates only: "Update Only defaults to true".
      if (op.equals("upsert")
          && item.path("_update_existing_only").asBoolean(item.hasNonNull("user_alias"))) {
        op = "update";
      }
      byOp.computeIfAbsent(op, any -> new BrazeTrack(array, any, store, occurrences))
          .items
          .put(index++, item);
    }
    return List.copyOf(byOp.values());
  }

  @Override
  public Posted read(WireRequest request, Set<String> watch) {
    List<Incoming> records = new ArrayList<>();
    items.forEach(
        (index, item) -> {
          Optional<String> name = BrazeUser.name(item, store);
          Optional<String> problem = name.isEmpty() ? Optional.of(UNNAMED) : problem(item);
          if (problem.isPresent()) {
            errors.put(index, problem.get());
            return;
          }
          Map<String, String> watched = new HashMap<>();
          for (String field : watch) {
            if (item.hasNonNull(field)) {
              watched.put(field, item.get(field).asText());
            }
          }
          ObjectNode fields = item.deepCopy();
          fields.remove("_update_existing_only");
          records.add(
              new Incoming(recordName(name.get()), fields.toString(), watched, index.toString()));
        });
    return new Posted(array.equals("attributes") ? "users" : array, op, records, 0);
  }

  /** Every occurrence is one of its own: "duplicate events are treated as separate events". */
  private String recordName(String user) {
    return op.equals("insert") ? user + " #" + occurrences.incrementAndGet() : user;
  }

  private Optional<String> problem(JsonNode item) {
    List<String> required =
        switch (array) {
          case "events" -> List.of("name", "time");
          case "purchases" -> List.of("product_id", "currency", "price", "time");
          default -> List.<String>of();
        };
    return required.stream()
        .filter(field -> !item.hasNonNull(field))
        .findFirst()
        .map(field -> "'" + field + "' is required");
  }

  @Override
  public WireReply answer(Posted posted, List<Result> results) {
    for (Result result : results) {
      // An update of a user who is not there is taken and comes to nothing.
      if (!result.applied() && !"NOT_FOUND".equals(result.code())) {
        String about = result.field() == null ? "" : "'" + result.field() + "' ";
        errors.put(Integer.valueOf(result.record().mark()), about + result.message());
      }
    }
    return WireReply.of(201, BrazeSandbox.says("success"));
  }

  /** Adds what became of these items to the answer. */
  void addTo(ObjectNode whole) {
    String count = array + "_processed";
    int processed = items.size() - errors.size();
    if (processed > 0) {
      whole.put(count, whole.path(count).asInt(0) + processed);
    }
    errors.forEach(
        (index, message) ->
            whole
                .withArray("errors")
                .addObject()
                .put("type", message)
                .put("input_array", array)
                .put("index", index));
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    return WireReply.of(status, BrazeSandbox.says(message));
  }
}
