/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.quiet;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** Rows that fail without repeating values: with a {@link RowFailure} instead of Spark's words. */
public final class QuietRows {

  private QuietRows() {}

  /** The same rows; whatever fails while they are made is a {@link RowFailure}. */
  public static Dataset<Row> of(Dataset<Row> rows) {
    SparkSession spark = rows.sparkSession();
    register(spark);
    return Dataset.ofRows(spark, new QuietPlan(rows.queryExecution().logical()));
  }

  private static synchronized void register(SparkSession spark) {
    List<SparkStrategy> known =
        JavaConverters.seqAsJavaList(spark.experimental().extraStrategies());
    if (known.stream().noneMatch(Planned.class::isInstance)) {
      spark
          .experimental()
          .extraStrategies_$eq(
              seq(Stream.concat(known.stream(), Stream.of(new Planned())).toList()));
    }
  }

  static <T> Seq<T> seq(List<T> all) {
    return JavaConverters.asScalaBuffer(all).toList();
  }

  /** How Spark carries a {@link QuietPlan} out. */
  private static final class Planned extends SparkStrategy {
    @Override
    public Seq<SparkPlan> apply(LogicalPlan plan) {
      return plan instanceof QuietPlan quiet
          ? seq(List.of(new QuietExec(planLater(quiet.child()))))
          : seq(List.of());
    }
  }
}
