/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import io.backhaul.diff.reach.Said;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.UserDefinedExpression;
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

    static Refused of(String problem) {
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
  private final Set<String> allowed;
  private final Dataset<Row> empty;

  /**
   * Judges expressions over rows of one schema.
   *
   * @param functions that are not Spark's own and may be used all the same, in lower case
   */
  public ExpressionGuard(SparkSession spark, StructType schema, Set<String> functions) {
    this.columns = new SourceColumns(schema);
    this.allowed = functions;
    this.empty = spark.createDataFrame(List.of(), schema);
  }

  /**
   * Refuses what can be refused without the rows' schema: needs no session, and says nothing of
   * columns. Where it refuses nothing, {@link #check} may.
   *
   * @param functions as with the constructor
   */
  public static Optional<Refused> asWritten(String text, Set<String> functions) {
    try {
      return new WrittenExpression(null, functions).refusal(text);
    } catch (Exception e) {
      // Spark's compiled Scala does not declare the checked exceptions that it throws.
      if (e instanceof ParseException) {
        return Optional.of(notSparkSql(e));
      }
      throw e;
    }
  }

  /** Accepts or refuses one expression in Spark SQL. */
  public Verdict check(String text) {
    try {
      return judge(text);
    } catch (Exception e) {
      // Spark's compiled Scala does not declare the checked exceptions that it throws.
      if (e instanceof ParseException) {
        return notSparkSql(e);
      }
      if (e instanceof AnalysisException) {
        return Refused.of(Said.by(e));
      }
      throw e;
    }
  }

  private Verdict judge(String text) {
    Optional<Refused> refused = new WrittenExpression(columns, allowed).refusal(text);
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
    if (expression instanceof UserDefinedExpression own && !isAllowed(own.name())) {
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

  /** A function of a catalog may go by the last part of its name once it is resolved. */
  private boolean isAllowed(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return allowed.stream().anyMatch(f -> f.equals(lower) || f.endsWith("." + lower));
  }

  private static Refused notSparkSql(Exception e) {
    return Refused.of("this is not a Spark SQL expression: " + Said.by(e));
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
