/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.spec.Secrets;
import io.backhaul.jobs.spec.SyncSpec;
import io.backhaul.jobs.spec.Workspace;
import io.backhaul.jobs.sync.RunObserver;
import io.backhaul.jobs.sync.RunOptions;
import io.backhaul.jobs.sync.RunReport;
import io.backhaul.jobs.sync.RunStatus;
import io.backhaul.jobs.sync.SyncRun;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.spark.sql.SparkSession;

/**
 * Backhaul as its users have it: a sync of a {@link Warehouse} table, read from files, mirrored to
 * a destination of type {@code http}. The ledger is named run by run.
 */
final class BenchSync {

  static final String TENANT = "bench";

  /** Records in one request, a usual limit of real destinations. */
  static final int BATCH = 100;

  private final SparkSession spark;
  private final Path conf;
  private final Clock clock;

  private BenchSync(SparkSession spark, Path conf, Clock clock) {
    this.spark = spark;
    this.conf = conf;
    this.clock = clock;
  }

  /**
   * Writes the files.
   *
   * @param conf folder for them
   * @param source the table to sync
   * @param destination where it takes posts
   * @param connections requests that the destination takes at once
   * @param names the syncs, all alike
   */
  static BenchSync configure(
      SparkSession spark,
      Path conf,
      Path source,
      URI destination,
      int connections,
      Clock clock,
      String... names)
      throws IOException {
    String delta = "{type: delta, path: \"%s\"}".formatted(source.toAbsolutePath());
    return configure(spark, conf, delta, destination, connections, clock, names);
  }

  /**
   * As the other.
   *
   * @param source a source, in YAML on one line
   */
  static BenchSync configure(
      SparkSession spark,
      Path conf,
      String source,
      URI destination,
      int connections,
      Clock clock,
      String... names)
      throws IOException {
    write(conf.resolve("backhaul.yaml"), "ledger: {path: ./unused}\n");
    write(
        conf.resolve("destinations/" + TENANT + "/counter.yaml"),
        """
        type: http
        url: %s
        batch: {max_records: %d, max_bytes: 1MB}
        rate: {requests_per_second: 100000, concurrency: %d}
        """
            .formatted(destination, BATCH, connections));
    for (String name : names) {
      write(
          conf.resolve("syncs/" + TENANT + "/" + name + ".yaml"),
          """
          source: %s
          key: [id]
          updated_at: updated_at
          destination: counter
          object: customers
          mode: mirror
          mapping:
            account_id: account_id
            external_id: external_id
            email: email
            name: name
            country: country
            status: status
            balance: balance
            rate: rate
            created_at: created_at
            updated_at: updated_at
            address: address
          """
              .formatted(source));
    }
    return new BenchSync(spark, conf, clock);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** The checked file of a sync. */
  SyncSpec spec(String name) {
    return Workspace.forSync(conf, Secrets.system(), TENANT + "/" + name).sync(name);
  }

  /** A ledger in a folder. */
  Ledger ledger(Path folder) {
    return new Ledger(spark, new LedgerRoot.ByPath(folder.toAbsolutePath().toString()));
  }

  /**
   * Runs a sync once.
   *
   * @throws IllegalStateException if not all that was planned was applied
   */
  RunReport run(SyncSpec spec, Path ledger, RunObserver observer) {
    RunReport report =
        new SyncRun(ledger(ledger), spec, RunOptions.DEFAULT, clock, observer, null).run();
    if (report.status() != RunStatus.SUCCEEDED) {
      throw new IllegalStateException(
          spec.id()
              + " ended "
              + report.status().wireName()
              + ": "
              + report.counts()
              + (report.error() == null ? "" : ", " + report.error()));
    }
    return report;
  }
}
