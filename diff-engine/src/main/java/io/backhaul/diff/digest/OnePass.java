/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.digest;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * One pass over rows that go nowhere: each task makes a summary of those it sees, and only
 * summaries travel. They are few and large, unlike those of Spark's aggregates.
 */
final class OnePass {

  /** A few tasks for each core keep all of them busy. */
  private static final int TASKS_OF_A_CORE = 3;

  /** More summaries than this are put together on executors first. */
  private static final int MOST_AT_ONCE = 32;

  private OnePass() {}

  /** Makes the summary of what one task sees. */
  @FunctionalInterface
  interface Summary<T> extends Serializable {
    T of(Iterator<InternalRow> rows);
  }

  /** The summary of all rows; that of none where there are none. */
  static <T> T over(Dataset<Row> rows, Summary<T> summary, Function2<T, T, T> together) {
    return together(
        fewTasks(rows).mapPartitions(part -> List.of(summary.of(part)).iterator()), together);
  }

  /** The rows, in no more parts than there should be summaries; in one if there are none. */
  static JavaRDD<InternalRow> fewTasks(Dataset<Row> rows) {
    JavaRDD<InternalRow> all = rows.queryExecution().toRdd().toJavaRDD();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext());
    if (all.getNumPartitions() == 0) {
      return spark.parallelize(List.of(), 1);
    }
    return all.coalesce(
        Math.min(all.getNumPartitions(), spark.defaultParallelism() * TASKS_OF_A_CORE));
  }

  /** One summary of all parts'. */
  static <T> T together(JavaRDD<T> summaries, Function2<T, T, T> together) {
    return summaries.getNumPartitions() > MOST_AT_ONCE
        ? summaries.treeReduce(together)
        : summaries.reduce(together);
  }
}
