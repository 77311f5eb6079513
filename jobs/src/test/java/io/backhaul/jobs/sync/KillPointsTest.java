/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.sandbox.Rejection;
import io.backhaul.destination.sandbox.SandboxScript;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run dies at each of its moments; the next one finishes its work. */
@Tag("faults")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KillPointsTest {

  private static final int ROWS = 600;
  private static final int IN_FLIGHT = 4 * 20;

  private Path home;
  private SyncBed bed;
  private int day;

  @BeforeAll
  void aWarehouseThatIsSynced(@TempDir Path folder) {
    home = folder;
    bed = new SyncBed(home);
    bed.batches(20);
    bed.sync("mode: mirror\nvalidate: {email: [email]}");
    bed.customers(ROWS);
    bed.sandbox()
        .script(
            SandboxScript.FAULTLESS.with(
                Rejection.when("email", "blocked", "BLOCKED", "is blocked here")));
    assertThat(bed.run().count("applied")).isEqualTo(ROWS);
  }

  @AfterAll
  void close() {
    bed.close();
  }

  /** Changes, deletes, inserts, breaks and has refused some rows, others each time. */
  private void aDayInTheWarehouse() {
    day++;
    bed.edit(
        "UPDATE customers SET email = concat('user', customer_id, '-', "
            + day
            + ", '@example.com'), updated_at = now() WHERE customer_id % 3 = "
            + day % 3);
    bed.edit(
        "UPDATE customers SET email = concat('blocked', "
            + day
            + ", '@example.com') WHERE customer_id = "
            + (100 + day));
    bed.edit("UPDATE customers SET email = 'broken' WHERE customer_id = " + (200 + day));
    bed.edit(
        "DELETE FROM customers WHERE customer_id BETWEEN "
            + (300 + 5 * day)
            + " AND "
            + (304 + 5 * day));
    bed.edit(
        "INSERT INTO customers SELECT id, concat('new', id, '@example.com'), 'New', 'Customer',"
            + " now() FROM range("
            + (1000 + 5 * day)
            + ", "
            + (1005 + 5 * day)
            + ")");
  }

  @Tag("fault-24")
  @ParameterizedTest
  @EnumSource
  void afterADeathHereTheNextRunFinishesTheWork(KillPoint moment) throws Exception {
    aDayInTheWarehouse();
    int before = bed.sandbox().ledger().entries().size();

    died(moment);
    RunReport next = nextRun();

    SyncOracle.Verdict verdict = new SyncOracle(bed).judge(before);
    assertThat(verdict.promiseHolds()).as(verdict.toString()).isTrue();
    assertThat(verdict.sentAgain()).isBetween(0L, mayBeSentAgain(moment));
    assertThat(next.status()).isIn(RunStatus.SUCCEEDED, RunStatus.PARTIAL);
    assertThat(bed.sql("SELECT 1 FROM leases WHERE held")).isEmpty();
    assertThat(bed.run().count("planned")).as("nothing is left to do").isZero();
  }

  /** One batch for each request in flight, and only while there are such. */
  private static long mayBeSentAgain(KillPoint moment) {
    return switch (moment) {
      case AFTER_SEND, JOURNAL_APPENDED -> IN_FLIGHT;
      case PLAN_WRITTEN,
          BEFORE_SEND,
          DELIVERIES_WRITTEN,
          DEAD_LETTERS_WRITTEN,
          STATE_MERGED,
          WATERMARK_ADVANCED,
          JOURNAL_REMOVED ->
          0;
    };
  }

  @Tag("twin-24")
  @Test
  void withoutItsJournalADeadRunIsSentOnceMore() throws Exception {
    aDayInTheWarehouse();
    int before = bed.sandbox().ledger().entries().size();
    died(KillPoint.DELIVERIES_WRITTEN);
    JournalFolder.unsettled(bed.ledger().hadoop(), bed.ledger().journals(), "acme", "contacts")
        .forEach(folder -> folder.remove(bed.ledger().hadoop()));

    nextRun();

    assertThat(new SyncOracle(bed).judge(before).sentAgain()).isGreaterThan(IN_FLIGHT);
  }

  private void died(KillPoint moment) throws InterruptedException {
    String time =
        moment == KillPoint.AFTER_SEND || moment == KillPoint.JOURNAL_APPENDED ? ":5" : "";
    try (SyncProcess run = SyncProcess.sync(home, moment.name() + time)) {
      assertThat(run.exitCode()).as(run::output).isEqualTo(137);
    }
  }

  /** The dead run's lease runs out by the clock of the next one. */
  private RunReport nextRun() {
    bed.clock().forward(Duration.ofMinutes(2));
    return bed.run();
  }
}
