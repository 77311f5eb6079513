/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Change;
import io.backhaul.destination.http.ChangeFields;
import java.util.List;
import java.util.Optional;

/**
 * A record of a batch as templates see it. It is parsed when somebody looks: the default contract
 * sends keys and fields as they are. Used by one thread.
 */
final class Row {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Change change;
  private final int position;
  private final List<String> identifying;
  private Identity identity;
  private ObjectNode node;

  /** The name and the value of the field that identifies a record. */
  record Identity(String name, JsonNode value) {}

  /**
   * @param position in the batch
   * @param identifying names of fields that may identify it
   */
  Row(Change change, int position, List<String> identifying) {
    this.change = change;
    this.position = position;
    this.identifying = identifying;
  }

  Change change() {
    return change;
  }

  int position() {
    return position;
  }

  String key() {
    return change.key();
  }

  /** What identifies it: a field, else the only key column; {@code null} if nothing does. */
  Identity identity() {
    node();
    return identity;
  }

  /** {@code {"key","fields","id","identity"}}. */
  ObjectNode node() {
    if (node == null) {
      ChangeFields parsed = ChangeFields.of(change);
      identity = identity(parsed);
      node = JSON.objectNode();
      node.set("key", parsed.key());
      node.set("fields", parsed.fields());
      node.put("id", change.destinationId());
      if (identity == null) {
        node.putNull("identity");
      } else {
        node.putObject("identity").put("name", identity.name()).set("value", identity.value());
      }
    }
    return node;
  }

  private Identity identity(ChangeFields parsed) {
    for (String name : identifying) {
      Optional<JsonNode> value = parsed.identity(name);
      if (value.isPresent()) {
        return new Identity(name, value.get());
      }
    }
    return parsed
        .soleKey()
        .flatMap(name -> parsed.identity(name).map(value -> new Identity(name, value)))
        .orElse(null);
  }

  /** The same record, known at the destination by another id. */
  Row withId(String id) {
    Row other = new Row(change, position, identifying);
    other.node().put("id", id);
    return other;
  }
}
