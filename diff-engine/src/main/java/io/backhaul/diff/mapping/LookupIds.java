/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What the destination of another sync calls its records. The rows must be the same ones however
 * often they are read: a source is compared in more than one pass.
 *
 * @param keys the other sync's key columns with their types
 * @param rows those columns and {@code destination_id}, each key once
 */
public record LookupIds(StructType keys, Dataset<Row> rows) {

  public LookupIds {
    Objects.requireNonNull(keys, "keys");
    Objects.requireNonNull(rows, "rows");
  }

  /** No ids: where only the key is known, and whether a lookup fits it is asked. */
  public static LookupIds none(SparkSession spark, StructType keys) {
    return new LookupIds(
        keys, spark.createDataFrame(List.of(), keys.add("destination_id", DataTypes.StringType)));
  }

  /** A key column by its name, whatever its case. */
  StructField column(String name) {
    return Arrays.stream(keys.fields())
        .filter(key -> key.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow();
  }
}
