/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import scala.util.Properties;

/**
 * In which Maven artifact a data source comes that Spark does not have itself, for one version of
 * Spark.
 *
 * @param spark for example {@code 3.5}
 * @param scala for example {@code 2.12}
 * @param full for example {@code 3.5.9}
 */
record SparkPackages(String spark, String scala, String full) {

  /** Coordinates with what depends on the version left open. */
  private static final Map<String, String> KNOWN =
      Map.of(
          "iceberg", "org.apache.iceberg:iceberg-spark-runtime-{spark}_{scala}:1.10.1",
          "hudi", "org.apache.hudi:hudi-spark{spark}-bundle_{scala}:1.1.1",
          "bigquery", "com.google.cloud.spark:spark-bigquery-with-dependencies_{scala}:0.42.1",
          "avro", "org.apache.spark:spark-avro_{scala}:{full}",
          "kafka", "org.apache.spark:spark-sql-kafka-0-10_{scala}:{full}",
          "mongodb", "org.mongodb.spark:mongo-spark-connector_{scala}:10.5.0",
          "org.apache.spark.sql.cassandra",
              "com.datastax.spark:spark-cassandra-connector_{scala}:3.5.1");

  /** For a Spark as it calls itself; Spark 4 is built with Scala 2.13, 3.5 mostly with 2.12. */
  static SparkPackages of(String version) {
    String[] numbers = version.split("\\.", 3);
    String scala = Properties.versionNumberString();
    return new SparkPackages(
        numbers[0] + "." + numbers[1],
        scala.substring(0, scala.lastIndexOf('.')),
        version.replaceFirst("-.*", ""));
  }

  /** How to get Snowflake's connector, as a clause. */
  static String snowflake() {
    return Properties.versionNumberString().startsWith("2.12.")
        ? "call `BACKHAUL_WITH=snowflake ./backhaul`, or spark-submit with `--packages"
            + " net.snowflake:spark-snowflake_2.12:3.0.0`"
        : "Snowflake has published none for Spark 4: run the sync with Spark 3.5, or on Databricks,"
            + " whose runtime has its own";
  }

  /** What to give spark-submit, as a clause. */
  String remedy(String format) {
    return coordinates(format)
        .map(found -> "add it with `--packages " + found + "`")
        .orElse("add its jars with `--packages` or `--jars`");
  }

  /** Where a data source comes from, if it is one of the well-known. */
  Optional<String> coordinates(String format) {
    return Optional.ofNullable(KNOWN.get(format.toLowerCase(Locale.ROOT)))
        .map(
            open ->
                open.replace("{spark}", spark).replace("{scala}", scala).replace("{full}", full));
  }
}
