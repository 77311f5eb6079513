/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds a definition to its {@link Shape} and gives its canonical form, as readers of the user's
 * files do for theirs; a definition has no secrets and no references. The first problem is thrown.
 */
final class ShapeCheck {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Pattern MEASURE = Pattern.compile("(\\d{1,12})\\s?([a-z]{0,2})");
  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
  private static final Map<String, Long> BYTES =
      Map.of("", 1L, "b", 1L, "kb", 1L << 10, "mb", 1L << 20, "gb", 1L << 30);

  private ShapeCheck() {}

  /**
   * The canonical form of a value.
   *
   * @param path names it in messages
   * @throws IllegalArgumentException if it does not have the shape
   */
  static JsonNode canonical(String path, Shape shape, JsonNode value) {
    if (shape instanceof Shape.Obj obj) {
      return object(path, obj, value);
    }
    if (shape instanceof Shape.MapOf map) {
      ObjectNode object = JSON.objectNode();
      mapping(path, value)
          .fields()
          .forEachRemaining(
              each ->
                  object.set(
                      each.getKey(),
                      canonical(path + "." + each.getKey(), map.value(), each.getValue())));
      return object;
    }
    if (shape instanceof Shape.ListOf list) {
      ArrayNode array = JSON.arrayNode();
      if (value.isArray()) {
        value.forEach(element -> array.add(canonical(path + "[]", list.element(), element)));
      } else {
        array.add(canonical(path, list.element(), value));
      }
      return array;
    }
    if (shape instanceof Shape.AnyOf any) {
      return anyOf(path, any, value);
    }
    return single(shape, value)
        .orElseThrow(() -> new IllegalArgumentException(path + " has a value that does not fit"));
  }

  private static ObjectNode mapping(String path, JsonNode value) {
    if (value instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException(path + " is not a mapping");
  }

  private static JsonNode object(String path, Shape.Obj shape, JsonNode value) {
    ObjectNode left = mapping(path, value).deepCopy();
    ObjectNode object = JSON.objectNode();
    for (Key key : shape.keys()) {
      JsonNode inner = left.remove(key.name());
      String where = path + "." + key.name();
      if (inner != null) {
        object.set(key.name(), canonical(where, key.shape(), inner));
      } else if (key.required()) {
        throw new IllegalArgumentException(where + " is missing");
      } else if (key.fallback() != null) {
        JsonNode fallback = YamlTree.read(where, "value: " + key.fallback()).get("value");
        object.set(key.name(), canonical(where, key.shape(), fallback));
      }
    }
    if (!left.isEmpty()) {
      TreeSet<String> known = new TreeSet<>();
      shape.keys().forEach(key -> known.add(key.name()));
      throw new IllegalArgumentException(
          path + "." + left.fieldNames().next() + " is no key; there are " + known);
    }
    return object;
  }

  private static JsonNode anyOf(String path, Shape.AnyOf any, JsonNode value) {
    IllegalArgumentException problem = null;
    for (Shape shape : any.shapes()) {
      try {
        return canonical(path, shape, value);
      } catch (IllegalArgumentException e) {
        boolean meant = value.isObject() == (shape instanceof Shape.Obj);
        problem = problem == null || meant ? e : problem;
      }
    }
    throw problem == null ? new IllegalArgumentException(path + " takes nothing") : problem;
  }

  private static Optional<JsonNode> single(Shape shape, JsonNode value) {
    if (value.isContainerNode() || (value.isNull() && !(shape instanceof Shape.Scalar))) {
      return Optional.empty();
    }
    String text = value.asText();
    JsonNode canonical = null;
    if (shape instanceof Shape.Scalar) {
      canonical = value;
    } else if (shape instanceof Shape.Text || shape instanceof Shape.Url) {
      canonical = JSON.textNode(text);
    } else if (shape instanceof Shape.Choice choice && choice.words().contains(text)) {
      canonical = JSON.textNode(text);
    } else if (shape instanceof Shape.Pattern pattern && text.matches(pattern.regex())) {
      canonical = JSON.textNode(text);
    } else if (shape instanceof Shape.Flag && value.isBoolean()) {
      canonical = value;
    } else if (shape instanceof Shape.Whole whole
        && value.isIntegralNumber()
        && value.asLong() >= whole.min()
        && value.asLong() <= whole.max()) {
      canonical = JSON.numberNode(value.asLong());
    } else if (shape instanceof Shape.Decimal decimal
        && value.isNumber()
        && value.asDouble() >= decimal.min()
        && value.asDouble() <= decimal.max()) {
      canonical = JSON.numberNode(value.asDouble());
    } else if (shape instanceof Shape.Span) {
      canonical = measured(text, MILLIS);
    } else if (shape instanceof Shape.Size) {
      canonical = measured(text, BYTES);
    }
    return Optional.ofNullable(canonical);
  }

  private static JsonNode measured(String text, Map<String, Long> units) {
    Matcher measure = MEASURE.matcher(text.toLowerCase(Locale.ROOT));
    return measure.matches() && units.containsKey(measure.group(2))
        ? JSON.numberNode(Long.parseLong(measure.group(1)) * units.get(measure.group(2)))
        : null;
  }
}
