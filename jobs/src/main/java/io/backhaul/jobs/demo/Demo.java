/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.demo;

import io.backhaul.destination.sandbox.Fault;
import io.backhaul.destination.sandbox.Rejection;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.jobs.console.ConsoleProgress;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.ledger.LedgerViews;
import io.backhaul.jobs.spec.Secrets;
import io.backhaul.jobs.spec.Workspace;
import io.backhaul.jobs.sync.RunOptions;
import io.backhaul.jobs.sync.RunReport;
import io.backhaul.jobs.sync.RunStatus;
import io.backhaul.jobs.sync.SyncRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;

/**
 * The main job shown on a made-up customer table: a first sync to a sandbox, a day of edits, and a
 * second sync while the sandbox throttles. It leaves the table, the configuration and the ledger
 * behind, for questions.
 */
public final class Demo {

  /** Customers in a demo of the usual size. */
  public static final long USUAL_ROWS = 200_000;

  /** Fewer customers would make the broken e-mail addresses trip the guard on invalid rows. */
  public static final long FEWEST_ROWS = 2_000;

  private static final Duration THROTTLED = Duration.ofSeconds(3);
  private static final int TOO_MANY_REQUESTS = 429;

  private final SparkSession spark;
  private final Path root;
  private final long rows;
  private final Clock clock;
  private final ConsoleProgress progress;
  private final Story story;

  /**
   * @param folder what the demo leaves behind; emptied first, if an earlier demo made it
   * @param rows customers in the table, at least {@link #FEWEST_ROWS}
   * @param out where the demo says what it does
   * @param columns width that its tables stay within where that is possible
   */
  public Demo(
      SparkSession spark,
      Path folder,
      long rows,
      Clock clock,
      ConsoleProgress progress,
      PrintWriter out,
      int columns) {
    if (rows < FEWEST_ROWS) {
      throw new IllegalArgumentException(
          "a demo takes at least " + FEWEST_ROWS + " rows, not " + rows);
    }
    this.spark = spark;
    this.root = folder;
    this.rows = rows;
    this.clock = clock;
    this.progress = progress;
    this.story = new Story(out, columns);
  }

  /**
   * Plays the demo.
   *
   * @return both runs; the first alone if it did not go through
   * @throws java.nio.file.FileAlreadyExistsException if the folder holds files that no demo made
   * @throws IOException if the folder cannot be written
   */
  public List<RunReport> run() throws IOException {
    DemoFolder folder = new DemoFolder(root);
    folder.startAfresh();
    try (SandboxServer sandbox = SandboxServer.start(0, usual())) {
      story.step("A destination: the sandbox listens on " + sandbox.url());
      story.tell(
          "It takes any contact except those at "
              + Customers.BLOCKED_DOMAIN
              + ", as some CRMs do.");
      folder.configure(sandbox.url());
      story.tell("How to reach it, and what to sync, is in " + folder.conf() + "/");
      Customers customers = writeCustomers(folder);

      story.step("First sync: everything is new");
      List<RunReport> runs = new ArrayList<>();
      runs.add(sync(folder));
      if (!wentThrough(runs.get(0))) {
        return runs;
      }

      edit(customers);
      story.step("Second sync, while the sandbox answers 429 for " + THROTTLED.toSeconds() + " s");
      sandbox.script(usual().with(Fault.lasting(Fault.Kind.THROTTLE, THROTTLED)));
      runs.add(sync(folder));
      story.tell(count(throttled(sandbox), "request") + " told to come back later, and did.");
      showLedger(folder);
      showNextCommands(folder);
      return runs;
    }
  }

  private static SandboxScript usual() {
    return SandboxScript.FAULTLESS.with(
        Rejection.when(
            "email",
            "@" + Pattern.quote(Customers.BLOCKED_DOMAIN) + "$",
            "DOMAIN_BLOCKED",
            "mail to this domain comes back; contacts need another address"));
  }

  private Customers writeCustomers(DemoFolder folder) {
    story.step("A warehouse table: " + count(rows, "customer") + " in " + folder.customers());
    Customers customers = new Customers(spark, folder.customers().toString(), rows);
    Instant begun = clock.instant();
    progress.begin("writing customers", -1);
    customers.write(begun);
    progress.end();
    story.tell("Written as a Delta table in " + seconds(begun) + " s.");
    return customers;
  }

