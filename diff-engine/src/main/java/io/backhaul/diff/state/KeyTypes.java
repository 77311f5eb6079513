/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Brings key columns that were widened at the source (int to bigint) under one type. */
public final class KeyTypes {

  private KeyTypes() {}

  /**
   * The narrowest schema that holds the keys of both.
   *
   * @param stored the key columns as a table has them
   * @param current the key columns as the source has them
   * @param place the table, for the message
   * @throws IllegalArgumentException if no type holds both without loss
   */
  public static StructType common(StructType stored, StructType current, TableRef place) {
    Map<String, StructField> before = new HashMap<>();
    for (StructField field : stored.fields()) {
      before.put(field.name().toLowerCase(Locale.ROOT), field);
    }
    StructField[] fields = new StructField[current.size()];
    for (int i = 0; i < fields.length; i++) {
      StructField now = current.fields()[i];
      StructField then = before.get(now.name().toLowerCase(Locale.ROOT));
      if (then == null || stored.size() != current.size()) {
        throw new IllegalArgumentException(
            place
                + " was written under the key "
                + String.join(", ", stored.fieldNames())
                + ", and the key is now "
                + String.join(", ", current.fieldNames())
                + "; restore it in the sync file, or drop that table to start the sync over");
      }
      DataType type =
          wider(then.dataType(), now.dataType())
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "key column "
                              + now.name()
                              + " is "
                              + now.dataType().sql()
                              + " in the source and was "
                              + then.dataType().sql()
                              + " in "
                              + place
                              + "; cast it back in the source, or drop that table to start the sync"
                              + " over"));
      fields[i] = new StructField(then.name(), type, true, then.metadata());
    }
    return new StructType(fields);
  }

  private static Optional<DataType> wider(DataType a, DataType b) {
    if (a.equals(b)) {
      return Optional.of(a);
    }
    int digitsOfA = wholeDigits(a);
    int digitsOfB = wholeDigits(b);
    if (digitsOfA == 0 || digitsOfB == 0) {
      return Optional.empty();
    }
    if (a instanceof DecimalType || b instanceof DecimalType) {
      int scale = Math.max(scale(a), scale(b));
      int precision = Math.max(digitsOfA, digitsOfB) + scale;
      return precision > DecimalType.MAX_PRECISION()
          ? Optional.empty()
          : Optional.of(DataTypes.createDecimalType(precision, scale));
    }
    return Optional.of(digitsOfA > digitsOfB ? a : b);
  }

  private static int scale(DataType type) {
    return type instanceof DecimalType decimal ? decimal.scale() : 0;
  }

  /** Digits before the point that the type holds; 0 where it is no number. */
  private static int wholeDigits(DataType type) {
    if (type instanceof ByteType) {
      return 3;
    } else if (type instanceof ShortType) {
      return 5;
    } else if (type instanceof IntegerType) {
      return 10;
    } else if (type instanceof LongType) {
      return 20;
    }
    return type instanceof DecimalType decimal ? decimal.precision() - decimal.scale() : 0;
  }
}
