/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** YAML as a tree of JSON. */
final class YamlTree {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private YamlTree() {}

  /**
   * Reads a text that holds one mapping.
   *
   * @throws IllegalArgumentException if it does not
   */
  static ObjectNode read(String name, String text) {
    Object value;
    try {
      value = new Load(LoadSettings.builder().setLabel(name).build()).loadFromString(text);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(name + " is not YAML: " + e.getMessage(), e);
    }
    if (tree(value) instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException(name + " holds no mapping");
  }

  private static JsonNode tree(Object value) {
    if (value instanceof Map<?, ?> map) {
      ObjectNode object = JSON.objectNode();
      map.forEach((name, inner) -> object.set(String.valueOf(name), tree(inner)));
      return object;
    }
    if (value instanceof Iterable<?> list) {
      ArrayNode array = JSON.arrayNode();
      list.forEach(element -> array.add(tree(element)));
      return array;
    }
    if (value instanceof Boolean flag) {
      return JSON.booleanNode(flag);
    }
    if (value instanceof Integer || value instanceof Long) {
      return JSON.numberNode(((Number) value).longValue());
    }
    if (value instanceof BigInteger whole) {
      return JSON.numberNode(whole);
    }
    if (value instanceof Double number) {
      return JSON.numberNode(number);
    }
    return value == null ? JSON.nullNode() : JSON.textNode(value.toString());
  }
}
