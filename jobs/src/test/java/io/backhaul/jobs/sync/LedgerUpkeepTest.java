/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.state.TableRef;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.ledger.LedgerTable;
import io.backhaul.jobs.maintain.Maintenance;
import io.backhaul.jobs.maintain.TableUpkeep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;

/** The ledger's own tables are looked after, by us or by others, between runs and during them. */
@Tag("faults")
class LedgerUpkeepTest {

  @TempDir Path home;
  private SyncBed bed;

  @BeforeEach
  void start() {
    bed = new SyncBed(home);
    bed.customers(40);
    bed.sync("mode: mirror\nvalidate: {email: [required, email]}");
    SyncBed.spark().conf().set("spark.databricks.delta.retentionDurationCheck.enabled", false);
    SyncBed.spark().conf().set("spark.sql.sources.parallelPartitionDiscovery.parallelism", 4);
  }

  @AfterEach
  void stop() {
    SyncBed.spark().conf().unset("spark.databricks.delta.retentionDurationCheck.enabled");
    SyncBed.spark().conf().unset("spark.sql.sources.parallelPartitionDiscovery.parallelism");
    bed.close();
  }

  private List<TableRef> tables() {
    List<TableRef> tables = new ArrayList<>();
    tables.add(bed.ledger().state("acme", "contacts"));
    tables.add(bed.ledger().outbox("acme", "contacts"));
    for (LedgerTable table : LedgerTable.values()) {
      if (bed.ledger().has(table)) {
        tables.add(bed.ledger().ref(table));
      }
    }
    return tables;
  }

  private void rename(String prefix, int upTo) {
    bed.edit(
        "UPDATE customers SET email = concat('"
            + prefix
            + "', email), updated_at = now() WHERE customer_id < "
            + upTo);
  }

  @Test
  void tablesThatOthersOptimizeAndVacuumAndWhoseLogsAreCutLoseNothing() throws IOException {
    bed.edit("UPDATE customers SET email = 'broken' WHERE customer_id = 1");
    bed.run();
    rename("a", 1);
    RunReport second = bed.run();
    SparkSession spark = SyncBed.spark();
    for (TableRef table : tables()) {
      spark.sql("OPTIMIZE " + table.sql());
      spark.sql("VACUUM " + table.sql() + " RETAIN 0 HOURS");
      cutLog(table);
    }
    DeltaLog.clearCache();
    long arrivals = bed.sandbox().ledger().arrivals();
    Ledger reopened = new Ledger(spark, new LedgerRoot.ByPath(home.resolve("ledger").toString()));

    RunReport next =
        new SyncRun(
                reopened, bed.spec(), RunOptions.DEFAULT, Clock.systemUTC(), RunObserver.NONE, null)
            .run();

    assertThat(next.counts()).containsEntry("planned", 0L).containsEntry("quarantined", 1L);
    assertThat(bed.sandbox().ledger().arrivals()).isEqualTo(arrivals);
    assertThat(
            (Long)
                bed.value(
                    "SELECT max(lease_epoch) FROM runs WHERE run_id = '" + next.runId() + "'"))
        .isEqualTo(3);
    long before = (Long) bed.value("SELECT count(*) FROM deliveries");
    reopened.append(
        LedgerTable.DELIVERIES, reopened.rows(LedgerTable.DELIVERIES), "acme/contacts", 1);
    assertThat(bed.value("SELECT count(*) FROM deliveries"))
        .as("an outcome that was settled is not settled again: %s", second.runId())
        .isEqualTo(before);
  }

  /** Leaves of a log its newest checkpoint and what came after. */
  private static void cutLog(TableRef table) throws IOException {
    var log = DeltaLog.forTableWithSnapshot(SyncBed.spark(), ((TableRef.ByPath) table).path());
    long version = log._2().version();
    log._1().checkpoint(log._2(), Option.empty());
    Path folder = Path.of(((TableRef.ByPath) table).path(), "_delta_log");
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.filter(one -> one.toString().endsWith(".json")).toList()) {
        if (Long.parseLong(file.getFileName().toString().replace(".json", "")) < version) {
          Files.delete(file);
        } else {
          Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(60))));
        }
      }
    }
  }

  @Test
  void marksOfWritesThatMayBeRepeatedNeverExpire() {
    bed.run();
    Ledger ledger = bed.ledger();
    TableRef deliveries = ledger.ref(LedgerTable.DELIVERIES);
    SyncBed.spark()
        .sql(
            "ALTER TABLE "
                + deliveries.sql()
                + " SET TBLPROPERTIES (delta.setTransactionRetentionDuration = 'interval 0 days')");
    DeltaLog.clearCache();
    var again = ledger.rows(LedgerTable.DELIVERIES);

    ledger.append(LedgerTable.DELIVERIES, again, "acme/contacts", 1);
    assertThat(ledger.rows(LedgerTable.DELIVERIES).count())
        .as("without its mark a write is repeated")
        .isEqualTo(80);

    for (TableRef table : tables()) {
      if (!table.equals(deliveries) && !table.equals(ledger.outbox("acme", "contacts"))) {
        assertThat(table.property(SyncBed.spark(), "delta.setTransactionRetentionDuration"))
            .as("%s: Delta keeps what has no limit", table)
            .isNull();
      }
    }
  }

  @Test
  void maintainingAndSyncingAtTheSameTimeDisturbNeither() throws Exception {
    bed.edit("UPDATE customers SET email = 'broken' WHERE customer_id = 40");
    bed.run();
    AtomicBoolean over = new AtomicBoolean();
    List<TableUpkeep> upkeep = new ArrayList<>();
    CompletableFuture<Void> maintaining =
        CompletableFuture.runAsync(
            () -> {
              Ledger own =
                  new Ledger(
                      SyncBed.spark().newSession(),
                      new LedgerRoot.ByPath(home.resolve("ledger").toString()));
              Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(30));
              while (!over.get()) {
                upkeep.addAll(
                    new Maintenance(own, MaintenanceTest.usual(), later, table -> {}).run(false));
              }
            });
    long sent = bed.sandbox().ledger().records();
    int rounds = 4;
    try {
      for (int round = 0; round < rounds; round++) {
        rename("r" + round, 11);
        RunReport report = bed.run();
        assertThat(report.status()).as("%s", report).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(report.ops()).containsEntry("upsert", 10L);
        assertThat(report.count("applied")).isEqualTo(10);
        assertThat(report.count("quarantined")).isEqualTo(1);
      }
    } finally {
      over.set(true);
    }
    maintaining.get();

    assertThat(upkeep).noneMatch(TableUpkeep::failed);
    assertThat(upkeep.stream().mapToLong(TableUpkeep::filesCompacted).sum()).isPositive();
    assertThat(bed.sandbox().ledger().records() - sent).isEqualTo(10L * rounds);
    assertThat(bed.value("SELECT count(*) FROM deliveries")).isEqualTo(39L + 10L * rounds);
    assertThat(bed.value("SELECT count(*) FROM runs")).isEqualTo(rounds + 1L);
    assertThat(bed.value("SELECT count(*) FROM dead_letters WHERE status = 'open'")).isEqualTo(1L);
    assertThat(bed.value("SELECT count(*) FROM state_acme_contacts")).isEqualTo(39L);
    assertThat(bed.run().count("planned")).isZero();
  }
}
