/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import io.backhaul.diff.platform.Sequences;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import scala.collection.Iterator;

/** Which columns of a source expressions look at, and how. */
final class UsedColumns {

  /** What nobody turns back, or what leaves nothing of a value to read. */
  private static final Set<String> HIDING =
      Set.of("Md5", "Sha1", "Sha2", "XxHash64", "Murmur3Hash", "HiveHash", "Mask");

  private UsedColumns() {}

  /** Their names, in the source's order; a field of a struct counts as its column. */
  static List<String> of(Dataset<Row> source, List<Column> expressions) {
    Dataset<Row> selected = source.select(expressions.toArray(Column[]::new));
    // not by name: an expression's column has the name that the expression writes, in its own case
    Set<ExprId> used =
        Sequences.<Attribute>list(selected.queryExecution().analyzed().references()).stream()
            .map(Attribute::exprId)
            .collect(Collectors.toSet());
    return Sequences.<Attribute>list(source.queryExecution().analyzed().output()).stream()
        .filter(column -> used.contains(column.exprId()))
        .map(Attribute::name)
        .toList();
  }

  /** Whether an expression uses columns, and each of them only under a hash or a mask. */
  static boolean hidden(Dataset<Row> source, Column expression) {
    Iterator<Expression> made =
        source.select(expression).queryExecution().analyzed().expressions().iterator();
    boolean any = false;
    while (made.hasNext()) {
      Expression next = made.next();
      any |= !next.references().isEmpty();
      if (shows(next)) {
        return false;
      }
    }
    return any;
  }

  private static boolean shows(Expression expression) {
    if (HIDING.contains(expression.getClass().getSimpleName())) {
      return false;
    }
    if (expression instanceof Attribute) {
      return true;
    }
    Iterator<Expression> children = expression.children().iterator();
    while (children.hasNext()) {
      if (shows(children.next())) {
        return true;
      }
    }
    return false;
  }
}
