/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.sandbox.SandboxScript;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs are killed at moments that nobody chose, one after another, while the warehouse goes on
 * changing. {@code -Dbackhaul.kills=500} kills more of them, {@code -Dbackhaul.kills.seed=} repeats
 * what an earlier test did.
 */
@Tag("faults")
class RandomKillsTest {

  private static final Logger LOG = LoggerFactory.getLogger(RandomKillsTest.class);
  private static final int KILLS = Integer.getInteger("backhaul.kills", 5);
  private static final long SEED = Long.getLong("backhaul.kills.seed", System.nanoTime());
  private static final int ROWS = 2_000;
  private static final int IN_FLIGHT = 4 * 20;

  @TempDir Path home;

  @Tag("fault-24")
  @Test
  void whateverIsKilledWheneverThePromiseHolds() throws Exception {
    LOG.warn("killing {} runs with -Dbackhaul.kills.seed={}", KILLS, SEED);
    Random random = new Random(SEED);
    try (SyncBed bed = new SyncBed(home)) {
      bed.batches(20);
      bed.sync("mode: mirror\nvalidate: {email: [email]}");
      bed.customers(ROWS);
      bed.sandbox().script(SandboxScript.FAULTLESS.taking(Duration.ofMillis(40)));
      int whole = millisOfAWholeRun(bed);
      int killed = 0;
      for (int day = 1; day <= KILLS; day++) {
        aDayInTheWarehouse(bed, random, day);
        try (SyncProcess run = SyncProcess.sync(home, null)) {
          if (!run.endsWithin(Duration.ofMillis(random.nextInt(whole * 7 / 10)))) {
            run.kill();
            killed++;
          }
        }
        bed.clock().forward(Duration.ofMinutes(2));
      }
      bed.run();

      SyncOracle.Verdict verdict = new SyncOracle(bed).judge(0);
      assertThat(killed).as("runs that were really killed").isPositive();
      assertThat(verdict.promiseHolds()).as("seed " + SEED + ": " + verdict).isTrue();
      assertThat(verdict.sentAgain())
          .as("seed " + SEED)
          .isLessThanOrEqualTo((long) killed * IN_FLIGHT);
      assertThat(bed.run().count("planned")).isZero();
    }
  }

  /** The first sync, in a process like those that are going to be killed. */
  private int millisOfAWholeRun(SyncBed bed) throws InterruptedException {
    long begun = System.nanoTime();
    try (SyncProcess run = SyncProcess.sync(bed.home(), null)) {
      assertThat(run.exitCode()).as(run::output).isZero();
    }
    return (int) ((System.nanoTime() - begun) / 1_000_000);
  }

  private static void aDayInTheWarehouse(SyncBed bed, Random random, int day) {
    bed.edit(
        "UPDATE customers SET email = concat('user', customer_id, '-', "
            + day
            + ", '@example.com'), updated_at = now() WHERE customer_id % 4 = "
            + random.nextInt(4));
    bed.edit("DELETE FROM customers WHERE customer_id % 97 = " + random.nextInt(97));
    bed.edit(
        "INSERT INTO customers SELECT id, concat('new', id, '@example.com'), 'New', 'Customer',"
            + " now() FROM range("
            + (10_000 + 10 * day)
            + ", "
            + (10_010 + 10 * day)
            + ")");
  }
}
