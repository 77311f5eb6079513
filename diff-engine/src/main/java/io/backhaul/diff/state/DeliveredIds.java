/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import static org.apache.spark.sql.functions.col;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * What the destination of a sync calls its records, as one version of the sync's state has it: the
 * same rows at each reading, whatever runs of that sync settle meanwhile.
 *
 * @param keys the key columns with the types that state has them in
 * @param rows the key columns, {@code destination_id} (null where the destination gives none) and
 *     {@code synced_at}, each key once
 */
public record DeliveredIds(StructType keys, Dataset<Row> rows) {

  /** Of the newest version of a sync's state; empty if the sync has delivered nothing yet. */
  public static Optional<DeliveredIds> of(SparkSession spark, TableRef state) {
    if (!state.exists(spark)) {
      return Optional.empty();
    }
    Dataset<Row> pinned = at(spark, state, state.version(spark));
    StructType keys = SyncState.keysOf(pinned.schema());
    Column[] columns =
        Stream.concat(Arrays.stream(keys.fieldNames()), Stream.of("destination_id", "synced_at"))
            .map(name -> col("`" + name + "`"))
            .toArray(Column[]::new);
    return Optional.of(new DeliveredIds(keys, pinned.select(columns)));
  }

  /** Without its number, Spark would look for the newest version at each reading. */
  private static Dataset<Row> at(SparkSession spark, TableRef state, long version) {
    DataFrameReader reader =
        spark.read().format("delta").option("versionAsOf", Long.toString(version));
    return state instanceof TableRef.ByPath byPath
        ? reader.load(byPath.path())
        : reader.table(((TableRef.ByName) state).name());
  }
}
