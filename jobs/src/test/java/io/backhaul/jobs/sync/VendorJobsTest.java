/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.testkit.BulkVendor;
import io.backhaul.destination.testkit.BulkVendor.End;
import io.backhaul.destination.testkit.BulkVendor.State;
import io.backhaul.destination.testkit.BulkVendor.Step;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process dies while vendor jobs carry its records; meanwhile a row changes. */
@Tag("faults")
class VendorJobsTest {

  /** One for each of two partitions: a batch waits for its job, and a partition for its batch. */
  private static final int JOBS = 2;

  private static final int ROWS = 24;
  private static final int FOREVER = Integer.MAX_VALUE;

  @TempDir Path home;
  private final BulkVendor vendor = BulkVendor.start();
  private SyncBed bed;

  @BeforeEach
  void aRunDiesWhileItsJobsGoOn() throws InterruptedException {
    bed = new SyncBed(home);
    bed.file("conf/destinations/acme/crm.yaml", "type: bulk\nurl: " + vendor.url() + "\n");
    bed.sync("mode: upsert\npii: [email]");
    bed.customers(ROWS);
    vendor.running(FOREVER);
    try (SyncProcess run = SyncProcess.sync(home, null)) {
      run.awaitUntil(() -> vendor.seen(Step.CLOSE) == JOBS && vendor.seen(Step.POLL) >= JOBS);
      run.kill();
    }
    vendor.running(0);
    bed.clock().forward(Duration.ofMinutes(2)); // the dead run's lease runs out
    bed.edit("UPDATE customers SET email = 'new@example.com' WHERE customer_id = 7");
  }

  @AfterEach
  void close() {
    bed.close();
    vendor.close();
  }

  @Test
  @Tag("fault-21")
  void theNextRunAsksAfterTheJobsAndSubmitsOnlyWhatChangedSince() {
    RunReport next = bed.run();

    assertThat(next.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(next.count("planned")).isEqualTo(1);
    assertThat(vendor.seen(Step.CREATE)).isEqualTo(JOBS + 1);
    assertThat(vendor.applied()).hasSize(ROWS).containsEntry("{\"customer_id\":7}", 2);
    assertThat(vendor.applied().values().stream().mapToInt(times -> times).sum())
        .isEqualTo(ROWS + 1);
    assertThat(
            bed.sql("SELECT applied, deferred, unknown FROM runs WHERE recovered_by IS NOT NULL"))
        .hasToString("[[" + ROWS + ",0,0]]");
    assertThat(bed.run().count("planned")).isZero();
  }

  @Test
  @Tag("fault-22")
  void whatAJobLeftUnprocessedIsSubmittedByTheNextRun() {
    vendor.ending(new End(State.ABORTED, 5));

    RunReport next = bed.run();

    assertThat(next.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(vendor.applied()).hasSize(ROWS);
    long before = recovered("applied");
    long again = vendor.applied().get("{\"customer_id\":7}") - 1L; // if an old job had come to it
    assertThat(before).isBetween(1L, ROWS - 1L);
    assertThat(recovered("deferred")).isEqualTo(ROWS - before);
    assertThat(next.count("applied")).isEqualTo(ROWS - before + again);
    assertThat(bed.run().count("planned")).isZero();
  }

  @Test
  @Tag("twin-21")
  void ifNobodyAsksAllIsSubmittedOnceMoreAndTheOldJobsApplyThemToo() {
    try (Lease lease =
        Lease.acquire(bed.ledger(), bed.clock(), "acme", "contacts", "twin")
            .lease()
            .orElseThrow()) {
      new Recovery(bed.ledger(), bed.clock(), VendorJobs.NONE)
          .settleDeadRuns("acme", "contacts", "twin", lease);
    }

    bed.run();
    vendor.endAll();

    assertThat(vendor.seen(Step.CREATE)).isEqualTo(2 * JOBS);
    assertThat(vendor.applied().values()).hasSize(ROWS).containsOnly(2);
  }

  private long recovered(String outcome) {
    return bed.sql("SELECT " + outcome + " FROM runs WHERE recovered_by IS NOT NULL")
        .get(0)
        .getLong(0);
  }
}
