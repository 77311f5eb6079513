/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/** The same diff over the same Parquet files in DuckDB, all of whose threads work on it. */
final class DuckDbDiff {

  private final DuckDb duckDb;
  private final String query;

  DuckDbDiff(DuckDb duckDb, SparkSession spark, Path before, Path after) {
    this.duckDb = duckDb;
    String differs =
        Warehouse.COLUMNS.stream()
            .map(name -> "o." + name + " IS DISTINCT FROM n." + name)
            .collect(Collectors.joining(" OR "));
    this.query =
        """
        SELECT count(n.id), count(*) - count(n.id), coalesce(sum(n.id), 0)::BIGINT,
          coalesce(sum(CASE WHEN n.id IS NULL THEN o.id END), 0)::BIGINT
        FROM read_parquet([%s]) o FULL OUTER JOIN read_parquet([%s]) n ON o.id = n.id
        WHERE %s
        """
            .formatted(files(spark, before), files(spark, after), differs);
  }

  private static String files(SparkSession spark, Path table) {
    return Arrays.stream(Tables.read(spark, table).inputFiles())
        .map(file -> "'" + Path.of(URI.create(file)).toString().replace("'", "''") + "'")
        .collect(Collectors.joining(", "));
  }

  Difference find() throws SQLException {
    try (Connection connection = duckDb.open();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(query)) {
      found.next();
      return new Difference(found.getLong(1), found.getLong(2), found.getLong(3), found.getLong(4));
    }
  }
}
