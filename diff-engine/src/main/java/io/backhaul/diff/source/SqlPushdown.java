/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.unbase64;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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
 * Hash pushdown for databases that speak SQL; a {@link HashDialect} says what is special to one.
 * Columns may be asked for in another case than they have, as everywhere in Spark.
 */
final class SqlPushdown implements HashPushdown {

  private final HashDialect database;
  private final StructType schema;

  /**
   * @param schema of the snapshot's rows
   */
  SqlPushdown(HashDialect database, StructType schema) {
    this.database = database;
    this.schema = schema;
  }

  @Override
  public String basis(List<String> hashed) {
    String types =
        hashed.stream()
            .map(name -> name + " " + column(name).dataType().catalogString())
            .collect(Collectors.joining(", "));
    return database.name() + " " + expression(hashed) + " of " + types;
  }

  private StructField column(String name) {
    List<StructField> named =
        Arrays.stream(schema.fields()).filter(f -> f.name().equalsIgnoreCase(name)).toList();
    return named.stream().filter(f -> f.name().equals(name)).findFirst().orElse(named.get(0));
  }

  private String expression(List<String> hashed) {
    String text =
        hashed.stream()
            .map(name -> database.text(column(name)))
            .collect(Collectors.joining(" || "));
    return database.hash(text.isEmpty() ? "''" : text);
  }

  private String select(Collection<String> columns, List<String> hashed) {
    return "SELECT %s, %s AS %s FROM %s"
        .formatted(
            columns.stream()
                .map(name -> database.quoted(column(name).name()))
                .collect(Collectors.joining(", ")),
            expression(hashed),
            database.quoted(HASH),
            database.relation());
  }

  private StructType types(Collection<String> columns) {
    return new StructType(
        Stream.concat(
                columns.stream().map(this::column),
                Stream.of(DataTypes.createStructField(HASH, database.hashType(), true)))
            .toArray(StructField[]::new));
  }

  @Override
  public Dataset<Row> hashes(List<String> keys, List<String> hashed) {
    Set<String> columns = new LinkedHashSet<>();
    keys.forEach(key -> columns.add(column(key).name()));
    columns.addAll(database.dividedBy());
    return named(database.all(select(columns, hashed), types(columns)), keys);
  }

  @Override
  public Dataset<Row> rows(List<String> hashed) {
    List<String> all = List.of(schema.fieldNames());
    return named(database.all(select(all, hashed), types(all)), all);
  }

  @Override
  public Dataset<Row> rowsWithoutKey(List<String> keys, List<String> columns, List<String> hashed) {
    String anyNull =
        keys.stream()
            .map(key -> database.quoted(column(key).name()) + " IS NULL")
            .collect(Collectors.joining(" OR ", " WHERE ", ""));
    return named(database.few(select(columns, hashed) + anyNull, types(columns)), columns);
  }

  @Override
  public boolean finds(StructType keys, long count) {
    return count <= database.mostKeys()
        && Arrays.stream(keys.fields()).map(StructField::dataType).allMatch(SqlPushdown::isText);
  }

  /** Whether a database reads Spark's text of a value of the type as the same value. */
  private static boolean isText(DataType type) {
    return type instanceof ByteType
        || type instanceof ShortType
        || type instanceof IntegerType
        || type instanceof LongType
        || type instanceof DecimalType
        || type instanceof StringType;
  }

  @Override
  public Dataset<Row> rowsOf(Dataset<Row> keys, List<String> columns, List<String> hashed) {
    Dataset<Row> own =
        keys.toDF(
            Arrays.stream(keys.columns()).map(name -> column(name).name()).toArray(String[]::new));
    return named(database.ofKeys(select(columns, hashed), types(columns), own), columns);
  }

  private Dataset<Row> named(Dataset<Row> rows, List<String> columns) {
    Column hash = database.hashType() instanceof StringType ? unbase64(col(HASH)) : col(HASH);
    return rows.select(
        Stream.concat(
                columns.stream()
                    .map(name -> col("`" + column(name).name().replace("`", "``") + "`").as(name)),
                Stream.of(hash.as(HASH)))
            .toArray(Column[]::new));
  }
}
