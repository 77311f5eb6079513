/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.time.Clock;
import java.time.Instant;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ParsedStatement;
import org.apache.spark.sql.types.StructType;

/** A Spark SQL query over the session's catalog. Only queries: a statement would run at once. */
final class SqlSource implements SnapshotSource {

  private final SourceSpec.Sql spec;
  private final Clock clock;

  SqlSource(SourceSpec.Sql spec, Clock clock) {
    this.spec = spec;
    this.clock = clock;
  }

  @Override
  public StructType schema(SparkSession spark) {
    return query(spark).schema();
  }

  @Override
  public Snapshot pin(SparkSession spark) {
    Instant pinnedAt = clock.instant();
    return Snapshot.unversioned(query(spark), pinnedAt);
  }

  private Dataset<Row> query(SparkSession spark) {
    try {
      LogicalPlan plan = new CatalystSqlParser().parsePlan(spec.query());
      if (plan.exists(SqlSource::changesSomething)) {
        throw new SourceException(
            "source.query is a statement, not a query; a source only reads: write a SELECT");
      }
      return spark.sql(spec.query());
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

  private static Object changesSomething(LogicalPlan plan) {
    return plan instanceof Command || plan instanceof ParsedStatement;
  }
}
