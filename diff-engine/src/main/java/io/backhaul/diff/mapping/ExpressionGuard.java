/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.analysis.UnresolvedStar;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.expressions.UnresolvedWindowExpression;
import org.apache.spark.sql.catalyst.expressions.UserDefinedExpression;
import org.apache.spark.sql.catalyst.expressions.WindowExpression;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.plans.logical.LeafNode;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import scala.Option;
import scala.collection.Iterator;

/**
 * Lets an expression through only if its value depends on nothing but the row. It is parsed by
 * Spark and looked at before it is analysed, so that what is refused is named as it was written,
 * and looked at again afterwards, for what hides behind a default or an alias. No job runs.
 */
public final class ExpressionGuard {

  /** What the guard says of an expression. */
  public sealed interface Verdict {}

  /** The expression may be used. */
  public record Accepted(Column column, DataType type) implements Verdict {}

  /**
   * The expression may not be used.
   *
   * @param problem what is wrong and what to do about it
   * @param candidates valid names near the one that is wrong, nearest first; may be empty
   */
  public record Refused(String problem, List<String> candidates) implements Verdict {
    public Refused {
      candidates = List.copyOf(candidates);
    }

    private static Refused of(String problem) {
      return new Refused(problem, List.of());
    }
  }

  /** Spark reads these words, in place of a date or time, from the clock. */
  private static final Pattern CLOCK_WORD =
      Pattern.compile("\\s*(now|today|tomorrow|yesterday)\\s*", Pattern.CASE_INSENSITIVE);

  private static final Pattern CLOCK_LITERAL =
      Pattern.compile(
          "\\b(date|timestamp\\w*)\\s*(['\"])" + CLOCK_WORD.pattern() + "\\2",
          Pattern.CASE_INSENSITIVE);

  private final SourceColumns columns;
  private final Dataset<Row> empty;

  /** Judges expressions over rows of one schema. */
  public ExpressionGuard(SparkSession spark, StructType schema) {
    this.columns = new SourceColumns(schema);
    this.empty = spark.createDataFrame(List.of(), schema);
  }

  /** Accepts or refuses one expression in Spark SQL. */
  public Verdict check(String text) {
    try {
      return judge(text);
    } catch (Exception e) {
      // Spark's compiled Scala does not declare the checked exceptions that it throws.
      if (e instanceof ParseException) {
        return Refused.of("this is not a Spark SQL expression: " + Said.by(e));
      }
      if (e instanceof AnalysisException) {
        return Refused.of(Said.by(e));
      }
      throw e;
    }
  }

  private Verdict judge(String text) {
    Optional<Refused> refused = asWritten(new CatalystSqlParser().parseExpression(text));
    if (refused.isEmpty() && CLOCK_LITERAL.matcher(text).find()) {
      refused = Optional.of(clockWord());
    }
    if (refused.isPresent()) {
      return refused.get();
    }
    Column column = functions.expr(text);
    Dataset<Row> only = empty.select(column);
    refused = asAnalysed(only.queryExecution().analyzed());
    return refused.isPresent()
        ? refused.get()
        : new Accepted(column, only.schema().fields()[0].dataType());
  }

  private Optional<Refused> asWritten(Expression expression) {
    Optional<Refused> refused = node(expression);
    Iterator<Expression> children = expression.children().iterator();
    while (refused.isEmpty() && children.hasNext()) {
      refused = asWritten(children.next());
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
      return refusal("a subquery reads other rows; join them in the source's query");
    }
    if (expression instanceof WindowExpression
        || expression instanceof UnresolvedWindowExpression) {
      return refusal("OVER looks at other rows; compute it in the source's query");
    }
    if (expression instanceof UnresolvedStar) {
      return refusal("`*` stands for whatever columns the source has; name the columns");
    }
    return Optional.empty();
  }

  private Optional<Refused> function(UnresolvedFunction function) {
    String written = function.nameParts().mkString(".");
    String name = written.toLowerCase(Locale.ROOT);
    Optional<String> reason = RefusedFunctions.reason(name);
    if (reason.isPresent()) {
      return refusal("`" + written + "` may not be used here: " + reason.get());
    }
    Option<ExpressionInfo> info =
        FunctionRegistry.builtin().lookupFunction(new FunctionIdentifier(name));
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
    if (columns.has(first)) {
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

  /** Aggregates, generators and windows make another plan than one projection. */
  private Optional<Refused> asAnalysed(LogicalPlan plan) {
    if (!(plan instanceof Project project && project.child() instanceof LeafNode)) {
      return refusal("the expression looks at other rows; compute it in the source's query");
    }
    Optional<Refused> refused = Optional.empty();
    Iterator<Expression> outputs = plan.expressions().iterator();
    while (refused.isEmpty() && outputs.hasNext()) {
      refused = analysedNode(outputs.next());
    }
    return refused;
  }

  private Optional<Refused> analysedNode(Expression expression) {
    Optional<String> reason = RefusedFunctions.reason(expression.prettyName());
    if (reason.isPresent()) {
      return refusal("`" + expression.prettyName() + "` is used here: " + reason.get());
    }
    if (expression instanceof UserDefinedExpression) {
      return refusal("functions of the session's own are not allowed");
    }
    if (readsTheClock(expression)) {
      return Optional.of(clockWord());
    }
    Iterator<Expression> children = expression.children().iterator();
    while (children.hasNext()) {
      Optional<Refused> refused = analysedNode(children.next());
      if (refused.isPresent()) {
        return refused;
      }
    }
    return expression.deterministic()
        ? Optional.empty()
        : refusal(
            "`"
                + expression.prettyName()
                + "` gives another answer each time, so every row would look changed");
  }

  private static boolean readsTheClock(Expression expression) {
    return expression instanceof Cast cast
        && cast.child() instanceof Literal literal
        && literal.value() != null
        && (cast.dataType() instanceof DateType
            || cast.dataType() instanceof TimestampType
            || cast.dataType() instanceof TimestampNTZType)
        && CLOCK_WORD.matcher(literal.value().toString()).matches();
  }

  private static Refused clockWord() {
    return Refused.of(
        "now, today, tomorrow and yesterday depend on when the sync is run, so every row would"
            + " look changed");
  }

  private static Optional<Refused> refusal(String problem) {
    return Optional.of(Refused.of(problem));
  }
}
