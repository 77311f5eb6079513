/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import scala.collection.JavaConverters;

/** Which columns of a source expressions look at. */
final class UsedColumns {

  private UsedColumns() {}

  /** Their names, in the source's order; a field of a struct counts as its column. */
  static List<String> of(Dataset<Row> source, List<Column> expressions) {
    Dataset<Row> selected = source.select(expressions.toArray(Column[]::new));
    // not by name: an expression's column has the name that the expression writes, in its own case
    Set<ExprId> used =
        JavaConverters.asJavaCollection(selected.queryExecution().analyzed().references()).stream()
            .map(Attribute::exprId)
            .collect(Collectors.toSet());
    return JavaConverters.seqAsJavaList(source.queryExecution().analyzed().output()).stream()
        .filter(column -> used.contains(column.exprId()))
        .map(Attribute::name)
        .toList();
  }
}