  private void edit(Customers customers) {
    story.step("A day in the warehouse");
    progress.begin("editing customers", -1);
    Customers.Edits edits = customers.edit(clock.instant());
    progress.end();
    story.tell(
        "%s changed, %,d deleted, and somebody broke %,d e-mail addresses."
            .formatted(count(edits.changed(), "row"), edits.deleted(), edits.corrupted()));
  }

  private RunReport sync(DemoFolder folder) {
    Workspace workspace = Workspace.forSync(folder.conf(), Secrets.system(), DemoFolder.SYNC);
    RunReport report =
        new SyncRun(
                ledger(workspace),
                workspace.sync(DemoFolder.SYNC),
                RunOptions.DEFAULT,
                clock,
                progress,
                workspace.pii())
            .run();
    story.tell(
        "%s in %.1f s: %,d applied, %,d rejected, %,d invalid, %,d unchanged."
            .formatted(
                report.status().wireName(),
                Duration.between(report.startedAt(), report.endedAt()).toMillis() / 1e3,
                report.count("applied"),
                report.count("rejected"),
                report.count("invalid"),
                report.count("unchanged")));
    if (report.error() != null) {
      story.tell(report.error());
    }
    return report;
  }

  private static boolean wentThrough(RunReport report) {
    return report.status() == RunStatus.SUCCEEDED || report.status() == RunStatus.PARTIAL;
  }

  private Ledger ledger(Workspace workspace) {
    return new Ledger(spark, new LedgerRoot.ByPath(workspace.ledger().path()));
  }

  private static long throttled(SandboxServer sandbox) {
    return sandbox.ledger().entries().stream()
        .filter(entry -> entry.status() == TOO_MANY_REQUESTS)
        .count();
  }

  private void showLedger(DemoFolder folder) {
    LedgerViews.register(ledger(Workspace.forLedger(folder.conf(), Secrets.system())));
    story.title("Runs, from the ledger in " + root.resolve("ledger") + "/: rows and operations");
    show(
        """
        SELECT run_id, source_rows, unchanged, planned, applied, rejected, invalid, quarantined
        FROM runs ORDER BY run_id
        """);
    story.title("The same runs: seconds of each step");
    show(
        """
        SELECT run_id, status, round(seconds_read, 1) AS read, round(seconds_diff, 1) AS diff,
          round(seconds_plan, 1) AS plan, round(seconds_deliver, 1) AS deliver,
          round(seconds_settle, 1) AS settle
        FROM runs ORDER BY run_id
        """);
    story.title("Dead letters: records that wait for a person, by reason and field");
    show(
        """
        SELECT stage, field, code, count(*) AS letters, max(message) AS message
        FROM dead_letters WHERE status = 'open'
        GROUP BY stage, field, code ORDER BY letters DESC
        """);
    story.title("Freshness: seconds from the change in the warehouse to the acknowledgement");
    show(
        """
        SELECT run_id, records, round(p50_seconds, 1) AS p50_s, round(p95_seconds, 1) AS p95_s,
          round(max_seconds, 1) AS max_s
        FROM freshness ORDER BY run_id
        """);
  }

  private void show(String sql) {
    story.table(spark.sql(sql).collectAsList());
  }

  private void showNextCommands(DemoFolder folder) {
    String backhaul = "./backhaul --conf " + shell(folder.conf().toString()) + " ";
    story.title("Try next (the sandbox is gone, the ledger stays):");
    story.tell(
        backhaul
            + "sql \"SELECT key, op, changed_fields, payload FROM outbox WHERE op = 'upsert'"
            + " ORDER BY planned_at DESC, key LIMIT 5\"");
    story.tell(backhaul + "dlq list --code email --limit 5");
    story.tell(backhaul + "status");
  }

  private static String shell(String text) {
    return text.matches("[A-Za-z0-9_./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  private static String count(long number, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
  }

  private String seconds(Instant since) {
    return String.format(
        Locale.ROOT, "%.1f", Duration.between(since, clock.instant()).toMillis() / 1e3);
  }
}
