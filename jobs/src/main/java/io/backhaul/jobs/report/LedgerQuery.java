/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.report;

import io.backhaul.diff.reach.QueryGuard;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerViews;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.InsertIntoStatement;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/** Asks the ledger in SQL. Only asks: the ledger is written by runs and by commands. */
public final class LedgerQuery {

  /** Whether Spark puts the values of settings and of the environment in place of names. */
  private static final String SUBSTITUTE = "spark.sql.variable.substitute";

  private static final List<String> ASKING = List.of("Show", "Describe", "Explain");

  private LedgerQuery() {}

  /**
   * Rows of a query.
   *
   * @param more whether there were more than asked for
   */
  public record Answer(List<String> columns, List<Row> rows, boolean more) {}

  /** A statement that is not Spark SQL, or that would change something. */
  public static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private RefusedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Runs a query, SHOW, DESCRIBE or EXPLAIN over the views of {@link LedgerViews}. What looks like
   * a reference to a setting or a secret stays the text that it is.
   *
   * @param limit most rows to return, or {@code null} for all
   * @throws RefusedException if the statement is anything else
   */
  public static Answer ask(Ledger ledger, String statement, Integer limit) {
    Dataset<Row> all = asWritten(ledger.spark(), () -> analysed(ledger, statement));
    List<Row> rows = (limit == null ? all : all.limit(limit + 1)).collectAsList();
    boolean more = limit != null && rows.size() > limit;
    return new Answer(List.of(all.columns()), more ? rows.subList(0, limit) : rows, more);
  }

  private static Dataset<Row> analysed(Ledger ledger, String statement) {
    check(ledger.spark(), statement);
    LedgerViews.register(ledger);
    return ledger.spark().sql(statement);
  }

  private static <T> T asWritten(SparkSession spark, Supplier<T> parsing) {
    String before = spark.conf().get(SUBSTITUTE);
    spark.conf().set(SUBSTITUTE, false);
    try {
      return parsing.get();
    } finally {
      spark.conf().set(SUBSTITUTE, before);
    }
  }

  private static void check(SparkSession spark, String statement) {
    LogicalPlan plan = parsed(spark, statement);
    QueryGuard.runsCode(plan)
        .ifPresent(
            why -> {
              throw new RefusedException("the statement " + why, null);
            });
    if (plan.exists(node -> changes(node))) {
      throw new RefusedException(
          "sql only reads the ledger, and this would change something ("
              + plan.nodeName()
              + "); dead letters are changed with dlq retry and dlq discard",
          null);
    }
  }

  private static LogicalPlan parsed(SparkSession spark, String statement) {
    try {
      return spark.sessionState().sqlParser().parsePlan(statement);
    } catch (ParseException e) {
      throw new RefusedException(
          "not Spark SQL: " + e.getMessage().strip().lines().findFirst().orElse(""), e);
    }
  }

  private static boolean changes(LogicalPlan node) {
    boolean asks = ASKING.stream().anyMatch(node.getClass().getSimpleName()::startsWith);
    return node instanceof InsertIntoStatement || (node instanceof Command && !asks);
  }
}
