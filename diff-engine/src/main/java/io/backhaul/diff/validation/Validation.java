/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.validation;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StructType;

/** Which rules a row breaks, as Spark SQL. */
public final class Validation {

  /** One broken rule. Messages never hold the value. */
  public static final StructType FAILURE =
      new StructType()
          .add("field", DataTypes.StringType, false)
          .add("rule", DataTypes.StringType, false)
          .add("message", DataTypes.StringType, false);

  private Validation() {}

  /**
   * An array of {@link #FAILURE} in the order of the rules, empty for a row that keeps all of them.
   *
   * @param rules that {@link RuleFit} found no fault with
   * @param type of a field
   * @param value of a field
   * @param holds for each {@link Rule.Expr} among the rules, in order, what its predicate says of
   *     the source row
   */
  public static Column failures(
      List<FieldRule> rules,
      Function<String, DataType> type,
      Function<String, Column> value,
      List<Column> holds) {
    List<Column> failures = new ArrayList<>();
    Iterator<Column> predicates = holds.iterator();
    for (FieldRule each : rules) {
      Column broken =
          each.rule() instanceof Rule.Expr
              ? not(coalesce(predicates.next(), lit(false)))
              : broken(each.rule(), value.apply(each.field()), type.apply(each.field()));
      failures.add(
          when(
              broken,
              struct(
                  lit(each.field()).as("field"),
                  lit(each.rule().wireName()).as("rule"),
                  lit(RuleText.message(each.rule())).as("message"))));
    }
    return failures.isEmpty()
        ? array().cast(DataTypes.createArrayType(FAILURE))
        : filter(array(failures.toArray(Column[]::new)), Column::isNotNull);
  }

  private static Column broken(Rule rule, Column value, DataType type) {
    if (rule instanceof Rule.Required) {
      return RuleSql.missing(value, type);
    }
    return type instanceof NullType
        ? lit(false)
        : value.isNotNull().and(coalesce(RuleSql.broken(rule, value, type), lit(false)));
  }
}
