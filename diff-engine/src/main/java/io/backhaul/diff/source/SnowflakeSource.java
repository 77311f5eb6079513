/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.time.Instant;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A table or query of Snowflake, read by Snowflake's own connector, which must be on the class
 * path. The server is asked for its time, and a table is read as it was then (Time Travel), however
 * late; so is a table of a query that says {@code AT {pinned}}. Any other query shows what has been
 * committed when it is run, once, by the first action.
 */
final class SnowflakeSource implements SnapshotSource {

  private static final String TIME = "SELECT CURRENT_TIMESTAMP() AS NOW";
  private static final String PINNED = "{pinned}";

  private final SourceSpec.Snowflake spec;
  private final SnowflakeReads reads;

  SnowflakeSource(SourceSpec.Snowflake spec) {
    this.spec = spec;
    this.reads = new SnowflakeReads(spec);
  }

  /** Whether all that is read is of one instant, and not of when it is read. */
  static boolean isPinned(SourceSpec.Snowflake spec) {
    return spec.table() != null || spec.query().contains(PINNED);
  }

  @Override
  public Snapshot pin(SparkSession spark) {
    try {
      Instant pinnedAt = lastMoment(spark);
      String select = select(pinnedAt);
      Dataset<Row> rows = reads.rows(spark, select);
      HashPushdown pushdown =
          isPinned(spec)
              ? new SqlPushdown(new SnowflakeHashes(spark, reads, select), rows.schema())
              : null;
      return Snapshot.held(rows, pinnedAt, pushdown, () -> {});
    } catch (Exception e) {
      // Scala does not declare the checked exceptions of a driver.
      throw new SnowflakeFailure(spec).explain(e);
    }
  }

  /** The last millisecond that is over, because Time Travel tells no finer ones apart. */
  private Instant lastMoment(SparkSession spark) {
    Row now = reads.rows(spark, TIME).selectExpr("unix_millis(NOW)").first();
    return Instant.ofEpochMilli(now.getLong(0) - 1);
  }

  private String select(Instant pinnedAt) {
    String pinned = "(TIMESTAMP => TO_TIMESTAMP_LTZ(%d, 3))".formatted(pinnedAt.toEpochMilli());
    return spec.table() != null
        ? "SELECT * FROM " + spec.table() + " AT" + pinned
        : spec.query().strip().replaceAll("[;\\s]+$", "").replace(PINNED, pinned);
  }
}
