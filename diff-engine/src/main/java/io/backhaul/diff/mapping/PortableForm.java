/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map_entries;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The form in which values cross from Spark to Java without loss. Spark would hand dates and
 * timestamps to a Java function through {@code java.sql} types, which know the JVM's zone and the
 * Julian calendar, and would repair broken text on the way. So dates cross as days, timestamps as
 * microseconds of UTC, text as bytes and maps as entries.
 */
final class PortableForm {

  private PortableForm() {}

  /** The portable form of {@code value}, which has the given type. */
  static Column of(Column value, DataType type) {
    if (type instanceof StringType) {
      return value.cast(DataTypes.BinaryType);
    }
    if (type.equals(DataTypes.DateType)) {
      return unix_date(value);
    }
    if (type.equals(DataTypes.TimestampType)) {
      return unix_micros(value);
    }
    if (type instanceof StructType struct) {
      Column[] fields =
          Arrays.stream(struct.fields())
              .map(f -> of(value.getField(f.name()), f.dataType()).as(f.name()))
              .toArray(Column[]::new);
      return fields.length == 0 ? value : when(value.isNull(), lit(null)).otherwise(struct(fields));
    }
    if (type instanceof ArrayType array) {
      return transform(value, element -> of(element, array.elementType()));
    }
    if (type instanceof MapType map) {
      StructType entry =
          new StructType(
              new StructField[] {
                DataTypes.createStructField("key", map.keyType(), false),
                DataTypes.createStructField("value", map.valueType(), true)
              });
      return transform(map_entries(value), e -> of(e, entry));
    }
    return value;
  }
}
