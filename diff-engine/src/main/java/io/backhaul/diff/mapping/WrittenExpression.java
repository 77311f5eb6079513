/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import io.backhaul.diff.mapping.ExpressionGuard.Refused;
import io.backhaul.diff.reach.QueryGuard;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.ExpressionWithUnresolvedIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.analysis.UnresolvedStar;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.expressions.UnresolvedWindowExpression;
import org.apache.spark.sql.catalyst.expressions.WindowExpression;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser;
import scala.Option;
import scala.collection.Iterator;

/** An expression before it is analysed, so that what is refused is named as it was written. */
final class WrittenExpression {

  private final SourceColumns columns;
  private final Set<String> functions;

  /**
   * @param columns of the source, or {@code null} if they are not known yet
   * @param functions that are not Spark's own and may be used all the same, in lower case
   */
  WrittenExpression(SourceColumns columns, Set<String> functions) {
    this.columns = columns;
    this.functions = functions;
  }

  /** What is wrong with the text, if it is an expression. */
  Optional<Refused> refusal(String text) {
    Optional<String> unreadable = QueryGuard.unreadable(text);
    return unreadable.isPresent()
        ? Optional.of(Refused.of("this " + unreadable.get()))
        : walk(new CatalystSqlParser().parseExpression(text));
  }

  private Optional<Refused> walk(Expression expression) {
    Optional<Refused> refused = node(expression);
    Iterator<Expression> children = expression.children().iterator();
    while (refused.isEmpty() && children.hasNext()) {
      refused = walk(children.next());
    }
    return refused;
  }

  private Optional<Refused> node(Expression expression) {
    if (expression instanceof UnresolvedFunction function) {
      return function(function);
    }
    if (expression instanceof UnresolvedAttribute attribute) {
      return column(attribute);
    }
    if (expression instanceof SubqueryExpression) {
      return refused("a subquery reads other rows; join them in the source's query");
    }
    if (expression instanceof WindowExpression
        || expression instanceof UnresolvedWindowExpression) {
      return refused("OVER looks at other rows; compute it in the source's query");
    }
    if (expression instanceof UnresolvedStar) {
      return refused("`*` stands for whatever columns the source has; name the columns");
    }
    if (expression instanceof ExpressionWithUnresolvedIdentifier) {
      return refused("IDENTIFIER(…) hides a name; write the name itself");
    }
    return Optional.empty();
  }

  private Optional<Refused> function(UnresolvedFunction function) {
    String written = function.nameParts().mkString(".");
    String name = written.toLowerCase(Locale.ROOT);
    Optional<String> reason = RefusedFunctions.reason(name);
    if (reason.isPresent()) {
      return refused("`" + written + "` may not be used here: " + reason.get());
    }
    Option<ExpressionInfo> info =
        FunctionRegistry.builtin().lookupFunction(new FunctionIdentifier(name));
    if (info.isEmpty() && functions.contains(name)) {
      return Optional.empty();
    }
    if (info.isEmpty()) {
      return Optional.of(
          new Refused(
              "`" + written + "` is not a built-in function of Spark SQL; others are not allowed",
              NearestNames.to(name, Builtins.ALLOWED)));
    }
    return Builtins.otherRows(info.get())
        .map(why -> Refused.of("`" + written + "` " + why + "; compute it in the source's query"));
  }

  private Optional<Refused> column(UnresolvedAttribute attribute) {
    String first = attribute.nameParts().head();
    if (columns == null || columns.has(first)) {
      return Optional.empty();
    }
    // Spark takes current_date and its like without parentheses where no column has the name.
    Optional<String> reason = RefusedFunctions.reason(first);
    return Optional.of(
        reason
            .map(why -> Refused.of("`" + first + "` may not be used here: " + why))
            .orElseGet(
                () ->
                    new Refused(
                        "the source has no column `" + attribute.nameParts().mkString(".") + "`",
                        columns.nearest(first))));
  }

  private static Optional<Refused> refused(String problem) {
    return Optional.of(Refused.of(problem));
  }
}
