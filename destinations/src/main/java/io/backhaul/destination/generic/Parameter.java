/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A key that a definition adds to the files of its type.
 *
 * @param fallback its value where the file has none, or {@code null}
 */
record Parameter(String name, Shape shape, boolean required, JsonNode fallback, String doc) {

  private static final List<String> TYPES = List.of("text", "flag", "whole", "choice", "secret");

  /** The keys by which a definition declares one. */
  static Shape.Obj keys() {
    return Shape.obj(
        Key.optional("type", new Shape.Choice(TYPES), "text", "What its value is."),
        Key.optional("words", new Shape.ListOf(Shape.text()), "The values of a choice."),
        Key.optional("default", new Shape.Scalar(), "Its value where the file has none."),
        Key.optional("required", new Shape.Flag(), "false", "Whether the file must have it."),
        Key.required("doc", Shape.text(), "A sentence for the reference."));
  }

  static Parameter read(String name, JsonNode keys) {
    List<String> words = new ArrayList<>();
    keys.path("words").forEach(word -> words.add(word.asText()));
    Shape shape =
        switch (keys.path("type").asText("text")) {
          case "flag" -> new Shape.Flag();
          case "whole" -> new Shape.Whole(0, Integer.MAX_VALUE);
          case "choice" -> new Shape.Choice(words);
          case "secret" -> Shape.secret();
          default -> Shape.text();
        };
    return new Parameter(
        name,
        shape,
        keys.path("required").asBoolean(false),
        keys.get("default"),
        keys.path("doc").asText());
  }

  Key key() {
    if (required) {
      return Key.required(name, shape, doc);
    }
    return fallback == null
        ? Key.optional(name, shape, doc)
        : Key.optional(name, shape, fallback.asText(), doc);
  }

  /** Its value in a file; null where there is none. */
  JsonNode value(JsonNode file) {
    JsonNode given = file.get(name);
    return given != null
        ? given
        : fallback != null ? fallback : JsonNodeFactory.instance.nullNode();
  }
}
