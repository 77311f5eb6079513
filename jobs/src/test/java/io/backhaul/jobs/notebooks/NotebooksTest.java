/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.testkit.SparkSessions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every cell of every notebook is executed, and its answer worked out again in plain Java. */
class NotebooksTest {

  /** What an answer must be, worked out without SQL from the rows of the ledger. */
  interface Check {
    void of(List<Row> answer);
  }

  private static final SparkSession SPARK = SparkSessions.shared();

  @TempDir static Path folder;

  private static final Map<String, Check> CHECKS = new LinkedHashMap<>();

  @BeforeAll
  static void leaveALedger() throws IOException {
    LedgerRows rows = new LedgerRows(WornLedger.in(SPARK, folder.resolve("demo")));
    CHECKS.putAll(new TriageChecks(rows).all());
    CHECKS.putAll(new FreshnessChecks(rows).all());
    CHECKS.putAll(new HealthChecks(rows).all());
  }

  @TestFactory
  Stream<DynamicTest> everyCellAnswersWhatTheRowsSay() {
    return Notebook.all().stream()
        .flatMap(notebook -> notebook.cells().stream())
        .map(
            cell ->
                DynamicTest.dynamicTest(
                    cell.title(),
                    () -> {
                      assertThat(CHECKS).as("checks of cells").containsKey(cell.title());
                      CHECKS.get(cell.title()).of(SPARK.sql(cell.sql()).collectAsList());
                    }));
  }

  @Test
  void noCheckIsWithoutItsCell() {
    Set<String> titles = new TreeSet<>();
    Notebook.all().forEach(book -> book.cells().forEach(cell -> titles.add(cell.title())));

    assertThat(titles).containsExactlyInAnyOrderElementsOf(CHECKS.keySet());
  }

  @Test
  void everyNotebookSaysHowToUseItOnDatabricks() {
    assertThat(Notebook.all())
        .extracting(Notebook::name)
        .containsExactly("dead_letter_triage.sql", "freshness.sql", "run_health.sql");
    assertThat(Notebook.all())
        .allSatisfy(book -> assertThat(book.introduction()).contains("USE main.backhaul"));
  }

  @Test
  void aDeliveryThatWentMissingIsSeenByBothBalances() {
    Dataset<Row> deliveries = SPARK.table("deliveries");
    String runId = deliveries.selectExpr("min(run_id)").head().getString(0);
    String key =
        deliveries.where("run_id = '" + runId + "'").selectExpr("min(key)").head().getString(0);
    deliveries
        .where("NOT (run_id = '" + runId + "' AND key = '" + key + "')")
        .createOrReplaceTempView("deliveries");
    try {
      assertThat(
              answer("The balance of each run, counted again from its outbox and its deliveries"))
          .filteredOn(row -> !row.<Boolean>getAs("balanced"))
          .extracting(row -> row.<String>getAs("run_id"))
          .containsExactly(runId);
      assertThat(answer("The same by key, because counts can agree by accident"))
          .filteredOn(row -> row.<Long>getAs("without_outcome") > 0)
          .extracting(row -> row.<String>getAs("run_id"))
          .containsExactly(runId);
    } finally {
      deliveries.createOrReplaceTempView("deliveries");
    }
  }

  @Test
  void theRunToLookAtIsChosenInOneLine() {
    Notebook.Cell cell =
        cell("What one run sent, with which payload, and what the destination said");
    String runId = SPARK.sql("SELECT min(run_id) FROM runs").head().getString(0);

    List<Row> answer =
        SPARK
            .sql(
                cell.sql()
                    .replaceFirst(
                        "\\(SELECT max\\(run_id\\).*\\)", "(SELECT '" + runId + "' AS run_id)"))
            .collectAsList();

    assertThat(answer).hasSize(100).allMatch(row -> row.<String>getAs("run_id").equals(runId));
    assertThat(answer.subList(0, 12))
        .allMatch(row -> row.<String>getAs("code").equals("DOMAIN_BLOCKED"));
    assertThat(answer.subList(12, 100))
        .allMatch(row -> row.<String>getAs("outcome").equals("applied"))
        .allMatch(row -> row.<String>getAs("payload").contains("\"full_name\":\"pii:"));
  }

  private static List<Row> answer(String title) {
    return SPARK.sql(cell(title).sql()).collectAsList();
  }

  private static Notebook.Cell cell(String title) {
    return Notebook.all().stream()
        .flatMap(book -> book.cells().stream())
        .filter(cell -> cell.title().equals(title))
        .findFirst()
        .orElseThrow();
  }
}
