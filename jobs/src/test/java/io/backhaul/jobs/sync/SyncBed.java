/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.diff.testkit.SparkSessions;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.ledger.LedgerViews;
import io.backhaul.jobs.spec.Secrets;
import io.backhaul.jobs.spec.SyncSpec;
import io.backhaul.jobs.spec.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A whole small world for a sync: a folder with a warehouse, configuration and ledger, the shared
 * Spark session, and a sandbox destination.
 */
final class SyncBed implements AutoCloseable {

  static final String TOKEN = "not-a-real-token";

  private final Path home;
  private final SandboxServer sandbox;
  private final Ledger ledger;
  private int batch = 100;
  private String timeout = "5s";

  SyncBed(Path home) {
    this(home, new LedgerRoot.ByPath(home.resolve("ledger").toString()));
  }

  /** With its ledger elsewhere than in the folder. */
  SyncBed(Path home, LedgerRoot root) {
    this.home = home;
    this.sandbox =
        SandboxServer.start(
            0, SandboxScript.FAULTLESS, RequestLedger.complete(), Clock.systemUTC());
    this.ledger = new Ledger(spark(), root);
    file("conf/backhaul.yaml", "ledger: {path: ./ledger}\n");
    destination(sandbox.url() + "/api", "");
  }

  static SparkSession spark() {
    return SparkSessions.shared();
  }

  Path home() {
    return home;
  }

  SandboxServer sandbox() {
    return sandbox;
  }

  Ledger ledger() {
    return ledger;
  }

  /** Writes the destination {@code acme/crm}. */
  void destination(String url, String more) {
    file(
        "conf/destinations/acme/crm.yaml",
        """
        type: http
        url: %s
        auth: {type: bearer, token: "${env:ACME_TOKEN}"}
        results: per_record
        batch: {max_records: %d, max_bytes: 1MB}
        rate: {requests_per_second: 500, concurrency: 4}
        timeout: %s
        %s
        """
            .formatted(url, batch, timeout, more));
  }

  /**
   * Writes the destination {@code acme/crm} of a type that speaks as {@code http} does, without a
   * token; {@code more} is YAML.
   */
  void destination(String type, int records, int concurrency, String more) {
    file(
        "conf/destinations/acme/crm.yaml",
        """
        type: %s
        url: %s/api
        results: per_record
        batch: {max_records: %d}
        rate: {requests_per_second: 500, concurrency: %d}
        %s
        """
            .formatted(type, sandbox.url(), records, concurrency, more));
  }

  /** Waits so long for an answer of the destination. */
  void timeout(String longest) {
    timeout = longest;
    destination(sandbox.url() + "/api", "");
  }

  /** Has the destination take this many records a request. */
  void batches(int records) {
    batch = records;
    destination(sandbox.url() + "/api", "");
  }

  /** Writes the sync {@code acme/contacts} over the customers table; {@code more} is YAML. */
  void sync(String more) {
    sync("path: ./warehouse/customers", more);
  }

  /** As {@link #sync(String)}, over a Delta table that {@code source} tells in YAML. */
  void sync(String source, String more) {
    file(
        "conf/syncs/acme/contacts.yaml",
        """
        source: {type: delta, %s}
        key: [customer_id]
        updated_at: updated_at
        destination: crm
        object: contacts
        mapping:
          email: email
          full_name: {expr: "concat_ws(' ', first_name, last_name)"}
          origin: {value: warehouse}
        %s
        """
            .formatted(source, more));
  }

  void file(String name, String text) {
    try {
      Path file = home.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes {@code rows} customers, ids from 1. */
  void customers(int rows) {
    spark()
        .range(1, rows + 1L)
        .selectExpr(
            "id AS customer_id",
            "concat('user', id, '@example.com') AS email",
            "concat('First', id) AS first_name",
            "concat('Last', id) AS last_name",
            "current_timestamp() - INTERVAL 30 SECONDS AS updated_at")
        .coalesce(2)
        .write()
        .format("delta")
        .mode("overwrite")
        .option("overwriteSchema", "true")
        .save(table());
  }

  /** Runs SQL on the customers table, named {@code customers} in it. */
  void edit(String sql) {
    spark().sql(sql.replace("customers", "delta.`" + table() + "`"));
  }

  /** Asks the warehouse, whose table is named {@code customers}. */
  List<Row> rows(String sql) {
    return spark().sql(sql.replace("customers", "delta.`" + table() + "`")).collectAsList();
  }

  private String table() {
    return home.resolve("warehouse/customers").toString();
  }

  SyncSpec spec() {
    return Workspace.forSync(
            home.resolve("conf"), Secrets.of(Map.of("ACME_TOKEN", TOKEN)), "acme/contacts")
        .sync("acme/contacts");
  }

  RunReport run() {
    return run(RunOptions.DEFAULT);
  }

  RunReport run(RunOptions options) {
    return run(options, new Cancellation());
  }

  RunReport run(RunOptions options, Cancellation cancellation) {
    return new SyncRun(ledger, spec(), options, clock(), RunObserver.NONE, null, cancellation)
        .run();
  }

  /** The clock of this bed's runs, in this process and in others. */
  FileClock clock() {
    return FileClock.of(home);
  }

  static RunOptions patient(Duration patience) {
    return new RunOptions(false, null, null, patience, Map.of(), "manual");
  }

  static RunOptions accepting(String guard, long rows) {
    return new RunOptions(false, null, null, Duration.ofMinutes(1), Map.of(guard, rows), "manual");
  }

  /** Rows of a query over the ledger's views. */
  List<Row> sql(String query) {
    LedgerViews.register(ledger);
    return spark().sql(query).collectAsList();
  }

  /** The single value of a query. */
  Object value(String query) {
    return sql(query).get(0).get(0);
  }

  /** What the destination holds: key to fields, both JSON. */
  Map<String, String> held() {
    return new TreeMap<>(sandbox.records("contacts"));
  }

  @Override
  public void close() {
    sandbox.close();
  }
}
