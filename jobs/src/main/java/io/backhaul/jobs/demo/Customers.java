/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.demo;

import io.delta.tables.DeltaTable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * A made-up customer table and a day's edits to it. The same size and moment make the same rows on
 * any machine: every value is a hash of the customer's number.
 */
final class Customers {

  /** E-mail addresses that the edits break. */
  static final int CORRUPTED = 50;

  /** Customers whose address is at {@link #BLOCKED_DOMAIN}. */
  static final int BLOCKED = 12;

  /** A domain that only a destination can object to; its addresses are well-formed. */
  static final String BLOCKED_DOMAIN = "blocked.example.org";

  private static final int FILES = 4;

  private final SparkSession spark;
  private final String path;
  private final long rows;

  /**
   * @param path folder of the Delta table
   * @param rows customers to make, numbered from 0
   */
  Customers(SparkSession spark, String path, long rows) {
    this.spark = spark;
    this.path = path;
    this.rows = rows;
  }

  /** What {@link #edit} did, in rows. */
  record Edits(long changed, long deleted, long corrupted) {}

  /**
   * Writes the table.
   *
   * @param now rows were last updated within the ten minutes before
   */
  void write(Instant now) {
    made(now).write().format("delta").mode(SaveMode.ErrorIfExists).save(path);
  }

  /** The rows of the table as {@link #write} leaves them. */
  Dataset<Row> made(Instant now) {
    String nations = Nation.ALL.stream().map(Nation::sql).collect(Collectors.joining(", "));
    String updated =
        "timestamp_micros(%dL - %s)".formatted(micros(now), hash("updated", 600_000_000));
    return spark
        .range(0, rows, 1, FILES)
        .selectExpr("id", "element_at(array(" + nations + "), 1 + " + skewed() + ") AS nation")
        .selectExpr(
            "id",
            "nation",
            "element_at(nation.first, 1 + " + hash("first", 10) + ") AS first_name",
            "element_at(nation.last, 1 + " + hash("last", 10) + ") AS family_name")
        .selectExpr(
            "id AS customer_id",
            "first_name",
            "IF(" + hash("mononym", 200) + " = 0, NULL, family_name) AS last_name",
            email() + " AS email",
            "IF("
                + hash("no phone", 12)
                + " = 0, NULL, concat(nation.phone, lpad("
                + hash("phone", 100_000_000)
                + " % CAST(power(10, nation.digits) AS BIGINT), nation.digits, '0'))) AS phone",
            "nation.country AS country",
            "IF(" + hash("prospect", 9) + " = 0, NULL, " + lifetimeValue() + ") AS lifetime_value",
            "date_add(DATE'2016-01-04', CAST("
                + hash("signed up", 3_600)
                + " AS INT)) AS signed_up",
            attributes() + " AS attributes",
            "CASE WHEN "
                + hash("consent", 20)
                + " = 0 THEN NULL ELSE "
                + hash("consent", 3)
                + " > 0 END AS consent",
            updated + " AS updated_at");
  }

  /**
   * Changes about one row in a hundred, deletes about one in a thousand and breaks {@link
   * #CORRUPTED} e-mail addresses, all different rows and none of a blocked customer.
   *
   * @param now becomes {@code updated_at} of what changed
   */
  Edits edit(Instant now) {
    Dataset<Row> edits = spark.range(0, rows, 1, 1).selectExpr("id", edit() + " AS edit");
    Dataset<Row> chosen =
        edits
            .where("edit IN ('change', 'delete')")
            .union(
                edits
                    .where("edit = 'none'")
                    .orderBy(functions.expr("xxhash64(id, 'corrupt')"), functions.col("id"))
                    .limit(CORRUPTED)
                    .selectExpr("id", "'corrupt' AS edit"))
            .localCheckpoint();
    String updatedAt = "timestamp_micros(" + micros(now) + "L)";
    DeltaTable.forPath(spark, path)
        .as("c")
        .merge(chosen.as("e"), "c.customer_id = e.id")
        .whenMatched("e.edit = 'delete'")
        .delete()
        .whenMatched("e.edit = 'corrupt'")
        .updateExpr(Map.of("email", corrupted(), "updated_at", updatedAt))
        .whenMatched()
        .updateExpr(
            Map.of(
                "lifetime_value", "CAST(coalesce(c.lifetime_value, 0) + 49.90 AS DECIMAL(12, 2))",
                "consent", "true",
                "updated_at", updatedAt))
        .execute();
    Map<String, Long> counts =
        chosen.groupBy("edit").count().collectAsList().stream()
            .collect(Collectors.toMap(row -> row.getString(0), row -> row.getLong(1)));
    return new Edits(
        counts.getOrDefault("change", 0L),
        counts.getOrDefault("delete", 0L),
        counts.getOrDefault("corrupt", 0L));
  }

