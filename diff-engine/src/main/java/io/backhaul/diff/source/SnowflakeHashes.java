/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;

/**
 * Snowflake's hashes: MD5 over the text of each value, its length before it, and a hyphen for null.
 * Not {@code HASH}, which has 64 bits and "should not be used to create unique keys"
 * (docs.snowflake.com/en/sql-reference/functions/hash). Texts do not depend on a session's formats.
 */
final class SnowflakeHashes implements HashDialect {

  /** Each statement has Snowflake go through the whole table, on one connection of several. */
  private static final int CONNECTIONS = 4;

  private static final int MOST_STATEMENTS = 32;

  private final SparkSession spark;
  private final SnowflakeReads reads;
  private final String rows;

  /**
   * @param rows the query for the snapshot's rows, which gives the same ones each time
   */
  SnowflakeHashes(SparkSession spark, SnowflakeReads reads, String rows) {
    this.spark = spark;
    this.reads = reads;
    this.rows = rows;
  }

  @Override
  public String name() {
    return "snowflake";
  }

  @Override
  public String quoted(String column) {
    return SnowflakeKeys.quoted(column);
  }

  @Override
  public String relation() {
    return "(" + rows + ") backhaul_source";
  }

  @Override
  public String text(StructField column) {
    String name = quoted(column.name());
    String text = text(column.dataType()).formatted(name);
    return "CASE WHEN %1$s IS NULL THEN '-' ELSE TO_VARCHAR(LENGTH(%2$s)) || ':' || %2$s END"
        .formatted(name, text);
  }

  /**
   * Spark takes VARIANT, OBJECT, ARRAY and TIME for texts: as JSON, the text "1" is not the number,
   * and JSON's null not NULL. Of FLOAT, the text has fewer digits than the number, which HASH tells
   * apart; and only the arc tangent has a sign for zero. The second of the minute tells the second
   * before 1970 from the one after, whichever way the former is rounded.
   */
  private static String text(DataType type) {
    if (type instanceof StringType) {
      return "TO_JSON(TO_VARIANT(%1$s))";
    }
    if (type instanceof DoubleType) {
      return "TO_VARCHAR(%1$s) || ' ' || TO_VARCHAR(HASH(%1$s))"
          + " || CASE WHEN ATAN2(%1$s, -1) < 0 THEN '-' ELSE '' END";
    }
    if (type instanceof TimestampType) {
      return "TO_VARCHAR(DATE_PART(EPOCH_SECOND, %1$s)) || '.'"
          + " || TO_VARCHAR(DATE_PART(NANOSECOND, %1$s)) || '.'"
          + " || TO_VARCHAR(DATE_PART(SECOND, %1$s))";
    }
    if (type instanceof DateType) {
      return "TO_VARCHAR(%1$s, 'YYYY-MM-DD')";
    }
    return type instanceof BinaryType ? "HEX_ENCODE(%1$s)" : "TO_VARCHAR(%1$s)";
  }

  @Override
  public String hash(String text) {
    return "MD5_BINARY(" + text + ")";
  }

  @Override
  public DataType hashType() {
    return DataTypes.BinaryType;
  }

  @Override
  public List<String> dividedBy() {
    return List.of();
  }

  @Override
  public Dataset<Row> all(String query, StructType types) {
    return reads.rows(spark, query, types);
  }

  @Override
  public Dataset<Row> few(String query, StructType types) {
    return reads.rows(spark, query, types);
  }

  /** Not by the connector, which would write the keys into a query, and that into its log. */
  @Override
  public Dataset<Row> ofKeys(String query, StructType types, Dataset<Row> keys) {
    return new KeyedRows(new SnowflakeKeys(reads.spec()), query, types)
        .of(spark, keys, CONNECTIONS);
  }

  @Override
  public long mostKeys() {
    return (long) MOST_STATEMENTS * SnowflakeKeys.KEYS_AT_ONCE;
  }
}
