/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * Made-up tables of {@link #COLUMNS}, as Delta tables without deletion vectors: their Parquet files
 * are the table. Every value is a hash of the row's id, so that a table is the same wherever and
 * whenever it is made. A table that is there is not made again.
 */
final class Warehouse {

  /** All columns; the first is the key. */
  static final List<String> COLUMNS =
      List.of(
          "id",
          "account_id",
          "external_id",
          "email",
          "name",
          "country",
          "status",
          "balance",
          "rate",
          "created_at",
          "updated_at",
          "address");

  /** Changes with what a table is made of, so that older tables are made anew. */
  private static final String MARK = "made by backhaul bench 2";

  private static final long ROWS_A_FILE = 500_000;
  private static final long FEWEST_FILES = 8;

  /** Spreads changed rows over the table; a prime, so that it has a period in common with none. */
  private static final long STRIDE = 7_919;

  private static final long MOST_CLASSES = 100_000;

  /** One change in so many is a new row, and one a row that left. */
  private static final long UPDATES_A_DELETE = 50;

  private final SparkSession spark;
  private final Path root;
  private final Consumer<String> tell;

  /**
   * @param root where tables are kept
   * @param tell hears of each table that is made
   */
  Warehouse(SparkSession spark, Path root, Consumer<String> tell) {
    this.spark = spark;
    this.root = root;
    this.tell = tell;
  }

  /** The table before any change: ids from 0. */
  Path before(long rows) throws IOException {
    Path table = root.resolve("rows-" + rows).resolve("before");
    return made(table, spark.range(0, rows, 1, files(rows)), 0, rows);
  }

  /**
   * The table after a part of its rows changed; of a hundred changed rows two left and two more are
   * new. Exact where {@code percent} of {@code rows} is a whole number.
   */
  Path after(long rows, double percent) throws IOException {
    Path table =
        root.resolve("rows-" + rows)
            .resolve("after-" + BigDecimal.valueOf(percent).stripTrailingZeros().toPlainString());
    long added = Math.round(rows * percent / 100) / UPDATES_A_DELETE;
    return made(table, spark.range(0, rows + added, 1, files(rows)), percent, rows);
  }

  private Path made(Path table, Dataset<Long> ids, double percent, long rows) throws IOException {
    Path mark = table.resolveSibling(table.getFileName() + ".made");
    if (Files.exists(mark) && Files.readString(mark).equals(MARK)) {
      return table;
    }
    tell.accept("making " + table);
    Scratch.delete(table);
    rows(ids, percent, rows)
        .write()
        .format("delta")
        .option("delta.enableDeletionVectors", "false")
        .mode(SaveMode.ErrorIfExists)
        .save(table.toString());
    Files.writeString(mark, MARK);
    return table;
  }

  private static int files(long rows) {
    return (int) Math.max(FEWEST_FILES, rows / ROWS_A_FILE);
  }

  private static Dataset<Row> rows(Dataset<Long> ids, double percent, long rows) {
    long classes = Math.min(rows, MOST_CLASSES);
    long changedClasses = Math.round(classes * percent / 100);
    String changed =
        "id < %dL AND (id * %dL) %% %dL < %dL".formatted(rows, STRIDE, classes, changedClasses);
    return ids.toDF("id")
        .selectExpr("id", "(" + changed + ") AS changed")
        .where("NOT (changed AND " + hash("left", UPDATES_A_DELETE) + " = 0)")
        .selectExpr(
            "id",
            hash("account", rows / 5 + 1) + " AS account_id",
            "lower(hex(xxhash64(id, 'external'))) AS external_id",
            "concat('user', id, '@', elt(1 + CAST("
                + hash("domain", 4)
                + " AS INT),"
                + " 'example.com', 'example.org', 'mail.example.net', 'corp.example.com'))"
                + " AS email",
            "IF("
                + hash("nameless", 50)
                + " = 0, NULL, concat(elt(1 + CAST("
                + hash("first", 8)
                + " AS INT), 'Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Frances',"
                + " 'Niklaus'), ' ', initcap(substr(hex(xxhash64(id, 'last')), 1, 7)))) AS name",
            "elt(1 + CAST("
                + hash("country", 6)
                + " AS INT), 'DE', 'FR', 'US', 'JP', 'BR', 'IN') AS country",
            "IF(changed, 'churned', elt(1 + CAST("
                + hash("status", 3)
                + " AS INT), 'trial', 'active', 'paused')) AS status",
            "CAST(("
                + hash("balance", 100_000_000)
                + " + IF(changed, 1, 0)) / 100 AS DECIMAL(12, 2)) AS balance",
            "CAST(" + hash("rate", 10_000_000) + " / 10000 AS DECIMAL(9, 4)) AS rate",
            "timestamp_seconds(1262304000L + " + hash("created", 400_000_000) + ") AS created_at",
            "timestamp_micros(1767225600000000L + "
                + hash("updated", 10_000_000_000L)
                + " + IF(changed, 86400000000L, 0L)) AS updated_at",
            "named_struct('street', concat("
                + hash("house", 200)
                + ", ' ', substr(hex(xxhash64(id, 'street')), 1, 9), ' Street'), 'city',"
                + " concat('City ', "
                + hash("city", 5_000)
                + "), 'postcode', lpad("
                + hash("postcode", 100_000)
                + ", 5, '0')) AS address");
  }

  private static String hash(String salt, long values) {
    return "pmod(xxhash64(id, '" + salt + "'), " + values + "L)";
  }
}
