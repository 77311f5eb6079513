/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import java.nio.file.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Delta tables of a {@link Warehouse}, read. */
final class Tables {

  private Tables() {}

  /**
   * What a table holds.
   *
   * @param hash equal for equal rows in any order
   */
  record Content(long rows, long hash) {}

  static Dataset<Row> read(SparkSession spark, Path table) {
    return spark.read().format("delta").load(table.toString());
  }

  /** Reads and hashes all columns of all rows: no diff can do without, so it is the floor. */
  static Content content(SparkSession spark, Path table) {
    Column[] columns = Warehouse.COLUMNS.stream().map(name -> col(name)).toArray(Column[]::new);
    Row found = read(spark, table).agg(count(lit(1)), sum(xxhash64(columns))).head();
    return new Content(found.getLong(0), found.getLong(1));
  }

  /** The floor of a diff: both tables read and hashed, one after the other. */
  static Contender floor(SparkSession spark, Path before, Path after) {
    return Contender.of(
        "floor",
        () -> {
          content(spark, before);
          content(spark, after);
          return null;
        });
  }
}
