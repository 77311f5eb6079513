/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.http.HttpAnswer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The variables that expressions see. All of them have a value, null where they mean nothing, so
 * that only a name nobody knows is an error. Immutable.
 */
record Scope(Map<String, JsonNode> variables) {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static final List<String> NAMES =
      List.of(
          "object", "op", "params", "parts", "batch", "items", "group", "status", "headers",
          "count", "handle", "record");

  Scope {
    variables = Map.copyOf(variables);
  }

  /** Of a call that no batch stands behind. */
  static Scope of(String object, ObjectNode params, Map<String, String> parts) {
    Map<String, JsonNode> variables = new HashMap<>();
    NAMES.forEach(name -> variables.put(name, JSON.nullNode()));
    ObjectNode named = JSON.objectNode();
    parts.forEach(named::put);
    variables.put("object", JSON.textNode(object));
    variables.put("params", params);
    variables.put("parts", named);
    return new Scope(variables);
  }

  /** The same for a batch. */
  static Scope of(Batch batch, ObjectNode params, Map<String, String> parts) {
    return of(batch.object(), params, parts)
        .with("op", JSON.textNode(batch.op().wireName()))
        .with("batch", JSON.textNode(batch.id()));
  }

  /** With another value for one variable. */
  Scope with(String name, JsonNode value) {
    Map<String, JsonNode> changed = new HashMap<>(variables);
    changed.put(name, value);
    return new Scope(changed);
  }

  /** With what an answer says beside its body. */
  Scope with(HttpAnswer answer) {
    ObjectNode headers = JSON.objectNode();
    answer
        .headers()
        .map()
        .forEach(
            (name, values) ->
                headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
    return with("status", JSON.numberNode(answer.status())).with("headers", headers);
  }
}
