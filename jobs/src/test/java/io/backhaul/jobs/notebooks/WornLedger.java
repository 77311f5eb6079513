/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.notebooks;

import io.backhaul.destination.sandbox.Rejection;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.jobs.console.ConsoleProgress;
import io.backhaul.jobs.deadletter.DeadLetterBox;
import io.backhaul.jobs.demo.Demo;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.ledger.LedgerViews;
import io.backhaul.jobs.spec.Secrets;
import io.backhaul.jobs.spec.SyncSpec;
import io.backhaul.jobs.spec.Workspace;
import io.backhaul.jobs.sync.RunObserver;
import io.backhaul.jobs.sync.RunOptions;
import io.backhaul.jobs.sync.RunReport;
import io.backhaul.jobs.sync.SyncRun;
import io.delta.tables.DeltaTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A ledger with some history: the two runs of a demo, a third after a person retried some letters
 * and repaired some rows, and a fourth that found nobody listening.
 */
final class WornLedger {

  private static final long ROWS = 5_000;

  private final SparkSession spark;
  private final Path folder;
  private final List<RunReport> runs = new ArrayList<>();

  private WornLedger(SparkSession spark, Path folder) {
    this.spark = spark;
    this.folder = folder;
  }

  /** Makes one in the folder and registers its views. */
  static WornLedger in(SparkSession spark, Path folder) throws IOException {
    WornLedger worn = new WornLedger(spark, folder);
    worn.runs.addAll(
        new Demo(
                spark,
                folder,
                ROWS,
                Clock.systemUTC(),
                ConsoleProgress.silent(),
                new PrintWriter(Writer.nullWriter()),
                100)
            .run());
    worn.retryAndRepair();
    worn.syncWithNobodyListening();
    DeadLetterBox box = new DeadLetterBox(worn.ledger(), Clock.systemUTC());
    List<Row> open = box.list(filter("email", null), "open", 5);
    box.discard(filter(null, open.get(0).getAs("letter_id")), "a test");
    box.retry(filter(null, open.get(1).getAs("letter_id")));
    LedgerViews.register(worn.ledger());
    return worn;
  }

  /** Reports of the four runs. */
  List<RunReport> runs() {
    return List.copyOf(runs);
  }

  /** All rows of one of the ledger's views. */
  List<Row> rows(String view) {
    return spark.table(view).collectAsList();
  }

  private void retryAndRepair() throws IOException {
    new DeadLetterBox(ledger(), Clock.systemUTC()).retry(filter("DOMAIN_BLOCKED", null));
    customers()
        .updateExpr(
            "email NOT LIKE '%_@_%.%' AND pmod(customer_id, 7) = 0",
            Map.of(
                "email", "concat('repaired.', customer_id, '@example.com')",
                "updated_at", "current_timestamp()"));
    SandboxScript script =
        SandboxScript.FAULTLESS.with(
            Rejection.when("email", "@blocked\\.example\\.org$", "DOMAIN_BLOCKED", "not this one"));
    URI address = URI.create(setting("url"));
    try (SandboxServer sandbox = SandboxServer.start(address.getPort(), script)) {
      runs.add(sync(Duration.ofMinutes(1)));
      if (sandbox.ledger().applied() == 0) {
        throw new IllegalStateException("the repaired rows did not arrive");
      }
    }
  }

  /** Small batches and many at once, so that the circuit breaker has something to open about. */
  private void syncWithNobodyListening() throws IOException {
    customers()
        .updateExpr(
            "pmod(customer_id, 97) = 3 AND email RLIKE '^[^@ ]+@[^@ ]+$'",
            Map.of("country", "'IS'", "updated_at", "current_timestamp()"));
    Path file = folder.resolve("conf/destinations/acme/crm.yaml");
    Files.writeString(
        file,
        Files.readString(file)
            .replaceFirst("max_records: \\d+", "max_records: 1")
            .replaceFirst("concurrency: \\d+", "concurrency: 16"));
    runs.add(sync(Duration.ofSeconds(3)));
  }

  private RunReport sync(Duration patience) {
    Workspace workspace = workspace();
    SyncSpec spec = workspace.sync("acme/contacts");
    RunOptions options = new RunOptions(false, null, null, patience, Map.of(), "manual");
    return new SyncRun(
            ledger(), spec, options, Clock.systemUTC(), RunObserver.NONE, workspace.pii())
        .run();
  }

  private String setting(String key) throws IOException {
    return Files.readAllLines(folder.resolve("conf/destinations/acme/crm.yaml")).stream()
        .filter(line -> line.startsWith(key + ": "))
        .map(line -> line.substring(key.length() + 2))
        .collect(Collectors.joining());
  }

  private DeltaTable customers() {
    return DeltaTable.forPath(spark, folder.resolve("warehouse/customers").toString());
  }

  private Ledger ledger() {
    return new Ledger(spark, new LedgerRoot.ByPath(workspace().ledger().path()));
  }

  private Workspace workspace() {
    return Workspace.forSync(folder.resolve("conf"), Secrets.system(), "acme/contacts");
  }

  private static DeadLetterBox.Filter filter(String code, String letterId) {
    return new DeadLetterBox.Filter("acme", "contacts", letterId, code, null);
  }
}
