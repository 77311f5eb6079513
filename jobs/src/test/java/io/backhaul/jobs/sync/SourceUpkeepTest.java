/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.mapping.MappingException;
import io.delta.tables.DeltaTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.delta.DeltaLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Option;

/** The source table is looked after, replaced or altered by others, between runs of a sync. */
@Tag("faults")
class SourceUpkeepTest {

  @TempDir Path home;
  private SyncBed bed;

  @BeforeEach
  void start() {
    bed = new SyncBed(home);
    fed(30);
    SyncBed.spark().conf().set("spark.databricks.delta.retentionDurationCheck.enabled", false);
    SyncBed.spark().conf().set("spark.sql.sources.parallelPartitionDiscovery.parallelism", 4);
  }

  @AfterEach
  void stop() {
    SyncBed.spark().conf().unset("spark.databricks.delta.retentionDurationCheck.enabled");
    SyncBed.spark().conf().unset("spark.sql.sources.parallelPartitionDiscovery.parallelism");
    bed.close();
  }

  /** Customers with a change data feed. */
  private void fed(int rows) {
    bed.customers(rows);
    bed.edit("ALTER TABLE customers SET TBLPROPERTIES (delta.enableChangeDataFeed = true)");
  }

  private void sync(String strategy) {
    String mode = strategy.equals("watermark") ? "upsert" : "mirror";
    bed.sync("mode: " + mode + "\nchanges: {strategy: " + strategy + "}");
  }

  private void change(int id) {
    bed.edit(
        "UPDATE customers SET email = 'new@example.com', updated_at = now() WHERE customer_id = "
            + id);
  }

  private String note(RunReport report) {
    return (String)
        bed.value("SELECT strategy_note FROM runs WHERE run_id = '" + report.runId() + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"snapshot", "watermark", "change_feed"})
  void afterAnOptimizeAndAVacuumOfEverythingOldOnlyTheChangeIsSent(String strategy) {
    sync(strategy);
    bed.run();
    change(7);
    bed.edit("OPTIMIZE customers");
    bed.edit("VACUUM customers RETAIN 0 HOURS");

    RunReport report = bed.run();

    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(report.ops()).containsEntry("upsert", 1L).containsEntry("delete", 0L);
    assertThat(bed.held().get("{\"customer_id\":7}")).contains("new@example.com");
    if (strategy.equals("change_feed")) {
      assertThat(report.strategy()).isEqualTo("snapshot");
      assertThat(note(report)).contains("change data feed from version").contains("not readable");
      change(8);
      RunReport next = bed.run();
      assertThat(next.strategy()).as("the fallback is for one run").isEqualTo("change_feed");
      assertThat(next.ops()).containsEntry("upsert", 1L);
    } else {
      assertThat(note(report)).isNull();
    }
  }

  @Test
  void aLogOfWhichOnlyACheckpointIsLeftIsNoLoss() throws IOException {
    sync("change_feed");
    bed.run();
    change(7);
    bed.edit("DELETE FROM customers WHERE customer_id = 9");
    var both = DeltaLog.forTableWithSnapshot(SyncBed.spark(), table().toString());
    both._1().checkpoint(both._2(), Option.empty());
    try (Stream<Path> log = Files.list(table().resolve("_delta_log"))) {
      for (Path file : log.filter(name -> name.toString().matches(".*0[0-2]\\.json")).toList()) {
        Files.delete(file);
      }
    }
    DeltaLog.clearCache();

    RunReport report = bed.run();

    assertThat(report.ops()).containsEntry("upsert", 1L).containsEntry("delete", 1L);
    assertThat(bed.held()).hasSize(29);
    assertThat(note(report)).contains("not readable");
  }

  private Path table() {
    return home.resolve("warehouse/customers");
  }

  private void drop() {
    try (Stream<Path> all = Files.walk(table())) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    DeltaLog.clearCache();
  }

