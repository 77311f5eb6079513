/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.io.Serializable;
import java.util.List;

/**
 * The id that the destination of another sync of the tenant gave a record. Where any part of the
 * key is null there is nothing to look up, and the value is null.
 *
 * @param sync the other sync's name
 * @param key one part for each of the other sync's key columns
 * @param onMissing what becomes of a row whose key has no id
 */
public record Lookup(String sync, List<Part> key, OnMissing onMissing) implements Serializable {

  /** The rule that a row breaks whose key has no id, as dead letters name it. */
  public static final String RULE = "lookup";

  /**
   * One part of the key.
   *
   * @param column the other sync's key column
   * @param text what it is in this sync's source: a column, or Spark SQL over the row
   * @param isExpression which of the two
   */
  public record Part(String column, String text, boolean isExpression) implements Serializable {}

  public Lookup {
    key = List.copyOf(key);
    if (key.isEmpty()) {
      throw new IllegalArgumentException("a lookup needs a key");
    }
  }
}
