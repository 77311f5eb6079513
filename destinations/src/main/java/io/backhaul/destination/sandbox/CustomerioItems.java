/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The items of a batch that do the same to the same kind of thing. One that is wrong is named by
 * its position, the others are taken.
 */
final class CustomerioItems implements SandboxApi {

  private static final int MAX_ITEM = 32 * 1024;
  private static final List<String> PEOPLE = List.of("id", "email", "phone", "cio_id");

  /**
   * "If no person matches the identifiers, the request does nothing"; and an event whose id came
   * before was taken before.
   */
  private static final Set<String> SILENT = Set.of("NOT_FOUND", "ALREADY_EXISTS");

  /** An item's kind of thing, what it does to it, and what it calls it. */
  private record Meant(String object, String op, String name) {}

  private final String object;
  private final String op;
  private final Map<Integer, ObjectNode> errors;
  private final Map<Integer, JsonNode> items = new LinkedHashMap<>();
  private final Map<Integer, String> names = new HashMap<>();

  private CustomerioItems(String object, String op, Map<Integer, ObjectNode> errors) {
    this.object = object;
    this.op = op;
    this.errors = errors;
  }

  /**
   * A batch's items by what they do.
   *
   * @param errors takes what is wrong with an item, by its position
   * @param events numbers the events that bring no id
   */
  static List<CustomerioItems> parts(
      JsonNode items, Map<Integer, ObjectNode> errors, AtomicLong events) {
    Map<String, CustomerioItems> parts = new LinkedHashMap<>();
    int position = 0;
    for (JsonNode item : items) {
      int at = position++;
      meant(item, at, errors, events)
          .ifPresent(
              meant -> {
                CustomerioItems part =
                    parts.computeIfAbsent(
                        meant.op() + " " + meant.object(),
                        any -> new CustomerioItems(meant.object(), meant.op(), errors));
                part.items.put(at, item);
                part.names.put(at, meant.name());
              });
    }
    return List.copyOf(parts.values());
  }

  private static Optional<Meant> meant(
      JsonNode item, int at, Map<Integer, ObjectNode> errors, AtomicLong events) {
    JsonNode identifiers = item.path("identifiers");
    String action = item.path("action").asText("");
    if (item.toString().getBytes(StandardCharsets.UTF_8).length > MAX_ITEM) {
      return wrong(errors, at, "too_large", "batch", "an item is 32kb or smaller");
    }
    if (item.path("type").asText("").equals("object")) {
      String name =
          identifiers.path("object_id").asText(identifiers.path("cio_object_id").asText());
      if (name.isEmpty()) {
        return wrong(errors, at, "required", "identifiers", "identifiers are required");
      }
      String type = "objects/" + identifiers.path("object_type_id").asText("?");
      return switch (action) {
        case "identify" -> Optional.of(new Meant(type, "upsert", name));
        case "delete" -> Optional.of(new Meant(type, "delete", name));
        default -> wrong(errors, at, "invalid", "action", "action is not one of an object's");
      };
    }
    if (!item.path("type").asText("").equals("person")) {
      return wrong(errors, at, "required", "type", "type is required");
    }
    List<String> given = PEOPLE.stream().filter(kind -> isText(identifiers, kind)).toList();
    if (given.size() != 1 || identifiers.size() != 1) {
      return wrong(errors, at, "invalid", "identifiers", "exactly one identifier is required");
    }
    String name = identifiers.path(given.get(0)).asText();
    boolean only = item.path("attributes").path("_update").asBoolean(false);
    return switch (action) {
      case "identify" -> Optional.of(new Meant("people", only ? "update" : "upsert", name));
      case "delete" -> Optional.of(new Meant("people", "delete", name));
      case "event" ->
          item.path("name").asText("").isEmpty()
              ? wrong(errors, at, "required", "name", "name is required")
              : Optional.of(
                  new Meant(
                      "events",
                      "insert",
                      item.path("id").asText(name + " #" + events.incrementAndGet())));
      default -> wrong(errors, at, "invalid", "action", "action is not one of a person's");
    };
  }

  private static boolean isText(JsonNode identifiers, String kind) {
    return identifiers.path(kind).isTextual() && !identifiers.path(kind).asText().isEmpty();
  }

  private static Optional<Meant> wrong(
      Map<Integer, ObjectNode> errors, int at, String reason, String field, String message) {
    ObjectNode error = CustomerioSandbox.JSON.createObjectNode().put("batch_index", at);
    error.setAll(CustomerioSandbox.error(reason, field, message));
    errors.put(at, error);
    return Optional.empty();
  }

  @Override
  public Posted read(WireRequest request, Set<String> watch) {
    List<Incoming> records = new ArrayList<>();
    items.forEach(
        (at, item) -> {
          JsonNode attributes = item.path("attributes");
          Map<String, String> watched = new HashMap<>();
          for (String field : watch) {
            if (attributes.hasNonNull(field)) {
              watched.put(field, attributes.get(field).asText());
            }
          }
          ObjectNode kept =
              attributes.isObject()
                  ? attributes.deepCopy()
                  : CustomerioSandbox.JSON.createObjectNode();
          kept.remove("_update");
          String fields = op.equals("delete") ? "" : kept.toString();
          records.add(new Incoming(names.get(at), fields, watched, at.toString()));
        });
    return new Posted(object, op, records, 0);
  }

  @Override
  public WireReply answer(Posted posted, List<Result> results) {
    for (Result result : results) {
      if (!result.applied() && !SILENT.contains(result.code())) {
        int at = Integer.parseInt(result.record().mark());
        String field = result.field() == null ? "batch" : result.field();
        wrong(errors, at, result.code(), field, result.message());
      }
    }
    return WireReply.of(200, "{}");
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    return WireReply.of(
        status, CustomerioSandbox.refused(code, field == null ? "batch" : field, message));
  }
}
