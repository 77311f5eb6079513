/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * PostgreSQL's hashes: MD5 over the text of each value, its length before it, and a hyphen for
 * null. PostgreSQL writes every value of a type as another text (floating point with all its
 * digits, which {@link ExportedSnapshot#enter} sees to), so that another text is all that another
 * value can be.
 */
final class PostgresHashes implements HashDialect {

  private final SparkSession spark;
  private final JdbcReads reads;
  private final JdbcSplit split;
  private final String partitionColumn;
  private final int connections;

  /**
   * @param reads of an exported snapshot
   * @param split how many connections read it
   * @param partitionColumn that {@code split} goes by, or {@code null}
   * @param connections most that look for keys at once
   */
  PostgresHashes(
      SparkSession spark,
      JdbcReads reads,
      JdbcSplit split,
      String partitionColumn,
      int connections) {
    this.spark = spark;
    this.reads = reads;
    this.split = split;
    this.partitionColumn = partitionColumn;
    this.connections = connections;
  }

  @Override
  public String name() {
    return "postgresql";
  }

  @Override
  public String quoted(String column) {
    return reads.quoted(column);
  }

  @Override
  public String relation() {
    return reads.relation();
  }

  @Override
  public String text(StructField column) {
    return "coalesce(octet_length(%1$s) || ':' || %1$s, '-')"
        .formatted("CAST(" + quoted(column.name()) + " AS text)");
  }

  /** Of 24 characters, which is less than MD5's own 32 to send. */
  @Override
  public String hash(String text) {
    return "encode(decode(md5(" + text + "), 'hex'), 'base64')";
  }

  @Override
  public DataType hashType() {
    return DataTypes.StringType;
  }

  @Override
  public List<String> dividedBy() {
    return partitionColumn == null ? List.of() : List.of(partitionColumn);
  }

  @Override
  public Dataset<Row> all(String query, StructType types) {
    return reads.rows(spark, relationOf(query), split);
  }

  @Override
  public Dataset<Row> few(String query, StructType types) {
    return reads.rows(spark, relationOf(query));
  }

  private static String relationOf(String query) {
    return "(" + query + ") backhaul_rows";
  }

  @Override
  public Dataset<Row> ofKeys(String query, StructType types, Dataset<Row> keys) {
    return new KeyedRows(new PostgresKeys(reads), query, types).of(spark, keys, connections);
  }

  /** Keys are looked for by an index, if there is one, and travel as fast as rows do. */
  @Override
  public long mostKeys() {
    return Long.MAX_VALUE;
  }
}
