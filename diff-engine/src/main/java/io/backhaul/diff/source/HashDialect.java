/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What {@link SqlPushdown} needs of a database: how it hashes, and how one pinned moment is read.
 */
interface HashDialect {

  /** The database's name, which tells its hashes from those of others. */
  String name();

  String quoted(String column);

  /** What holds the snapshot's rows, as it can stand in a {@code FROM}. */
  String relation();

  /**
   * A column's value as text: never null, another one for each other value of the column, and such
   * that no value of one column runs into that of the next.
   */
  String text(StructField column);

  /** 128 bits over an expression of a text. */
  String hash(String text);

  /** What {@link #hash} gives: {@code BINARY}, or {@code STRING} for base64. */
  DataType hashType();

  /** Columns that {@link #all} needs, besides those that are asked for. */
  List<String> dividedBy();

  /** All rows of a query over {@link #relation}, by as many readers as are worth it. */
  Dataset<Row> all(String query, StructType types);

  /** The rows of a query that gives few. */
  Dataset<Row> few(String query, StructType types);

  /**
   * The rows of a query without a condition that have one of the keys.
   *
   * @param keys columns of the query's; each key once, none with a null
   */
  Dataset<Row> ofKeys(String query, StructType types, Dataset<Row> keys);

  /** More keys than these are not worth being looked for. */
  long mostKeys();
}
