/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import io.backhaul.diff.platform.Sequences;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Attribute;

/** Which columns of a source expressions look at. */
final class UsedColumns {

  private UsedColumns() {}

  /** Their names, in the source's order; a field of a struct counts as its column. */
  static List<String> of(Dataset<Row> source, List<Column> expressions) {
    Dataset<Row> selected = source.select(expressions.toArray(Column[]::new));
    Set<String> names =
        Sequences.<Attribute>list(selected.queryExecution().analyzed().references()).stream()
            .map(Attribute::name)
            .collect(Collectors.toSet());
    return Arrays.stream(source.columns()).filter(names::contains).toList();
  }
}
