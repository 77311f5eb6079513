/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * A key by its value: names in any order and numbers in any notation make the same key, a number
 * and its text do not.
 */
final class JsonKey {

  private JsonKey() {}

  /** A text that is equal for equal values. */
  static String of(JsonNode key) {
    StringBuilder text = new StringBuilder();
    append(key, text);
    return text.toString();
  }

  private static void append(JsonNode node, StringBuilder text) {
    if (node.isObject()) {
      Map<String, JsonNode> sorted = new TreeMap<>();
      node.fields().forEachRemaining(field -> sorted.put(field.getKey(), field.getValue()));
      text.append('{');
      sorted.forEach(
          (name, value) -> {
            text.append(name.length()).append(':').append(name).append('=');
            append(value, text);
          });
      text.append('}');
    } else if (node.isArray()) {
      text.append('[');
      node.forEach(element -> append(element, text));
      text.append(']');
    } else if (node.isNumber()) {
      text.append('#').append(node.decimalValue().stripTrailingZeros()).append(';');
    } else {
      String value = node.asText();
      text.append(node.isTextual() ? '"' : '!').append(value.length()).append(':').append(value);
    }
  }
}
