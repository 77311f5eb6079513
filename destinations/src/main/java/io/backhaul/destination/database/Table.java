/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import io.backhaul.destination.ObjectSchema;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A table as the database's catalogue has it.
 *
 * @param name qualified and quoted, to be put into statements
 * @param uniques sets of columns in whose values no two rows are equal
 * @param quote what names are put between
 */
record Table(String name, List<Column> columns, List<Set<String>> uniques, String quote) {

  /**
   * One column.
   *
   * @param type its type's name, as the database writes it
   * @param code what decides how a value is written: PostgreSQL's name of the underlying type, or
   *     {@code java.sql.Types}
   * @param required whether a new row must name it: not null and without a default
   * @param writable whether a value may be given, as it may not where the database computes it
   * @param maxLength in characters, 0 where there is no limit
   * @param labels of an enumeration
   */
  record Column(
      String name,
      String type,
      Object code,
      boolean required,
      boolean writable,
      int maxLength,
      List<String> labels) {

    Column {
      labels = List.copyOf(labels);
    }
  }

  Table {
    columns = List.copyOf(columns);
    uniques = List.copyOf(uniques);
  }

  /** The column of that name; failing that, the only one that differs in case alone. */
  Optional<Column> column(String name) {
    Optional<Column> exact = columns.stream().filter(each -> each.name().equals(name)).findFirst();
    if (exact.isPresent()) {
      return exact;
    }
    List<Column> alike =
        columns.stream().filter(each -> each.name().equalsIgnoreCase(name)).toList();
    return alike.size() == 1 ? Optional.of(alike.get(0)) : Optional.empty();
  }

  /** A name between this database's quotes. */
  String quoted(String name) {
    return quoted(name, quote);
  }

  static String quoted(String name, String quote) {
    return quote + name.replace(quote, quote + quote) + quote;
  }

  /** What is told of it; a row can be matched by every column of a unique key. */
  ObjectSchema schema(String object) {
    Set<String> keys = new HashSet<>();
    uniques.forEach(keys::addAll);
    return new ObjectSchema(
        object,
        true,
        columns.stream()
            .map(
                column ->
                    new ObjectSchema.Field(
                        column.name(),
                        column.type(),
                        column.required(),
                        column.writable(),
                        column.maxLength(),
                        column.labels()))
            .toList(),
        keys);
  }
}
