/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The kinds of {@code auth:} that a vendor takes, with its own values for keys that are the same
 * for all of its users. Immutable.
 *
 * @param kinds type to defaults; empty where every kind will do
 */
record AcceptedAuth(ObjectNode kinds) {

  private static final String AUTH = "auth";

  /** The keys of every HTTP destination, with no other kinds than these. */
  List<Key> narrowed(List<Key> keys) {
    List<Key> narrowed = new ArrayList<>();
    for (Key key : keys) {
      boolean ours = key.name().equals(AUTH) && !kinds.isEmpty();
      narrowed.add(
          ours && key.shape() instanceof Shape.Variants variants
              ? Key.optional(
                  AUTH, accepted(variants), "How requests prove who sends them; none if left out.")
              : key);
    }
    return narrowed;
  }

  private Shape.Variants accepted(Shape.Variants all) {
    List<Shape.Case> cases = new ArrayList<>();
    for (Shape.Case each : all.cases()) {
      if (kinds.has(each.word())) {
        List<Key> keys = each.shape().keys().stream().map(key -> known(each.word(), key)).toList();
        cases.add(new Shape.Case(each.word(), new Shape.Obj(keys)));
      }
    }
    if (cases.size() < kinds.size()) {
      throw new IllegalArgumentException("auth names a type that there is not: " + kinds);
    }
    return new Shape.Variants(all.tag(), cases);
  }

  private Key known(String word, Key key) {
    JsonNode fallback = kinds.path(word).get(key.name());
    return fallback == null
        ? key
        : Key.optional(key.name(), key.shape(), fallback.asText(), key.doc());
  }

  /** A file's properties with what the vendor knows of its section {@code auth}. */
  ObjectNode completed(ObjectNode properties) {
    JsonNode known = kinds.path(properties.path(AUTH).path("type").asText(""));
    if (!known.isObject()) {
      return properties;
    }
    ObjectNode auth = known.deepCopy();
    auth.setAll((ObjectNode) properties.get(AUTH));
    ObjectNode completed = JsonNodeFactory.instance.objectNode();
    completed.setAll(properties);
    completed.set(AUTH, auth);
    return completed;
  }

  /** A section {@code auth} of the first kind, with made-up values. */
  ObjectNode sample(List<Key> keys) {
    ObjectNode sample = JsonNodeFactory.instance.objectNode();
    for (Key key : narrowed(keys)) {
      if (key.name().equals(AUTH) && key.shape() instanceof Shape.Variants variants) {
        String first = kinds.fieldNames().hasNext() ? kinds.fieldNames().next() : "none";
        sample.put("type", first);
        variants.cases().stream()
            .filter(each -> each.word().equals(first))
            .flatMap(each -> each.shape().keys().stream())
            .filter(Key::required)
            .forEach(each -> sample.put(each.name(), "sample-" + each.name()));
      }
    }
    return sample;
  }
}
