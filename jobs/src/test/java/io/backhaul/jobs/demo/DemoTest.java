/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.testkit.SparkSessions;
import io.backhaul.jobs.console.ConsoleProgress;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.ledger.LedgerViews;
import io.backhaul.jobs.sync.RunReport;
import io.backhaul.jobs.sync.RunStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {

  private static final long ROWS = 4_000;

  private static final SparkSession SPARK = SparkSessions.shared();

  @TempDir static Path parent;

  private static Path folder;
  private static String story;
  private static List<RunReport> runs;

  @BeforeAll
  static void playTwiceInOneFolder() throws IOException {
    folder = parent.resolve("demo");
    Files.createDirectories(folder.resolve("left over"));
    Files.writeString(folder.resolve(".backhaul-demo"), "an earlier demo");
    StringWriter out = new StringWriter();
    runs = demo(folder, ROWS, out).run();
    story = out.toString();
    LedgerViews.register(
        new Ledger(SPARK, new LedgerRoot.ByPath(folder.resolve("ledger").toString())));
  }

  @Test
  void theFirstSyncDeliversEveryCustomerButTheBlocked() {
    RunReport first = runs.get(0);

    assertThat(first.status()).isEqualTo(RunStatus.PARTIAL);
    assertThat(first.count("source")).isEqualTo(ROWS);
    assertThat(first.count("planned")).isEqualTo(ROWS);
    assertThat(first.count("applied")).isEqualTo(ROWS - Customers.BLOCKED);
    assertThat(first.count("rejected")).isEqualTo(Customers.BLOCKED);
    assertThat(first.count("invalid")).isZero();
  }

  @Test
  void theSecondSyncDeliversTheEditsAlone() {
    RunReport second = runs.get(1);
    long changed =
        number(
            "SELECT count(*) FROM customers WHERE updated_at = (SELECT max(updated_at) FROM"
                + " customers)");
    long deleted = ROWS - number("SELECT count(*) FROM customers");

    assertThat(runs).hasSize(2);
    assertThat(changed).isGreaterThan(Customers.CORRUPTED);
    assertThat(deleted).isPositive();
    assertThat(second.ops())
        .containsEntry("upsert", changed - Customers.CORRUPTED)
        .containsEntry("delete", deleted);
    assertThat(second.count("invalid")).isEqualTo(Customers.CORRUPTED);
    assertThat(second.count("quarantined")).isEqualTo(Customers.BLOCKED);
    assertThat(second.count("applied")).isEqualTo(changed - Customers.CORRUPTED + deleted);
    assertThat(second.count("deferred") + second.count("unknown") + second.count("rejected"))
        .isZero();
    assertThat(second.seconds().get("deliver")).as("throttled for 3 s").isGreaterThan(2);
    assertThat(
            number("SELECT max(attempts) FROM deliveries WHERE run_id = '" + second.runId() + "'"))
        .as("attempts of a throttled batch")
        .isGreaterThan(1);
  }

  @Test
  void theLedgerHoldsTheSameCounts() {
    assertThat(
            SPARK
                .sql(
                    "SELECT run_id, applied, rejected, invalid, planned_delete FROM runs ORDER BY"
                        + " run_id")
                .collectAsList())
        .extracting(Row::mkString)
        .containsExactlyElementsOf(
            runs.stream()
                .map(
                    run ->
                        run.runId()
                            + run.count("applied")
                            + run.count("rejected")
                            + run.count("invalid")
                            + run.ops().get("delete"))
                .toList());
    assertThat(
            SPARK
                .sql(
                    "SELECT stage, field, code, count(*) FROM dead_letters WHERE status = 'open'"
                        + " GROUP BY stage, field, code")
                .collectAsList())
        .extracting(row -> row.mkString(" "))
        .containsExactlyInAnyOrder(
            "validation email email " + Customers.CORRUPTED,
            "destination email DOMAIN_BLOCKED " + Customers.BLOCKED);
    assertThat(number("SELECT count(*) FROM freshness WHERE p50_seconds <= p95_seconds"))
        .isEqualTo(2);
  }

  @Test
  void noAddressAndNoNameIsInTheLedgerInClear() {
    assertThat(number("SELECT count(*) FROM outbox WHERE payload LIKE '%@%'")).isZero();
    assertThat(number("SELECT count(*) FROM outbox WHERE payload LIKE '%\"email\":\"pii:%'"))
        .isGreaterThan(ROWS);
    assertThat(
            number(
                "SELECT count(*) FROM dead_letters WHERE payload LIKE '%@%' OR message LIKE '%@%'"))
        .isZero();
  }

  @Test
  void theStoryNamesTheRunsAndWhatToTryNext() {
    assertThat(story)
        .contains("1. ", "2. ", "3. ", "4. ", "5. ")
        .contains(runs.get(0).runId(), runs.get(1).runId())
        .contains("broke 50 e-mail addresses", "DOMAIN_BLOCKED", "p95_s")
        .contains("./backhaul --conf " + folder.resolve("conf"));
    assertThat(story.lines().filter(line -> line.contains("told to come back later")))
        .singleElement()
        .asString()
        .doesNotStartWith("   0 ");
  }

  @Test
  void aFolderThatNoDemoMadeIsLeftAlone() throws IOException {
    Path precious = Files.createDirectories(parent.resolve("precious"));
    Files.writeString(precious.resolve("thesis.txt"), "years of work");

    assertThatThrownBy(() -> demo(precious, ROWS, new StringWriter()).run())
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("not made by a demo");
    assertThat(precious.resolve("thesis.txt")).hasContent("years of work");
    assertThat(folder.resolve("left over")).doesNotExist();
  }

  @Test
  void tooFewRowsForTheGuardsAreRefused() {
    assertThatThrownBy(() -> demo(folder, 100, new StringWriter()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 2000");
  }

  private static Demo demo(Path folder, long rows, StringWriter out) {
    return new Demo(
        SPARK,
        folder,
        rows,
        Clock.systemUTC(),
        ConsoleProgress.silent(),
        new PrintWriter(out),
        120);
  }

  private static long number(String sql) {
    SPARK
        .read()
        .format("delta")
        .load(folder.resolve("warehouse/customers").toString())
        .createOrReplaceTempView("customers");
    return SPARK.sql(sql).head().<Number>getAs(0).longValue();
  }
}
