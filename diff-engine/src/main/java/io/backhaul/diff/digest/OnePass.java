/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.digest;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
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
    JavaRDD<InternalRow> all = rows.queryExecution().toRdd().toJavaRDD();
    if (all.getNumPartitions() == 0) {
      return summary.of(List.<InternalRow>of().iterator());
    }
    int most = rows.sparkSession().sparkContext().defaultParallelism() * TASKS_OF_A_CORE;
    int tasks = Math.min(all.getNumPartitions(), most);
    JavaRDD<T> summaries =
        all.coalesce(tasks).mapPartitions(part -> List.of(summary.of(part)).iterator());
    return tasks > MOST_AT_ONCE ? summaries.treeReduce(together) : summaries.reduce(together);
  }
}
