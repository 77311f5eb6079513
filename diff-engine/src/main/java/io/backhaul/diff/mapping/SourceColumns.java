/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import static org.apache.spark.sql.functions.col;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns that a spec can name, found as Spark SQL finds them: case does not matter. */
final class SourceColumns {

  /** A column and its type. */
  record Found(Column column, DataType type) {}

  private final StructType schema;

  SourceColumns(StructType schema) {
    this.schema = schema;
  }

  /** A column of this name, or else the field of a struct column at this dotted path. */
  Optional<Found> find(String name) {
    Optional<StructField> whole = field(schema, name);
    if (whole.isPresent()) {
      return whole.map(f -> new Found(quoted(f.name()), f.dataType()));
    }
    Column column = null;
    DataType type = schema;
    for (String part : name.split("\\.", -1)) {
      Optional<StructField> next =
          type instanceof StructType struct ? field(struct, part) : Optional.empty();
      if (next.isEmpty()) {
        return Optional.empty();
      }
      String exact = next.get().name();
      column = column == null ? quoted(exact) : column.getField(exact);
      type = next.get().dataType();
    }
    return Optional.of(new Found(column, type));
  }

  /** Whether there is a column of this name. */
  boolean has(String name) {
    return field(schema, name).isPresent();
  }

  /** The valid names most like {@code name}, nearest first. */
  List<String> nearest(String name) {
    return NearestNames.to(name, List.of(schema.fieldNames()));
  }

  private static Optional<StructField> field(StructType struct, String name) {
    List<StructField> same =
        Arrays.stream(struct.fields()).filter(f -> f.name().equalsIgnoreCase(name)).toList();
    return same.stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .or(() -> same.stream().findFirst());
  }

  private static Column quoted(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }
}
