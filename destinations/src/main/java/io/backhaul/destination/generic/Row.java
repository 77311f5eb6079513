/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Change;
import io.backhaul.destination.http.ChangeFields;

/**
 * A record of a batch as templates see it. It is parsed when somebody looks: the default contract
 * sends keys and fields as they are. Used by one thread.
 */
final class Row {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Change change;
  private final int position;
  private final Identifying identifying;
  private Identifying.Identity identity;
  private ObjectNode node;

  /**
   * @param position in the batch
   */
  Row(Change change, int position, Identifying identifying) {
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
  Identifying.Identity identity() {
    node();
    return identity;
  }

  /** {@code {"key","fields","id","identity"}}. */
  ObjectNode node() {
    if (node == null) {
      ChangeFields parsed = ChangeFields.of(change);
      identity = identifying.of(parsed).orElse(null);
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

  /** The same record, known at the destination by another id. */
  Row withId(String id) {
    Row other = new Row(change, position, identifying);
    other.node().put("id", id);
    return other;
  }
}
