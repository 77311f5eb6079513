/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map_entries;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The 64 bits that stand for a mapped row. Equal values have equal hashes in every session time
 * zone, JVM locale and partitioning.
 *
 * <p>The hash is Spark's {@code xxhash64} (XXH64 chained over its arguments, first seed 42) over
 * the mapping's fingerprint and then, value by value, a canonical form:
 *
 * <ul>
 *   <li>every value: a boolean, whether it is null, because {@code xxhash64} itself skips nulls;
 *       then the value
 *   <li>numbers, dates, timestamps: their binary value; -0.0 is 0.0, and there is one NaN. A
 *       decimal is its unscaled number: a column has one scale, and that is in the fingerprint.
 *       Dates are days, timestamps microseconds of UTC, so no calendar and no zone takes part
 *   <li>text, binary: their bytes
 *   <li>a struct: its fields, in order
 *   <li>an array: its size (-1 if null), then the array of its elements' own hashes
 *   <li>a map: as the array of its entries' hashes, sorted, because a map has no order
 * </ul>
 */
public final class RowHash {

  /** Changes whenever a hash would; part of every fingerprint. */
  public static final int VERSION = 1;

  private RowHash() {}

  /**
   * A bigint that is never null.
   *
   * @param fingerprint of the mapping, so that another mapping gives every row another hash
   * @param types of {@code values}, in the same order
   */
  public static Column of(String fingerprint, List<DataType> types, List<Column> values) {
    List<Column> parts = new ArrayList<>();
    parts.add(lit(fingerprint));
    for (int i = 0; i < types.size(); i++) {
      canonical(values.get(i), types.get(i), parts);
    }
    return hash(parts);
  }

  private static void canonical(Column value, DataType type, List<Column> parts) {
    parts.add(value.isNull());
    if (type instanceof StructType struct) {
      for (StructField field : struct.fields()) {
        canonical(value.getField(field.name()), field.dataType(), parts);
      }
    } else if (type instanceof ArrayType array) {
      parts.add(coalesce(size(value), lit(-1)));
      parts.add(transform(value, element -> hashOf(element, array.elementType())));
    } else if (type instanceof MapType map) {
      parts.add(coalesce(size(value), lit(-1)));
      parts.add(
          sort_array(
              transform(
                  map_entries(value),
                  entry -> {
                    List<Column> keyAndValue = new ArrayList<>();
                    canonical(entry.getField("key"), map.keyType(), keyAndValue);
                    canonical(entry.getField("value"), map.valueType(), keyAndValue);
                    return hash(keyAndValue);
                  })));
    } else {
      parts.add(isCollated(type) ? value.cast(DataTypes.StringType) : value);
    }
  }

  /**
   * Whether Spark 4 takes different texts of the type for the same, and then gives them one hash.
   */
  static boolean isCollated(DataType type) {
    return type instanceof StringType && !type.equals(DataTypes.StringType);
  }

  private static Column hashOf(Column value, DataType type) {
    List<Column> parts = new ArrayList<>();
    canonical(value, type, parts);
    return hash(parts);
  }

  private static Column hash(List<Column> parts) {
    return xxhash64(parts.toArray(Column[]::new));
  }
}
