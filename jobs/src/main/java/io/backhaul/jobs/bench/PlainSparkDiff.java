/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.nio.file.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The diff that people write in Spark: a full outer join of both tables on the key, all columns
 * compared.
 */
final class PlainSparkDiff {

  private final SparkSession spark;
  private final Path before;
  private final Path after;

  PlainSparkDiff(SparkSession spark, Path before, Path after) {
    this.spark = spark;
    this.before = before;
    this.after = after;
  }

  Difference find() {
    Column differs =
        Warehouse.COLUMNS.stream()
            .map(name -> not(col("o." + name).eqNullSafe(col("n." + name))))
            .reduce(Column::or)
            .orElseThrow();
    Column left = col("n.id").isNull();
    Row found =
        Tables.read(spark, before)
            .as("o")
            .join(Tables.read(spark, after).as("n"), col("o.id").equalTo(col("n.id")), "full_outer")
            .where(differs)
            .agg(
                count(col("n.id")),
                count(when(left, lit(1))),
                coalesce(sum(col("n.id")), lit(0L)),
                coalesce(sum(when(left, col("o.id"))), lit(0L)))
            .head();
    return new Difference(found.getLong(0), found.getLong(1), found.getLong(2), found.getLong(3));
  }
}
