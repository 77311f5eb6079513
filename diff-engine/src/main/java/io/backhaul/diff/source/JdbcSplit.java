/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.util.List;

/** How the rows of a relation are divided among connections: each row goes to one of them. */
sealed interface JdbcSplit {

  /** One connection reads everything. */
  record Whole() implements JdbcSplit {}

  /**
   * Ranges of a column. The outer ones are open, and null falls into the first.
   *
   * @param lowest a text as Spark's reader takes it, as is {@code highest}
   */
  record Ranges(String column, String lowest, String highest, int partitions)
      implements JdbcSplit {}

  /** One condition for each connection. */
  record Conditions(List<String> conditions) implements JdbcSplit {
    public Conditions {
      conditions = List.copyOf(conditions);
    }
  }
}
