/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.reach;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.ExpressionWithUnresolvedIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.analysis.PlanWithUnresolvedIdentifier;
import org.apache.spark.sql.catalyst.analysis.TableFunctionRegistry;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.analysis.UnresolvedGenerator;
import org.apache.spark.sql.catalyst.analysis.UnresolvedRelation;
import org.apache.spark.sql.catalyst.analysis.UnresolvedTableValuedFunction;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ParsedStatement;
import org.apache.spark.sql.catalyst.plans.logical.ScriptTransformation;
import scala.collection.Seq;

/**
 * Lets a Spark SQL query through only if it is a query, and reads only what a tenant may read. It
 * is parsed by Spark and looked at before it is analysed: no session, no catalog, no file is
 * touched. What only analysis can tell, {@link AnalysedQuery} looks at.
 */
public final class QueryGuard {

  /** What a query of a tenant is made of; a node that is not known here may do anything. */
  private static final Set<String> HARMLESS =
      Set.of(
          "Project",
          "Filter",
          "Aggregate",
          "Sort",
          "GlobalLimit",
          "LocalLimit",
          "Offset",
          "Distinct",
          "Deduplicate",
          "SubqueryAlias",
          "Join",
          "LateralJoin",
          "Union",
          "Except",
          "Intersect",
          "Generate",
          "Sample",
          "Pivot",
          "Unpivot",
          "Window",
          "WithWindowDefinition",
          "Repartition",
          "RepartitionByExpression",
          "RebalancePartitions",
          "OneRowRelation",
          "LocalRelation",
          "RelationTimeTravel",
          "UnresolvedWith",
          "UnresolvedHaving",
          "UnresolvedHint",
          "UnresolvedRelation",
          "UnresolvedInlineTable",
          "UnresolvedTVFAliases",
          "UnresolvedSubqueryColumnAliases",
          "UnresolvedTableValuedFunction");

  /** Statements that Spark 4 does not call commands, and what they do. */
  private static final Map<String, String> HIDDEN_STATEMENTS =
      Map.of(
          "ExecuteImmediateQuery", "runs a statement out of a text (EXECUTE IMMEDIATE)",
          "Call", "calls a procedure (CALL)");

  private static final int MOST_NESTED = 60;

  private QueryGuard() {}

  /**
   * Why a query may not be used, and what to do about it; nothing if it may.
   *
   * @param reach of the tenant whose query it is, or {@code null} where there are no tenants
   */
  public static Optional<String> refusal(String query, Reach reach) {
    Optional<String> unreadable = unreadable(query);
    if (unreadable.isPresent()) {
      return unreadable;
    }
    try {
      LogicalPlan plan = new CatalystSqlParser().parsePlan(query);
      return statement(plan).or(() -> parts(PlanParts.of(plan), reach));
    } catch (Exception e) {
      // Spark's compiled Scala does not declare the checked exceptions that it throws.
      if (e instanceof SparkThrowable) {
        return Optional.of("is not a query in Spark SQL: " + Said.by(e) + "; write a SELECT");
      }
      throw e;
    }
  }

