/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import scala.Option;
import scala.collection.Iterator;

/** Spark SQL's own functions. */
final class Builtins {

  /** Those that an expression over one row may use. */
  static final SortedSet<String> ALLOWED = allowed();

  private Builtins() {}

  /** Why a function needs more than one row, or makes more than one, as a verb phrase. */
  static Optional<String> otherRows(ExpressionInfo info) {
    return switch (info.getGroup()) {
      case "agg_funcs" -> Optional.of("aggregates rows");
      case "window_funcs" -> Optional.of("looks at other rows");
      case "generator_funcs" -> Optional.of("makes several rows of one");
      default -> Optional.empty();
    };
  }

  private static SortedSet<String> allowed() {
    SortedSet<String> names = new TreeSet<>();
    Iterator<FunctionIdentifier> all = FunctionRegistry.builtin().listFunction().iterator();
    while (all.hasNext()) {
      FunctionIdentifier id = all.next();
      String name = id.funcName().toLowerCase(Locale.ROOT);
      Option<ExpressionInfo> info = FunctionRegistry.builtin().lookupFunction(id);
      if (Character.isLetter(name.charAt(0))
          && RefusedFunctions.reason(name).isEmpty()
          && otherRows(info.get()).isEmpty()) {
        names.add(name);
      }
    }
    return names;
  }
}
