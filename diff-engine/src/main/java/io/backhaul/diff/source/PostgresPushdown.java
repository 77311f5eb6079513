/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.unbase64;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * PostgreSQL's hashes: MD5 over the text of each value, its length before it, and a hyphen for
 * null. PostgreSQL writes every value of a type as another text (floating point with all its
 * digits, which the driver sees to), so that another text is all that another value can be.
 */
final class PostgresPushdown implements HashPushdown {

  private final SparkSession spark;
  private final JdbcReads reads;
  private final JdbcSplit split;
  private final String partitionColumn;
  private final StructType schema;
  private final int connections;

  /**
   * @param reads of an exported snapshot
   * @param split how many connections read it
   * @param partitionColumn that {@code split} goes by, or {@code null}
   * @param schema of the relation
   * @param connections most that look for keys at once
   */
  PostgresPushdown(
      SparkSession spark,
      JdbcReads reads,
      JdbcSplit split,
      String partitionColumn,
      StructType schema,
      int connections) {
    this.spark = spark;
    this.reads = reads;
    this.split = split;
    this.partitionColumn = partitionColumn;
    this.schema = schema;
    this.connections = connections;
  }

  @Override
  public String basis(List<String> hashed) {
    String types =
        hashed.stream()
            .map(name -> name + " " + schema.apply(name).dataType().catalogString())
            .collect(Collectors.joining(", "));
    return "postgresql " + expression(hashed) + " of " + types;
  }

  /** Of 24 characters, which is less than MD5's own 32 to send. */
  private String expression(List<String> hashed) {
    String text =
        hashed.stream()
            .map(name -> "CAST(" + reads.quoted(name) + " AS text)")
            .map(value -> "coalesce(octet_length(%1$s) || ':' || %1$s, '-')".formatted(value))
            .collect(Collectors.joining(" || "));
    return "encode(decode(md5(" + (text.isEmpty() ? "''" : text) + "), 'hex'), 'base64')";
  }

  private String hash(List<String> hashed) {
    return expression(hashed) + " AS " + reads.quoted(HASH);
  }

  @Override
  public Dataset<Row> hashes(List<String> keys, List<String> hashed) {
    Set<String> columns = new LinkedHashSet<>(keys);
    if (partitionColumn != null) {
      columns.add(partitionColumn);
    }
    String relation =
        "(SELECT %s, %s FROM %s) backhaul_hashes"
            .formatted(quoted(columns.stream()), hash(hashed), reads.relation());
    return reads.rows(spark, relation, split).select(withHash(keys));
  }

  @Override
  public Dataset<Row> rows(List<String> hashed) {
    return reads
        .rows(spark, everything(hashed, ""), split)
        .select(withHash(List.of(schema.fieldNames())));
  }

  @Override
  public Dataset<Row> rowsWithoutKey(List<String> keys, List<String> columns, List<String> hashed) {
    String anyNull =
        keys.stream()
            .map(key -> reads.quoted(key) + " IS NULL")
            .collect(Collectors.joining(" OR ", " WHERE ", ""));
    return reads.rows(spark, everything(hashed, anyNull)).select(withHash(columns));
  }

  private String everything(List<String> hashed, String where) {
    return "(SELECT *, %s FROM %s%s) backhaul_rows"
        .formatted(hash(hashed), reads.relation(), where);
  }

  @Override
  public boolean finds(StructType keys) {
    return Arrays.stream(keys.fields()).map(StructField::dataType).allMatch(PostgresPushdown::text);
  }

  /** Whether PostgreSQL reads Spark's text of a value of the type as the same value. */
  private static boolean text(DataType type) {
    return type instanceof ByteType
        || type instanceof ShortType
        || type instanceof IntegerType
        || type instanceof LongType
        || type instanceof DecimalType
        || type instanceof StringType;
  }

  @Override
  public Dataset<Row> rowsOf(Dataset<Row> keys, List<String> columns, List<String> hashed) {
    String select =
        "SELECT %s, %s FROM %s".formatted(quoted(columns.stream()), hash(hashed), reads.relation());
    StructType types =
        new StructType(
            Stream.concat(
                    columns.stream().map(schema::apply),
                    Stream.of(DataTypes.createStructField(HASH, DataTypes.StringType, true)))
                .toArray(StructField[]::new));
    return new KeyedRows(reads, select, types)
        .of(spark, keys, connections)
        .select(withHash(columns));
  }

  private String quoted(Stream<String> columns) {
    return columns.map(reads::quoted).collect(Collectors.joining(", "));
  }

  private static Column[] withHash(List<String> columns) {
    return Stream.concat(
            columns.stream().map(name -> col("`" + name.replace("`", "``") + "`")),
            Stream.of(unbase64(col(HASH)).as(HASH)))
        .toArray(Column[]::new);
  }
}
