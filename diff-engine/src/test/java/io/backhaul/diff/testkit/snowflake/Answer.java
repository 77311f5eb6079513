/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.testkit.snowflake;

import java.util.List;

/**
 * What a query gives.
 *
 * @param chunks rows as JSON arrays of texts and nulls, with commas between them
 */
record Answer(List<Column> columns, List<Chunk> chunks) {

  /** A column as Snowflake describes it. */
  record Column(String name, String type, int precision, int scale) {}

  /** Some rows. */
  record Chunk(String json, int rows) {
    static final Chunk NONE = new Chunk("", 0);
  }

  static final Answer NOTHING = new Answer(List.of(), List.of());

  Chunk first() {
    return chunks.isEmpty() ? Chunk.NONE : chunks.get(0);
  }

  List<Chunk> others() {
    return chunks.isEmpty() ? List.of() : chunks.subList(1, chunks.size());
  }

  int rows() {
    return chunks.stream().mapToInt(Chunk::rows).sum();
  }
}