  /**
   * Why SQL is not even parsed: Spark would fill in its settings, the environment and JVM
   * properties first; and its parser takes hours over parentheses in parentheses.
   */
  public static Optional<String> unreadable(String sql) {
    if (sql.contains("${")) {
      return Optional.of("holds ${…}, which Spark fills in from its own settings; write the value");
    }
    int depth = 0;
    for (int i = 0; i < sql.length() && depth <= MOST_NESTED; i++) {
      char c = sql.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    return depth > MOST_NESTED
        ? Optional.of("is nested too deeply; split it with WITH")
        : Optional.empty();
  }

  /** Why a tenant may not read a table of this name; nothing if it may. */
  public static Optional<String> tableRefusal(String table, Reach reach) {
    return parts(table)
        .map(name -> reach.coversRelation(name) ? Optional.<String>empty() : unnamed(name, reach))
        .orElse(Optional.of("is not the name of a table; write catalog.schema.table"));
  }

  /**
   * A table's name from the catalog on, so that no session takes it for another table or a view.
   */
  public static String fullName(String table) {
    List<String> name = parts(table).orElseThrow();
    return TableReach.readsFiles(TableReach.withoutSessionCatalog(name))
        ? table
        : TableReach.full(name).stream()
            .map(part -> "`" + part.replace("`", "``") + "`")
            .collect(Collectors.joining("."));
  }

  private static Optional<List<String>> parts(String table) {
    try {
      return Optional.of(Names.of(new CatalystSqlParser().parseMultipartIdentifier(table)));
    } catch (Exception e) {
      // Spark's compiled Scala does not declare the checked exceptions that it throws.
      if (e instanceof ParseException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Why even whoever runs Backhaul may not ask this: it runs code. */
  public static Optional<String> runsCode(LogicalPlan plan) {
    return parts(PlanParts.of(plan), null);
  }

  private static Optional<String> statement(LogicalPlan plan) {
    boolean changes =
        plan.exists(
            node ->
                node instanceof Command
                    || node instanceof ParsedStatement
                    || node instanceof ScriptTransformation);
    return changes
        ? Optional.of("is a statement, not a query; a source only reads: write a SELECT")
        : Optional.empty();
  }

  private static Optional<String> parts(PlanParts parts, Reach reach) {
    Stream<Optional<String>> nodes = parts.nodes().stream().map(node -> node(node, reach));
    Stream<Optional<String>> tables = parts.tables().stream().map(table -> table(table, reach));
    Stream<Optional<String>> inRows =
        parts.expressions().stream().map(expression -> expression(expression, reach));
    return Stream.of(nodes, tables, inRows)
        .flatMap(each -> each)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> node(LogicalPlan node, Reach reach) {
    if (node instanceof ScriptTransformation) {
      return Optional.of("runs a program (TRANSFORM); a source only reads: write a SELECT");
    }
    String hidden = HIDDEN_STATEMENTS.get(node.getClass().getSimpleName());
    if (hidden != null) {
      return Optional.of(hidden + "; a source only reads: write a SELECT");
    }
    if (reach == null) {
      return Optional.empty();
    }
    if (node instanceof PlanWithUnresolvedIdentifier) {
      return Optional.of("hides a name in IDENTIFIER(…); write the name itself");
    }
    if (node instanceof UnresolvedTableValuedFunction function) {
      return function(
          function.name().mkString("."),
          reach,
          TableFunctionRegistry.builtin().functionExists(id(function.name())));
    }
    return HARMLESS.contains(node.getClass().getSimpleName())
        ? Optional.empty()
        : Optional.of(
            "holds %s, which %s use; write a plain SELECT"
                .formatted(node.nodeName(), reach.mayNot()));
  }

  private static Optional<String> table(UnresolvedRelation table, Reach reach) {
    if (reach == null) {
      return Optional.empty();
    }
    if (!table.options().isEmpty()) {
      return Optional.of(
          "gives options to a table, which " + reach.mayNot() + " do; leave them out");
    }
    List<String> name = Names.of(table.multipartIdentifier());
    return reach.coversRelation(name) ? Optional.empty() : unnamed(name, reach);
  }

  private static Optional<String> unnamed(List<String> name, Reach reach) {
    boolean files = TableReach.readsFiles(TableReach.withoutSessionCatalog(name));
    return Optional.of(
        files
            ? "reads files by their path, and %s read there; %s"
                .formatted(reach.mayNot(), reach.remedy("paths"))
            : "reads %s, and %s read it; %s"
                .formatted(
                    String.join(".", TableReach.full(name)),
                    reach.mayNot(),
                    reach.remedy("catalogs")));
  }

  private static Optional<String> expression(Expression expression, Reach reach) {
    if (expression instanceof UnresolvedFunction function) {
      return function(function.nameParts(), reach);
    }
    if (expression instanceof UnresolvedGenerator generator) {
      String name = generator.name().unquotedString();
      return function(name, reach, FunctionRegistry.builtin().functionExists(generator.name()));
    }
    return expression instanceof ExpressionWithUnresolvedIdentifier
        ? Optional.of("hides a name in IDENTIFIER(…); write the name itself")
        : Optional.empty();
  }

  private static Optional<String> function(Seq<String> name, Reach reach) {
    boolean builtin = name.size() == 1 && FunctionRegistry.builtin().functionExists(id(name));
    return function(name.mkString("."), reach, builtin);
  }

  private static Optional<String> function(String written, Reach reach, boolean builtin) {
    String last = written.substring(written.lastIndexOf('.') + 1);
    if (OutsideFunctions.runsCode(last)) {
      return Optional.of(
          "uses `"
              + written
              + "`: "
              + OutsideFunctions.reason(last).orElseThrow()
              + "; leave it out");
    }
    if (reach == null) {
      return Optional.empty();
    }
    Optional<String> reason = OutsideFunctions.reason(last);
    if (reason.isPresent()) {
      return Optional.of(
          "uses `%s`, which %s use: %s; leave it out"
              .formatted(written, reach.mayNot(), reason.get()));
    }
    return builtin || reach.coversFunction(written)
        ? Optional.empty()
        : Optional.of(
            "uses `%s`, which is no built-in function of Spark SQL, and %s use it; %s"
                .formatted(written, reach.mayNot(), reach.remedy("functions")));
  }

  private static FunctionIdentifier id(Seq<String> name) {
    return new FunctionIdentifier(name.last());
  }
}
