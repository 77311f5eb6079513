/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import java.util.Locale;

/** What one change does to its record at the destination. */
public enum Op {
  /** Create the record, or overwrite the named fields of the one that has this key. Idempotent. */
  UPSERT,
  /** Create the record; a second application creates a second record or is rejected. */
  INSERT,
  /**
   * Overwrite the named fields of an existing record; a missing record is a rejection. Idempotent.
   */
  UPDATE,
  /** Remove the record; a record that is already gone counts as applied. Idempotent. */
  DELETE;

  private static final Op[] OPS = values();

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /**
   * The lower-case name used in requests, tables and JSON output: {@code upsert}, {@code delete}.
   */
  public String wireName() {
    return wireName;
  }

  /** The operation whose {@link #wireName()} is {@code wireName}; throws if there is none. */
  public static Op ofWireName(String wireName) {
    for (Op op : OPS) {
      if (op.wireName.equals(wireName)) {
        return op;
      }
    }
    throw new IllegalArgumentException("there is no operation '" + wireName + "'");
  }

  /** Whether applying the operation twice leaves the destination as applying it once would. */
  public boolean idempotent() {
    return this != INSERT;
  }
}
