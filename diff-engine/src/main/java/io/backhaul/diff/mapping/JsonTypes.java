/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/** Which Spark types {@link JsonForm} has a form for. */
final class JsonTypes {

  private JsonTypes() {}

  /** The first part of a type that has no form in JSON; nothing if all of it has. */
  static Optional<DataType> unsayable(DataType type) {
    if (type instanceof StructType struct) {
      return Arrays.stream(struct.fields())
          .flatMap(f -> unsayable(f.dataType()).stream())
          .findFirst();
    }
    if (type instanceof ArrayType array) {
      return unsayable(array.elementType());
    }
    if (type instanceof MapType map) {
      boolean plainKey = isScalar(map.keyType());
      return plainKey ? unsayable(map.valueType()) : Optional.of(map);
    }
    return isScalar(type) ? Optional.empty() : Optional.of(type);
  }

  private static boolean isScalar(DataType type) {
    return type instanceof StringType
        || type instanceof NumericType
        || type instanceof BooleanType
        || type instanceof BinaryType
        || type instanceof DateType
        || type instanceof TimestampType
        || type instanceof TimestampNTZType
        || type instanceof NullType;
  }
}
