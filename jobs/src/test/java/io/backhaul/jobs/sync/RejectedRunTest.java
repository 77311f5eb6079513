/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.sandbox.Rejection;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.send.RejectLimit;
import io.backhaul.jobs.deadletter.DeadLetterBox;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A destination that rejects most of what it gets stops the run, within a limit. */
class RejectedRunTest {

  @TempDir Path home;
  private SyncBed bed;

  @BeforeEach
  void start() {
    bed = new SyncBed(home);
    bed.customers(300);
    bed.sync("mode: upsert");
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  private void aFieldIsGone() {
    bed.sandbox()
        .script(
            SandboxScript.FAULTLESS.with(
                Rejection.when("email", "@", "PROPERTY_DOESNT_EXIST", "no field of that name")));
  }

  @Tag("fault-40")
  @Test
  void aDestinationThatRejectsMostRecordsStopsTheRunAndTheRestIsLeftToTheNext() {
    int rows = 8_000;
    bed.customers(rows);
    aFieldIsGone();

    RunReport stopped = bed.run();

    assertThat(stopped.status()).isEqualTo(RunStatus.STOPPED);
    assertThat(stopped.deferredCode()).isEqualTo(RejectLimit.EXCEEDED);
    long rejected = stopped.count("rejected");
    assertThat(stopped.error())
        .contains("acme/contacts", rejected + " records", "PROPERTY_DOESNT_EXIST (field email)")
        .contains("guards.max_rejected (50%)", "dlq retry", "--accept rejected=");
    assertThat(rejected).isBetween(1_000L, rows / 2L);
    assertThat(stopped.counts())
        .containsEntry("applied", 0L)
        .containsEntry("deferred", rows - rejected);
    assertThat(bed.sandbox().ledger().records()).isEqualTo(rejected);
    assertThat(bed.value("SELECT count(*) FROM dead_letters WHERE field = 'email'"))
        .isEqualTo(rejected);
    assertThat(
            bed.value(
                "SELECT count(*) FROM deliveries WHERE code = '" + RejectLimit.EXCEEDED + "'"))
        .isEqualTo(rows - rejected);
    assertThat(bed.sql("SELECT 1 FROM circuits WHERE state <> 'closed'")).isEmpty();

    bed.sandbox().script(SandboxScript.FAULTLESS);
    assertThat(bed.run().counts())
        .containsEntry("applied", rows - rejected)
        .containsEntry("quarantined", rejected);
    new DeadLetterBox(bed.ledger(), Clock.systemUTC())
        .retry(new DeadLetterBox.Filter("acme", "contacts", null, "PROPERTY_DOESNT_EXIST", null));
    assertThat(bed.run().counts()).containsEntry("applied", rejected);
    assertThat(bed.held()).hasSize(rows);
  }

  @Tag("twin-40")
  @Test
  void withoutALimitEveryRecordIsSentAndBecomesALetter() {
    bed.customers(8_000);
    bed.sync("mode: upsert\nguards: {max_rejected: 100%}");
    aFieldIsGone();

    RunReport report = bed.run();

    assertThat(report.status()).isEqualTo(RunStatus.PARTIAL);
    assertThat(report.counts()).containsEntry("rejected", 8_000L);
    assertThat(bed.value("SELECT count(*) FROM dead_letters")).isEqualTo(8_000L);
  }

  @Test
  void rejectsThatAreAcceptedForOneRunDoNotStopIt() {
    bed.sync("mode: upsert\nguards: {max_rejected: 5}");
    bed.edit("UPDATE customers SET email = NULL WHERE customer_id > 100");
    aFieldIsGone();

    assertThat(bed.run().status()).isEqualTo(RunStatus.STOPPED);
    bed.edit("UPDATE customers SET first_name = 'Other'");
    assertThat(bed.run(SyncBed.accepting("rejected", 100)).status()).isEqualTo(RunStatus.PARTIAL);
    assertThat(bed.held()).hasSize(200);
  }
}
