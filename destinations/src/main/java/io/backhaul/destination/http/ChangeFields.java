/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Change;
import java.util.Optional;

/**
 * The key and the fields of a change, parsed; numbers of any size are kept exactly.
 *
 * @param key source key columns
 * @param fields destination fields, nulls kept; empty for a delete
 */
public record ChangeFields(Change change, ObjectNode key, ObjectNode fields) {

  /** Parses a change. */
  public static ChangeFields of(Change change) {
    ObjectNode fields =
        change.fields() == null
            ? JsonNodeFactory.instance.objectNode()
            : (ObjectNode) JsonBody.parse(change.fields());
    return new ChangeFields(change, (ObjectNode) JsonBody.parse(change.key()), fields);
  }

  /**
   * The value that identifies the record by {@code name}: the field of that name, else the key
   * column of that name; empty if there is neither, or it is null or an empty text.
   */
  public Optional<JsonNode> identity(String name) {
    JsonNode value = fields.hasNonNull(name) ? fields.get(name) : key.get(name);
    boolean blank =
        value == null || value.isNull() || (value.isValueNode() && value.asText().isEmpty());
    return blank ? Optional.empty() : Optional.of(value);
  }

  /** The name of the only key column; empty if the key has several. */
  public Optional<String> soleKey() {
    return key.size() == 1 ? Optional.of(key.fieldNames().next()) : Optional.empty();
  }
}
