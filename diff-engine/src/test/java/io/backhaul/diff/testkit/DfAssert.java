/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.testkit;

import com.holdenkarau.spark.testing.JavaDatasetSuiteBase;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SparkSession;

/**
 * Compares data frames with spark-testing-base, on the shared session and without a test framework
 * of its own. Names and types of the columns count, whether they may be null does not.
 */
public final class DfAssert extends JavaDatasetSuiteBase {

  private static final DfAssert BRIDGE = new DfAssert();

  private DfAssert() {}

  /** The same rows, each as often, in any order. */
  public static void assertSameRows(Dataset<Row> expected, Dataset<Row> actual) {
    BRIDGE.assertDataFrameNoOrderEquals(nullable(expected), nullable(actual));
  }

  /** The same rows in the same order. */
  public static void assertSameRowsInOrder(Dataset<Row> expected, Dataset<Row> actual) {
    assertNearlySameRowsInOrder(expected, actual, 0.0);
  }

  /** The same rows in the same order, floating-point numbers within {@code tolerance}. */
  @SuppressWarnings(
      "deprecation") // the one overload that its releases for Scala 2.12 and 2.13 share
  public static void assertNearlySameRowsInOrder(
      Dataset<Row> expected, Dataset<Row> actual, double tolerance) {
    BRIDGE.assertDataFrameApproximateEquals(nullable(expected), nullable(actual), tolerance);
  }

  private static Dataset<Row> nullable(Dataset<Row> rows) {
    return rows.sparkSession().createDataFrame(rows.javaRDD(), rows.schema().asNullable());
  }

  @Override
  public SparkSession spark() {
    return SparkSessions.shared();
  }

  @Override
  public SparkContext sc() {
    return spark().sparkContext();
  }

  @Override
  public SQLContext sqlContext() {
    return spark().sqlContext();
  }
}
