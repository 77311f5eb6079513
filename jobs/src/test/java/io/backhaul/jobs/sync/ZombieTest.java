/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two runs of one sync: one that sleeps past its lease and wakes up, and two that start at once.
 */
@Tag("faults")
class ZombieTest {

  private static final int ROWS = 4_000;
  private static final int IN_FLIGHT = 4 * 100;

  @TempDir Path home;

  @Tag("fault-28")
  @Test
  void aRunThatSleptPastItsLeaseSendsNoFurtherBatchAndSettlesNothing() throws Exception {
    try (SyncBed bed = new SyncBed(home)) {
      bed.customers(ROWS);
      bed.sync("mode: mirror");
      bed.sandbox().script(SandboxScript.FAULTLESS.taking(Duration.ofMillis(200)));
      RequestLedger arrived = bed.sandbox().ledger();
      try (SyncProcess asleep = SyncProcess.sync(home, null)) {
        asleep.awaitUntil(() -> arrived.applied() >= 1_000);
        asleep.signal("STOP");
        bed.clock().forward(Duration.ofMinutes(2));
        bed.edit("UPDATE customers SET email = concat('new', customer_id, '@example.com')");
        bed.sandbox().script(SandboxScript.FAULTLESS);

        RunReport heir = bed.run();

        assertThat(heir.status()).isEqualTo(RunStatus.SUCCEEDED);
        long requests = arrived.arrivals();
        List<Object> settled = settled(bed);
        asleep.signal("CONT");
        assertThat(asleep.exitCode()).as(asleep::output).isNotZero();

        assertThat(arrived.arrivals()).as("no further batch").isEqualTo(requests);
        assertThat(settled(bed)).as("nothing is settled").isEqualTo(settled);
        SyncOracle.Verdict verdict = new SyncOracle(bed).judge(0);
        assertThat(verdict.promiseHolds()).as(verdict.toString()).isTrue();
        assertThat(verdict.sentAgain()).isLessThanOrEqualTo(IN_FLIGHT);
        assertThat(bed.run().count("planned")).isZero();
      }
    }
  }

  @Tag("fault-29")
  @Test
  void ofTwoThatAreStartedTogetherOneWorksAndTheOtherSaysSoAndSendsNothing() throws Exception {
    try (SyncBed bed = new SyncBed(home)) {
      bed.customers(ROWS);
      bed.sync("mode: mirror");
      bed.sandbox().script(SandboxScript.FAULTLESS.taking(Duration.ofMillis(500)));
      try (SyncProcess one = SyncProcess.command(home);
          SyncProcess other = SyncProcess.command(home)) {
        List<Integer> codes = List.of(one.exitCode(), other.exitCode());

        assertThat(codes).as(() -> one.output() + other.output()).containsExactlyInAnyOrder(0, 5);
      }
      assertThat(bed.sandbox().ledger().applied()).isEqualTo(ROWS);
      assertThat(bed.sandbox().ledger().records()).isEqualTo(ROWS);
      assertThat(bed.value("SELECT count(*) FROM runs")).isEqualTo(1L);
    }
  }

  /** What a settlement would change. */
  private static List<Object> settled(SyncBed bed) {
    return List.of(
        bed.value("SELECT count(*) FROM deliveries"),
        bed.value("SELECT count(*) FROM runs"),
        bed.value("SELECT count(DISTINCT run_id) FROM state_acme_contacts"),
        bed.value("SELECT sum(row_hash % 1000003) FROM state_acme_contacts"));
  }
}
