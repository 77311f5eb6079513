/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */

import org.apache.spark.sql.SparkSession;

/**
 * What whoever runs a warehouse does before Backhaul comes: each argument is a statement, run in a
 * session whose settings are system properties. Backhaul itself creates no schema and no source.
 */
final class HiveSql {

  private HiveSql() {}

  public static void main(String... statements) {
    try (SparkSession spark = SparkSession.builder().enableHiveSupport().getOrCreate()) {
      for (String statement : statements) {
        spark.sql(statement);
      }
    }
  }
}
