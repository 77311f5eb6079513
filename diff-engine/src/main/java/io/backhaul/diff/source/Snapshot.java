/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.time.Instant;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A source at one point in time, not yet read.
 *
 * @param rows to be consumed by one action, unless there is a version: only that gives the same
 *     rows twice, or fails because its files were removed
 * @param version what {@code rows} are pinned to, a version of Delta or the id of a snapshot of
 *     Iceberg; {@code null} for other sources
 * @param committedAt when that version was committed, UTC; {@code null} for other sources
 * @param pinnedAt when the source was pinned, UTC, by its own clock if it has one
 * @param tableId Delta's id of the table, another one once it is dropped and made again; {@code
 *     null} for other sources
 */
public record Snapshot(
    Dataset<Row> rows, Long version, Instant committedAt, Instant pinnedAt, String tableId) {

  /** A snapshot of a source without versions. */
  static Snapshot unversioned(Dataset<Row> rows, Instant pinnedAt) {
    return new Snapshot(rows, null, null, pinnedAt, null);
  }

  /** Whether a later version is a greater number: Delta counts, Iceberg draws its ids by lot. */
  public boolean countsVersions() {
    return tableId != null;
  }

  @Override
  public String toString() {
    return "Snapshot[" + (version == null ? "pinned at " + pinnedAt : "version " + version) + "]";
  }
}
