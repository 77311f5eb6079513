/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.platform;

import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.types.StructType;

/**
 * What Spark 3.5 offers below its public interface, and other versions offer elsewhere. Each
 * platform has a class of this name with these methods.
 */
public final class SparkPlatform {

  private SparkPlatform() {}

  /** A column that Spark's planner knows as this expression. */
  public static Column column(Expression expression) {
    return new Column(expression);
  }

  /** What Spark's planner knows the column as. */
  public static Expression expression(Column column) {
    return column.expr();
  }

  /** The rows that a plan gives, once it is analysed. */
  public static Dataset<Row> rows(SparkSession spark, LogicalPlan plan) {
    return Dataset.ofRows(spark, plan);
  }

  /** Rows as Spark holds them, which are not looked at until they are read. */
  public static Dataset<Row> rows(
      SparkSession spark, RDD<InternalRow> internal, StructType schema) {
    return spark.internalCreateDataFrame(internal, schema, false);
  }

  /** Has Spark keep rows no longer, and with them whatever was kept of them; waits for nobody. */
  static void release(Dataset<Row> kept) {
    kept.sparkSession().sharedState().cacheManager().uncacheQuery(kept, true);
  }
}
