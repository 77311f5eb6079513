/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import io.backhaul.diff.reach.AnalysedQuery;
import io.backhaul.diff.reach.QueryGuard;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A Spark SQL query over the session's catalog. Only queries: a statement would run at once. */
final class SqlSource implements SnapshotSource {

  private final SourceSpec.Sql spec;
  private final Clock clock;

  SqlSource(SourceSpec.Sql spec, Clock clock) {
    this.spec = spec;
    this.clock = clock;
  }

  @Override
  public Snapshot pin(SparkSession spark) {
    Instant pinnedAt = clock.instant();
    return Snapshot.unversioned(query(spark), pinnedAt);
  }

  private Dataset<Row> query(SparkSession spark) {
    refuse(QueryGuard.refusal(spec.query(), spec.reach()));
    try {
      Dataset<Row> rows = spark.sql(spec.query());
      refuse(AnalysedQuery.refusal(rows, spec.reach()));
      return rows;
    } catch (SourceException e) {
      throw e;
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        throw new SourceException(
            "source.query does not run: "
                + Causes.firstLine(e)
                + "; check the names in it against `SHOW TABLES` and `DESCRIBE`");
      }
      throw e;
    }
  }

  private static void refuse(Optional<String> refusal) {
    refusal.ifPresent(
        why -> {
          throw new SourceException("source.query " + why);
        });
  }
}
