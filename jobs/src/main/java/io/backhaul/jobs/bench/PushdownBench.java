/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.to_json;

import io.backhaul.diff.change.ChangeDetector;
import io.backhaul.diff.change.Strategy;
import io.backhaul.diff.source.SnapshotSource;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.spec.SyncSpec;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** What PostgreSQL sends for a diff of a table: with hash pushdown, and all its rows. */
final class PushdownBench implements Scenario {

  private static final URI NOWHERE = URI.create("http://127.0.0.1:9");
  private static final double MEGA = 1 << 20;
  private static final String SYNC = "customers";

  private final Setting setting;

  PushdownBench(Setting setting) {
    this.setting = setting;
  }

  @Override
  public BenchResult run() throws Exception {
    Path before = setting.warehouse().before(setting.options().rows());
    Path after = setting.warehouse().after(setting.options().rows(), setting.options().changed());
    try (Postgres postgres =
            Postgres.start()
                .orElseThrow(
                    () ->
                        new IllegalStateException(
                            "PostgreSQL is not there; remove jobs/target/bench-lib, and"
                                + " ./backhaul bench fetches it"));
        CountingProxy proxy = new CountingProxy(postgres.port())) {
      store(postgres, before, "before");
      store(postgres, after, "after");
      return measured(postgres, proxy, new PlainSparkDiff(setting.spark(), before, after).find());
    }
  }

  /** Copies a Delta table; the struct becomes its JSON. */
  private void store(Postgres postgres, Path table, String name) throws SQLException {
    setting.tell().accept("copying " + table + " to PostgreSQL");
    Properties login = new Properties();
    login.setProperty("user", "postgres");
    login.setProperty("reWriteBatchedInserts", "true");
    login.setProperty("batchsize", "10000");
    setting
        .spark()
        .read()
        .format("delta")
        .load(table.toString())
        .withColumn("address", to_json(col("address")))
        .write()
        .jdbc(Postgres.url(postgres.port()), name, login);
    postgres.run("CREATE UNIQUE INDEX ON " + name + " (id)", "ANALYZE " + name);
  }

  /** The table that is read is a view, first of the one copy and then of the other. */
  private BenchResult measured(Postgres postgres, CountingProxy proxy, Difference right)
      throws Exception {
    postgres.run("CREATE VIEW customers AS SELECT * FROM before");
    SyncSpec spec = spec(proxy.port());
    SnapshotSource source = SnapshotSource.of(spec.source());
    Ledger ledger =
        new Ledger(
            setting.spark(), new LedgerRoot.ByPath(setting.scratch().next("ledger").toString()));
    OurDiff pushing =
        new OurDiff(
            setting.spark(),
            "hash_pushdown",
            spec,
            ledger,
            source,
            ChangeDetector.pushingDown(ledger.sourceHashes(spec.tenant(), spec.name())));
    OurDiff whole =
        new OurDiff(
            setting.spark(),
            "whole_rows",
            spec,
            ledger,
            source,
            ChangeDetector.of(Strategy.SNAPSHOT));
    setting.tell().accept("filling the state");
    pushing.fill(source);
    postgres.run("CREATE OR REPLACE VIEW customers AS SELECT * FROM after");

    Map<String, List<Long>> received = new LinkedHashMap<>();
    Map<String, Map<String, Double>> medians = new LinkedHashMap<>();
    setting
        .race()
        .run(List.of(counted(pushing, proxy, received), counted(whole, proxy, received)), right)
        .forEach((name, laps) -> medians.put(name, Figures.of(laps)));
    medians.forEach(
        (name, figures) -> {
          List<Long> bytes = received.get(name);
          figures.put(
              "received_mb",
              Figures.median(
                  bytes.subList(1, bytes.size()).stream()
                      .mapToDouble(each -> each / MEGA)
                      .toArray()));
        });
    Map<String, Double> ratios = new LinkedHashMap<>();
    for (String figure : List.of("received_mb", "seconds")) {
      ratios.put(
          figure + "_of_whole_rows",
          medians.get("hash_pushdown").get(figure) / medians.get("whole_rows").get(figure));
    }
    return setting.result(setting.options().changed(), medians, ratios);
  }

  private SyncSpec spec(int port) throws Exception {
    return BenchSync.configure(
            setting.spark(),
            setting.scratch().next("conf"),
            "{type: jdbc, url: \"%s\", user: postgres, table: customers, partition_column: id}"
                .formatted(Postgres.url(port)),
            NOWHERE,
            1,
            setting.clock(),
            SYNC)
        .spec(SYNC);
  }

  /** As it is, with the bytes that came in each round. */
  private static Contender counted(
      Contender contender, CountingProxy proxy, Map<String, List<Long>> received) {
    List<Long> bytes = received.computeIfAbsent(contender.name(), name -> new ArrayList<>());
    return new Contender() {
      @Override
      public String name() {
        return contender.name();
      }

      @Override
      public Timed<?> round(Meter meter) throws Exception {
        proxy.taken();
        Timed<?> timed = contender.round(meter);
        bytes.add(proxy.taken());
        return timed;
      }
    };
  }
}
