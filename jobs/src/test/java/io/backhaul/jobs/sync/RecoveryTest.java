/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.Op;
import io.backhaul.destination.send.BatchOutcome;
import io.backhaul.destination.send.Outcome;
import io.backhaul.destination.send.RecordOutcome;
import io.backhaul.destination.testkit.SettableClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run finds that another one left behind. */
class RecoveryTest {

  @TempDir Path home;

  @Test
  void anOutcomeOfAKeyThatWasNeverPlannedBreaksTheBalanceAndSettlesNothing() throws IOException {
    try (SyncBed bed = new SyncBed(home)) {
      bed.customers(5);
      bed.sync("mode: upsert");
      RunReport first = bed.run();
      JournalFolder left = leave(bed, first.runId());

      assertThatThrownBy(bed::run)
          .isInstanceOf(BrokenBalanceException.class)
          .hasMessageContaining(first.runId())
          .hasMessageContaining("remove that folder");

      assertThat(bed.value("SELECT count(*) FROM state_acme_contacts")).isEqualTo(5L);
      left.remove(bed.ledger().hadoop());
      assertThat(bed.run().count("unchanged")).isEqualTo(5);
    }
  }

  @Test
  void aRunThatDiedBeforeItsPlanWasCountedIsWrittenDownAndSendsNothing() {
    try (SyncBed bed = new SyncBed(home)) {
      bed.customers(5);
      bed.sync("mode: upsert");
      RunHeader header =
          Headers.header("20200101T000000000Z-0000").withCounts(RunHeader.PlannedCounts.NONE);
      JournalFolder.of(bed.ledger().journals(), "acme", "contacts", header.runId())
          .begin(bed.ledger().hadoop(), header);

      RunReport report = bed.run();

      assertThat(report.count("applied")).isEqualTo(5);
      assertThat(
              bed.sql(
                  "SELECT status, recovered_by FROM runs WHERE run_id = '" + header.runId() + "'"))
          .extracting(row -> row.getString(0) + " " + row.getString(1))
          .containsExactly("failed " + report.runId());
    }
  }

  @Test
  void aRunThatDiedBetweenItsCountsAndItsPlanSentNothingAndHoldsNobodyUp() {
    try (SyncBed bed = new SyncBed(home)) {
      bed.customers(5);
      bed.sync("mode: upsert");
      RunHeader header =
          Headers.header("20200101T000000000Z-0000")
              .withCounts(new RunHeader.PlannedCounts(5, 3, 2, 0, 0, 0, Map.of("upsert", 2L)));
      JournalFolder folder =
          JournalFolder.of(bed.ledger().journals(), "acme", "contacts", header.runId());
      folder.begin(bed.ledger().hadoop(), header);

      RunReport beforeAnyPlan = bed.run();
      folder.begin(bed.ledger().hadoop(), header);
      RunReport afterOne = bed.run();

      assertThat(beforeAnyPlan.count("applied")).isEqualTo(5);
      assertThat(afterOne.count("unchanged")).isEqualTo(5);
      assertThat(bed.value("SELECT count(*) FROM deliveries")).isEqualTo(5L);
      assertThat(
              bed.sql("SELECT status, planned FROM runs WHERE run_id = '" + header.runId() + "'"))
          .extracting(row -> row.getString(0) + " " + row.getLong(1))
          .containsExactly("failed 0");
    }
  }

  @Test
  void aRunThatLostItsLeaseBeforeItRecoversLeavesTheJournalOfItsSuccessorAlone() {
    try (SyncBed bed = new SyncBed(home)) {
      SettableClock clock = SettableClock.atNoon();
      Lease asleep =
          Lease.acquire(bed.ledger(), clock, "acme", "contacts", "run-1").lease().orElseThrow();
      clock.advance(Duration.ofSeconds(61));
      try (Lease heir =
          Lease.acquire(bed.ledger(), clock, "acme", "contacts", "run-2").lease().orElseThrow()) {
        JournalFolder live = JournalFolder.of(bed.ledger().journals(), "acme", "contacts", "run-2");
        live.begin(
            bed.ledger().hadoop(),
            Headers.header("run-2").withCounts(RunHeader.PlannedCounts.NONE));

        assertThatThrownBy(
                () ->
                    new Recovery(bed.ledger(), clock, VendorJobs.NONE)
                        .settleDeadRuns("acme", "contacts", "run-1", asleep))
            .isInstanceOf(LeaseLostException.class);

        assertThat(live.header(bed.ledger().hadoop())).isNotNull();
        heir.check();
      }
      asleep.close();
    }
  }

  /** Leaves a journal that names a key of nobody's. */
  private static JournalFolder leave(SyncBed bed, String runId) throws IOException {
    JournalFolder folder = JournalFolder.of(bed.ledger().journals(), "acme", "contacts", runId);
    folder.begin(
        bed.ledger().hadoop(),
        Headers.header(runId)
            .withCounts(new RunHeader.PlannedCounts(5, 0, 5, 0, 0, 0, Map.of("upsert", 5L))));
    try (Journal journal = Journal.open(bed.ledger().hadoop(), folder, 0, 1)) {
      journal.append(
          new BatchOutcome(
              "b",
              Op.UPSERT,
              List.of(
                  new RecordOutcome(
                      "{\"customer_id\":99}", 1, Outcome.APPLIED, null, null, null, null)),
              true,
              1,
              200,
              1,
              Instant.EPOCH));
    }
    return folder;
  }
}
