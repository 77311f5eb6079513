/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.time.Instant;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A source at one point in time, not yet read. Close it once nothing of it is read any more: the
 * source may hold something open for it.
 *
 * @param rows to be consumed by one action, unless there is a version: only that gives the same
 *     rows twice, or fails because its files were removed
 * @param version what {@code rows} are pinned to, a version of Delta or the id of a snapshot of
 *     Iceberg; {@code null} for other sources
 * @param committedAt when that version was committed, UTC; {@code null} for other sources
 * @param pinnedAt when the source was pinned, UTC, by its own clock if it has one
 * @param tableId Delta's id of the table, another one once it is dropped and made again; {@code
 *     null} for other sources
 * @param pushdown has the source's database hash rows of the snapshot; {@code null} where it cannot
 * @param release lets go of what the source holds open for it
 */
public record Snapshot(
    Dataset<Row> rows,
    Long version,
    Instant committedAt,
    Instant pinnedAt,
    String tableId,
    HashPushdown pushdown,
    Runnable release)
    implements AutoCloseable {

  /** A snapshot for which nothing is held open. */
  public Snapshot(
      Dataset<Row> rows, Long version, Instant committedAt, Instant pinnedAt, String tableId) {
    this(rows, version, committedAt, pinnedAt, tableId, null, () -> {});
  }

  /** A snapshot of a source without versions. */
  static Snapshot unversioned(Dataset<Row> rows, Instant pinnedAt) {
    return new Snapshot(rows, null, null, pinnedAt, null);
  }

  /** Whether a later version is a greater number: Delta counts, Iceberg draws its ids by lot. */
  public boolean countsVersions() {
    return tableId != null;
  }

  /** A snapshot of a source without versions that may be read again until it is released. */
  static Snapshot held(
      Dataset<Row> rows, Instant pinnedAt, HashPushdown pushdown, Runnable release) {
    return new Snapshot(rows, null, null, pinnedAt, null, pushdown, release);
  }

  @Override
  public void close() {
    release.run();
  }

  @Override
  public String toString() {
    return "Snapshot[" + (version == null ? "pinned at " + pinnedAt : "version " + version) + "]";
  }
}
