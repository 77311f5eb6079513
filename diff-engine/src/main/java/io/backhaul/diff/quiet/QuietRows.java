/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.quiet;

import io.backhaul.diff.platform.Sequences;
import io.backhaul.diff.platform.SparkPlatform;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.Seq;

/** Rows that fail without repeating values: with a {@link RowFailure} instead of Spark's words. */
public final class QuietRows {

  private QuietRows() {}

  /** The same rows; whatever fails while they are made is a {@link RowFailure}. */
  public static Dataset<Row> of(Dataset<Row> rows) {
    SparkSession spark = rows.sparkSession();
    register(spark);
    return SparkPlatform.rows(spark, new QuietPlan(rows.queryExecution().logical()));
  }

  private static synchronized void register(SparkSession spark) {
    List<SparkStrategy> known = Sequences.list(spark.experimental().extraStrategies());
    if (known.stream().noneMatch(Planned.class::isInstance)) {
      spark
          .experimental()
          .extraStrategies_$eq(
              Sequences.of(Stream.concat(known.stream(), Stream.of(new Planned())).toList()));
    }
  }

  /** How Spark carries a {@link QuietPlan} out. */
  private static final class Planned extends SparkStrategy {
    @Override
    public Seq<SparkPlan> apply(LogicalPlan plan) {
      return plan instanceof QuietPlan quiet
          ? Sequences.of(List.of(new QuietExec(planLater(quiet.child()))))
          : Sequences.of(List.of());
    }
  }
}
