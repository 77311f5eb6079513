/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.testkit.PublicDelta;
import io.backhaul.jobs.ledger.LedgerRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole runs where Delta has no other than public interfaces: a first one that died after it was
 * settled and is settled again, one of changes, one of none.
 */
@ExtendWith(PublicDelta.class)
class PublicDeltaTest {

  private static final String MIRROR = "mode: mirror\nvalidate: {email: [email]}\n";

  @TempDir Path home;

  @Tag("faults") // long
  @Test
  void runsOverFoldersKeepTheirPromise() throws IOException {
    try (SyncBed bed = new SyncBed(home)) {
      bed.customers(40);
      bed.sync(MIRROR);

      aLifeOfRuns(bed);
    }
  }

  @Tag("faults") // a minute
  @Test
  void runsOverTablesByNameKeepTheirPromise() throws IOException {
    SyncBed.spark().sql("CREATE SCHEMA public_ledger");
    SyncBed.spark().sql("CREATE SCHEMA public_shop");
    try (SyncBed bed =
        new SyncBed(
            home,
            new LedgerRoot.BySchema(
                "spark_catalog.public_ledger", home.resolve("ledger").toString()))) {
      bed.customers(40);
      bed.edit("ALTER TABLE customers SET TBLPROPERTIES (delta.enableChangeDataFeed = true)");
      SyncBed.spark()
          .sql(
              "CREATE TABLE public_shop.customers USING delta LOCATION '"
                  + home.resolve("warehouse/customers")
                  + "'");
      bed.sync(
          "table: spark_catalog.public_shop.customers",
          MIRROR + "changes: {strategy: change_feed}");

      aLifeOfRuns(bed);
    } finally {
      SyncBed.spark().sql("DROP SCHEMA public_ledger CASCADE");
      SyncBed.spark().sql("DROP SCHEMA public_shop CASCADE");
    }
  }

  private void aLifeOfRuns(SyncBed bed) throws IOException {
    bed.edit("UPDATE customers SET email = 'broken' WHERE customer_id = 7");
    UnsettledRun dead = UnsettledRun.planned(bed);
    dead.deliver();
    Path kept = home.resolve("kept");
    copy(journal(dead), kept);
    assertThat(dead.settle().applied()).isEqualTo(39);
    copy(kept, journal(dead)); // it died before it could remove it
    assertThat(bed.run().count("planned")).as("settled once more").isZero();
    assertThat(bed.value("SELECT count(*) FROM deliveries")).isEqualTo(39L);
    assertThat(bed.value("SELECT count(*) FROM dead_letters")).isEqualTo(1L);

    bed.edit("UPDATE customers SET email = 'new@example.com' WHERE customer_id IN (3, 7)");
    bed.edit("DELETE FROM customers WHERE customer_id = 4");
    assertThat(bed.run().count("applied")).isEqualTo(3);
    assertThat(bed.run().count("planned")).as("nothing changed").isZero();

    assertThat(bed.value("SELECT count(*) FROM deliveries")).isEqualTo(39L + 3);
    assertThat(bed.value("SELECT count(*) FROM dead_letters WHERE status <> 'resolved'"))
        .isEqualTo(0L);
    assertThat(bed.value("SELECT count(*) FROM state_acme_contacts")).isEqualTo(39L);
    SyncOracle.Verdict verdict = new SyncOracle(bed).judge(0);
    assertThat(verdict.promiseHolds()).as("%s", verdict).isTrue();
    assertThat(verdict.sentAgain()).isZero();
    assertThat(bed.sql("SELECT 1 FROM leases WHERE held")).isEmpty();
  }

  private static Path journal(UnsettledRun run) {
    return Path.of(run.folder().path());
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> found = Files.walk(from)) {
      all = found.toList();
    }
    for (Path each : all) {
      Path copy = to.resolve(from.relativize(each));
      if (Files.isDirectory(each)) {
        Files.createDirectories(copy);
      } else {
        Files.copy(each, copy);
      }
    }
  }
}
