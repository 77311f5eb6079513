/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.time.Clock;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A place to read rows from, as a spec names it. Immutable; thread-safe as its session is. */
public interface SnapshotSource {

  /** The source that a spec describes; nothing is looked up yet. */
  static SnapshotSource of(SourceSpec spec) {
    return of(spec, Clock.systemUTC());
  }

  /**
   * The source that a spec describes; nothing is looked up yet.
   *
   * @param clock tells {@link Snapshot#pinnedAt}, where the source has no clock of its own
   */
  static SnapshotSource of(SourceSpec spec, Clock clock) {
    if (spec instanceof SourceSpec.Delta delta) {
      return new DeltaSource(delta, clock);
    }
    if (spec instanceof SourceSpec.Files files) {
      return new FilesSource(files, clock);
    }
    if (spec instanceof SourceSpec.Jdbc jdbc) {
      return new JdbcSource(jdbc, clock);
    }
    if (spec instanceof SourceSpec.Spark other) {
      return SparkSource.isIceberg(other)
          ? new IcebergSource(other, clock)
          : new SparkSource(other, clock);
    }
    if (spec instanceof SourceSpec.Snowflake snowflake) {
      return new SnowflakeSource(snowflake);
    }
    return new SqlSource((SourceSpec.Sql) spec, clock);
  }

  /** Whether snapshots of a source are expected to have a {@link HashPushdown}. */
  static boolean pushesHashes(SourceSpec spec) {
    return spec instanceof SourceSpec.Snowflake snowflake
        ? SnowflakeSource.isPinned(snowflake)
        : spec instanceof SourceSpec.Jdbc jdbc && JdbcDatabase.of(jdbc.url()).exportsSnapshots();
  }

  /**
   * The columns, without reading rows (except JSON files without a schema, which say their columns
   * nowhere else).
   *
   * @throws SourceException if the source is missing or refuses
   */
  default StructType schema(SparkSession spark) {
    try (Snapshot pinned = pin(spark)) {
      return pinned.rows().schema();
    }
  }

  /**
   * Fixes what is going to be read; rows are not read yet. JDBC asks for the bounds of its
   * partition column, PostgreSQL for a snapshot that lasts until {@link Snapshot#close}, Snowflake
   * for the time.
   *
   * @throws SourceException if the source is missing or refuses
   */
  Snapshot pin(SparkSession spark);

  /**
   * The keys touched after {@code settledVersion}, up to and including {@code to}. Never throws for
   * a history that is gone: that is {@link ChangeFeed.Unavailable}.
   *
   * @param to a snapshot of this source
   * @param keys key columns, named as in the source
   */
  default ChangeFeed changesSince(
      SparkSession spark, long settledVersion, Snapshot to, List<String> keys) {
    return new ChangeFeed.Unavailable("only a Delta table has a change data feed");
  }
}