  @ParameterizedTest
  @ValueSource(strings = {"snapshot", "watermark", "change_feed"})
  void aTableMadeAgainUnderTheSamePathIsComparedWhole(String strategy) {
    sync(strategy);
    bed.run();
    change(1);
    change(2);
    bed.run();
    drop();
    bed.customers(40);
    bed.edit("UPDATE customers SET updated_at = now() - INTERVAL 5 DAYS");
    if (strategy.equals("change_feed")) {
      bed.edit("ALTER TABLE customers SET TBLPROPERTIES (delta.enableChangeDataFeed = true)");
      for (int i = 0; i < 3; i++) {
        bed.edit("UPDATE customers SET updated_at = now()");
      }
    }

    RunReport report = bed.run();

    assertThat(report.ops()).containsEntry("upsert", 12L);
    assertThat(bed.held()).hasSize(40);
    if (!strategy.equals("snapshot")) {
      assertThat(note(report)).containsAnyOf("was dropped and made again", "it was replaced");
    }
  }

  @Test
  void anAddedColumnIsIgnoredAndAWidenedOneIsTheSameValue() {
    sync("snapshot");
    bed.run();
    bed.edit("ALTER TABLE customers ADD COLUMN tier STRING");
    DeltaTable.forPath(SyncBed.spark(), table().toString())
        .toDF()
        .selectExpr(
            "CAST(customer_id AS DECIMAL(20,0)) AS customer_id",
            "email",
            "first_name",
            "last_name",
            "updated_at",
            "'gold' AS tier")
        .write()
        .format("delta")
        .mode("overwrite")
        .option("overwriteSchema", "true")
        .save(table().toString());

    RunReport report = bed.run();

    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(report.counts()).containsEntry("planned", 0L).containsEntry("unchanged", 30L);
  }

  @Test
  void aMappedColumnThatWasRenamedStopsTheRunWithItsNearestNameAndNothingIsSent() {
    sync("change_feed");
    bed.run();
    long arrivals = bed.sandbox().ledger().arrivals();
    bed.edit(
        "ALTER TABLE customers SET TBLPROPERTIES ('delta.columnMapping.mode' = 'name',"
            + " 'delta.minReaderVersion' = '2', 'delta.minWriterVersion' = '5')");
    bed.edit("ALTER TABLE customers RENAME COLUMN email TO emails");

    assertThatThrownBy(bed::run)
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("email")
        .hasMessageContaining("emails");

    bed.edit("ALTER TABLE customers DROP COLUMN emails");
    assertThatThrownBy(bed::run).isInstanceOf(MappingException.class).hasMessageContaining("email");
    assertThat(bed.sandbox().ledger().arrivals()).isEqualTo(arrivals);
    assertThat(bed.value("SELECT count(*) FROM state_acme_contacts")).isEqualTo(30L);
    assertThat(
            JournalFolder.unsettled(
                bed.ledger().hadoop(), bed.ledger().journals(), "acme", "contacts"))
        .isEqualTo(List.of());
  }

  @Test
  void anOptimizeWhileTheRunIsUnderWayChangesNothing() {
    sync("snapshot");
    bed.run();
    change(7);
    bed.edit("INSERT INTO customers SELECT 31, 'user31@example.com', 'First31', 'Last31', now()");
    RunObserver optimizing =
        new RunObserver() {
          @Override
          public void step(String sync, Step step, long total) {
            if (step == Step.DIFF || step == Step.DELIVER) {
              bed.edit("OPTIMIZE customers");
            }
          }

          @Override
          public void delivered(Delivered soFar) {}
        };

    RunReport report =
        new SyncRun(
                bed.ledger(),
                bed.spec(),
                RunOptions.DEFAULT,
                java.time.Clock.systemUTC(),
                optimizing,
                null)
            .run();

    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(report.ops()).containsEntry("upsert", 2L).containsEntry("delete", 0L);
    assertThat(bed.run().count("planned")).isZero();
  }
}
