/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.io.Serializable;
import java.util.Properties;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.jdbc.JdbcDialects;

/**
 * Reads of one database by Spark, a bounded number of rows in memory.
 *
 * @param spec of the source
 * @param snapshot {@link ExportedSnapshot#id} that all of them are of, or {@code null}: then each
 *     connection reads what is there when it begins
 */
record JdbcReads(SourceSpec.Jdbc spec, String snapshot) implements Serializable {

  static final int ROWS_PER_FETCH = 10_000;

  /** What the spec names, as it can stand in a {@code FROM}. */
  String relation() {
    return spec.table() != null
        ? spec.table()
        : "(" + spec.query().strip().replaceAll("[;\\s]+$", "") + ") backhaul_source";
  }

  String quoted(String column) {
    return JdbcDialects.get(spec.url()).quoteIdentifier(column);
  }

  /** Who connects, as drivers take it. */
  Properties login() {
    Properties login = new Properties();
    if (spec.user() != null) {
      login.setProperty("user", spec.user());
    }
    if (spec.password() != null) {
      login.setProperty("password", spec.password());
    }
    return login;
  }

  /** All rows of a relation by one connection. */
  Dataset<Row> rows(SparkSession spark, String relation) {
    return reader(spark).option("dbtable", relation).load();
  }

  /** All rows of a relation that has the column of {@code split}. */
  Dataset<Row> rows(SparkSession spark, String relation, JdbcSplit split) {
    if (split instanceof JdbcSplit.Ranges ranges) {
      return reader(spark)
          .option("dbtable", relation)
          .option("partitionColumn", ranges.column())
          .option("lowerBound", ranges.lowest())
          .option("upperBound", ranges.highest())
          .option("numPartitions", ranges.partitions())
          .load();
    }
    if (split instanceof JdbcSplit.Conditions conditions) {
      return reader(spark)
          .jdbc(
              spec.url(),
              relation,
              conditions.conditions().toArray(String[]::new),
              new Properties());
    }
    return rows(spark, relation);
  }

  private DataFrameReader reader(SparkSession spark) {
    DataFrameReader reader =
        spark
            .read()
            .format("jdbc")
            .option("url", spec.url())
            .option("connectionProvider", SilentConnections.NAME)
            .option("fetchsize", ROWS_PER_FETCH);
    if (spec.user() != null) {
      reader = reader.option("user", spec.user());
    }
    if (spec.password() != null) {
      reader = reader.option("password", spec.password());
    }
    if (snapshot != null) {
      reader = reader.option(SilentConnections.SNAPSHOT, snapshot);
    }
    return reader;
  }

  /** Shows no password. */
  @Override
  public String toString() {
    return "JdbcReads[" + spec + (snapshot == null ? "" : " at " + snapshot) + "]";
  }
}
