/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import static org.apache.spark.sql.functions.col;

import io.backhaul.jobs.bench.server.Counts;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Records to send, ready in two forms.
 *
 * @param rows key and payload, in as many partitions as the session has cores
 * @param bodies the same, in batches
 * @param counts what the destination should count
 */
record Cargo(Dataset<Row> rows, List<byte[]> bodies, Counts counts) {

  /** The records of an outbox, stored in a folder. */
  static Cargo of(SparkSession spark, Dataset<Row> outbox, Path folder) {
    outbox
        .select(col("key"), col("payload"))
        .repartition(cores(spark))
        .write()
        .parquet(folder.toString());
    return of(spark.read().parquet(folder.toString()));
  }

  private static Cargo of(Dataset<Row> rows) {
    List<byte[]> bodies = Bodies.all(rows.toLocalIterator(), BenchSync.BATCH);
    return new Cargo(rows, bodies, Bodies.counts(bodies));
  }

  /** The first few of them, in memory; all, if there are no more. */
  Cargo first(int requests) {
    if (requests >= bodies.size()) {
      return this;
    }
    SparkSession spark = rows.sparkSession();
    List<Row> few = rows.takeAsList(requests * BenchSync.BATCH);
    return of(spark.createDataFrame(few, rows.schema()).repartition(cores(spark)));
  }

  private static int cores(SparkSession spark) {
    return spark.sparkContext().defaultParallelism();
  }
}
