/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.census;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.http.HttpKeys;
import io.backhaul.destination.http.HttpSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A destination file of type {@code census}, read. Limits are the receiver's own, which it tells
 * when it is asked.
 *
 * @param identifiers per object the field that identifies a record
 * @param anyIdentifier the same for every other object, or {@code null}
 */
record CensusConfig(HttpSettings http, Map<String, String> identifiers, String anyIdentifier) {

  private static final HttpKeys KEYS = new HttpKeys(null, 10_000, 100, 4 << 20, 10, 4);

  CensusConfig {
    identifiers = Map.copyOf(identifiers);
  }

  static Shape.Obj shape() {
    return KEYS.shape(
        Key.optional(
            "identifier",
            new Shape.AnyOf(List.of(new Shape.MapOf(Shape.text()), Shape.text())),
            "Field that identifies a record: one for all objects, or one for each. If left out, the"
                + " key column if the receiver calls it an identifier, else an identifier of the"
                + " receiver's that all records have, else the key column."));
  }

  /** Reads properties of this {@link #shape}. */
  static CensusConfig read(ObjectNode properties) {
    JsonNode given = properties.path("identifier");
    Map<String, String> byObject = new TreeMap<>();
    given.fields().forEachRemaining(each -> byObject.put(each.getKey(), each.getValue().asText()));
    return new CensusConfig(
        KEYS.read(properties), byObject, given.isTextual() ? given.asText() : null);
  }

  /** The field that the file says identifies a record of the object. */
  Optional<String> identifier(String object) {
    return Optional.ofNullable(identifiers.getOrDefault(object, anyIdentifier));
  }

  /** All fields that the file says identify a record. */
  Set<String> allIdentifiers() {
    Set<String> all = new TreeSet<>(identifiers.values());
    if (anyIdentifier != null) {
      all.add(anyIdentifier);
    }
    return all;
  }
}
