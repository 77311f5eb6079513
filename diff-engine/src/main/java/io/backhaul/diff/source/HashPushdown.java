/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Has the database say which rows differ, so that the others need not travel: keys and hashes come
 * first, whole rows only for some of the keys. Belongs to one pinned snapshot, and all that it
 * gives is of that moment, however often it is asked. Column names are those of the snapshot's
 * schema.
 *
 * <p>A hash has 128 bits and covers the values of some columns, in their order. Under one {@link
 * #basis} two rows with one hash have, but for chance, the same values: null is not the empty text,
 * and no value runs into the next. The reverse is not promised: the same value may have two hashes
 * (1.0 and 1.00), and is then looked at once more.
 */
public interface HashPushdown {

  /** The column of hashes: 16 bytes, never null. */
  String HASH = "backhaul_source_hash";

  /**
   * How these columns are hashed, as a text to be compared: hashes that were made under another one
   * say nothing.
   */
  String basis(List<String> hashed);

  /** The key columns and {@link #HASH} of every row, rows without or with repeated keys too. */
  Dataset<Row> hashes(List<String> keys, List<String> hashed);

  /** All columns and {@link #HASH} of every row. */
  Dataset<Row> rows(List<String> hashed);

  /** Whether {@link #rowsOf} can look for so many keys of these types. */
  boolean finds(StructType keys, long count);

  /**
   * Some columns and {@link #HASH} of the rows that have one of the keys; all rows of a key that
   * several have. Keys are compared as Spark does; whoever asks should count what comes, because a
   * database may compare in another way and miss one.
   *
   * @param keys key columns, each key once, none with a null
   * @param columns at least the key columns
   */
  Dataset<Row> rowsOf(Dataset<Row> keys, List<String> columns, List<String> hashed);

  /** As {@link #rowsOf}, of the rows whose key has a null in it. */
  Dataset<Row> rowsWithoutKey(List<String> keys, List<String> columns, List<String> hashed);
}
