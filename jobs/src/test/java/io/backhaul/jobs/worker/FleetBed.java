/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import io.backhaul.diff.testkit.SparkSessions;
import io.backhaul.jobs.fleet.SyncEntry;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.ledger.LedgerViews;
import io.backhaul.jobs.spec.Secrets;
import io.backhaul.jobs.spec.SpecProblem;
import io.backhaul.jobs.sync.Cancellation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A configuration folder with a ledger and a warehouse, and fleets that work on it. */
final class FleetBed {

  private final Path home;
  private final Ledger ledger;
  private final Map<String, String> secrets = new HashMap<>();

  FleetBed(Path home) {
    this.home = home;
    this.ledger = new Ledger(spark(), new LedgerRoot.ByPath(home.resolve("ledger").toString()));
    file("conf/backhaul.yaml", "ledger: {path: ./ledger}\n");
  }

  /** What {@code ${env:NAME}} stands for in files that are read from now on. */
  void secret(String name, String value) {
    secrets.put(name, value);
  }

  static SparkSession spark() {
    return SparkSessions.shared();
  }

  Ledger ledger() {
    return ledger;
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

  /** A destination whose records are answered one by one; {@code more} is YAML. */
  void destination(String account, URI url, String more) {
    file(
        "conf/destinations/" + account + ".yaml",
        """
        type: http
        url: %s/api
        results: per_record
        rate: {requests_per_second: 500, concurrency: 2}
        %s
        """
            .formatted(url, more));
  }

  /** A sync of a table of the warehouse; {@code more} is YAML. */
  void sync(String id, String table, String destination, String more) {
    file(
        "conf/syncs/" + id + ".yaml",
        """
        source: {type: delta, path: ./warehouse/%s}
        key: [customer_id]
        destination: %s
        object: contacts
        mapping: {email: email}
        %s
        """
            .formatted(table, destination, more));
  }

  /** Writes so many customers in the place of what the table held. */
  void customers(String table, int rows, String email) {
    spark()
        .range(1, rows + 1L)
        .selectExpr(
            "id AS customer_id", "concat('%s', id, '@example.com') AS email".formatted(email))
        .coalesce(1)
        .write()
        .format("delta")
        .mode("overwrite")
        .save(home.resolve("warehouse").resolve(table).toString());
  }

  FleetFiles files() {
    return new FleetFiles(home.resolve("conf"), Secrets.of(secrets));
  }

  List<String> broken() {
    return files().now().broken().stream().map(SpecProblem::toString).toList();
  }

  Fleet fleet(FleetSettings settings) {
    return new Fleet(ledger, files(), settings, Clock.systemUTC());
  }

  /** What is due, and what follows from it. */
  WorkerReport once() throws InterruptedException {
    return fleet(FleetSettings.DEFAULT)
        .run(new Term.Once(), WorkerListener.NONE, new Cancellation());
  }

  Collection<SyncEntry> entries() {
    return page().values();
  }

  SyncEntry entry(String id) {
    return page().get(id);
  }

  private Map<String, SyncEntry> page() {
    return new QueueTable(ledger, Clock.systemUTC(), 5).read().entries();
  }

  List<Row> sql(String query) {
    LedgerViews.register(ledger);
    return spark().sql(query).collectAsList();
  }
}