  private String edit() {
    return "CASE WHEN %s THEN 'blocked' WHEN %s = 0 THEN 'delete' WHEN %s = 0 THEN 'change' ELSE 'none' END"
        .formatted(blocked("id"), hash("delete", 1_000), hash("change", 100));
  }

  /** Three ways in which people mistype an address; each breaks it for certain. */
  private static String corrupted() {
    return "CASE pmod(c.customer_id, 3) WHEN 0 THEN replace(c.email, '@', ' at ')"
        + " WHEN 1 THEN replace(c.email, '@', '@@') ELSE substring_index(c.email, '@', 1) END";
  }

  /** Unique by the customer's number; letters without an ASCII form are left out. */
  private String email() {
    return "concat_ws('.', nullif("
        + ascii("first_name")
        + ", ''), nullif("
        + ascii("family_name")
        + ", ''), CAST(id AS STRING)) || '@' || IF("
        + blocked("id")
        + ", '"
        + BLOCKED_DOMAIN
        + "', element_at(array('example.com', 'example.org', 'mail.example.com',"
        + " 'work.example.org'), 1 + "
        + hash("domain", 4)
        + "))";
  }

  private static String ascii(String name) {
    return "regexp_replace(translate(replace(lower("
        + name
        + "), 'ß', 'ss'), 'áàâäãåąçćéèêëęíìîïıłñńóòôöõøśúùûüýźżğş',"
        + " 'aaaaaaacceeeeeiiiiilnnoooooosuuuuyzzgs'), '[^a-z]', '')";
  }

  /** Mostly small, now and then large; cents as in real life. */
  private static String lifetimeValue() {
    return "CAST("
        + hash("value", 90_000)
        + " * (1 + "
        + hash("whale", 40)
        + " DIV 39 * 25) / 100 AS DECIMAL(12, 2))";
  }

  private static String attributes() {
    return ("IF(%s = 0, NULL, named_struct('plan', element_at(array('free', 'free', 'team',"
            + " 'business', 'enterprise'), 1 + %s), 'seats', CAST(1 + %s AS INT), 'tags',"
            + " slice(array('newsletter', 'beta', 'partner', 'reseller'), 1 + %s, %s)))")
        .formatted(
            hash("no attributes", 50),
            hash("plan", 5),
            hash("seats", 250),
            hash("tag", 4),
            hash("tags", 3));
  }

  /** More customers in the first countries than in the last. */
  private static String skewed() {
    int nations = Nation.ALL.size();
    return "CAST(least("
        + hash("nation", nations)
        + ", "
        + hash("nation too", nations)
        + ") AS INT)";
  }

  /** {@link #BLOCKED} customers, evenly spread. */
  private String blocked(String id) {
    long step = Math.max(1, rows / BLOCKED);
    return "(%s %% %d = %d AND %s < %d)".formatted(id, step, step / 2, id, step * BLOCKED);
  }

  private static String hash(String purpose, long below) {
    return "CAST(pmod(xxhash64(id, '" + purpose + "'), " + below + ") AS INT)";
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
