/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.DestinationException;
import io.backhaul.jobs.ledger.LedgerTable;
import io.backhaul.jobs.rehearse.Rehearsal;
import io.backhaul.jobs.rehearse.RehearsalReport;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rehearsal tells what a run would do, and does none of it. */
class RehearsalTest {

  @TempDir Path home;
  private SyncBed bed;

  @BeforeEach
  void start() {
    bed = new SyncBed(home);
    bed.customers(200);
    bed.sync("mode: mirror\nvalidate: {email: [email]}");
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  private RehearsalReport rehearse() {
    return new Rehearsal(
            bed.ledger(), bed.spec(), RunOptions.DEFAULT, Clock.systemUTC(), RunObserver.NONE, null)
        .run();
  }

  @Test
  void aFirstRehearsalSendsEverythingToTheSandboxAndLeavesNoLedgerBehind() {
    RehearsalReport report = rehearse();

    assertThat(report.run().status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(report.run().counts()).containsEntry("applied", 200L);
    assertThat(report.requests()).isPositive();
    assertThat(bed.sandbox().ledger().arrivals()).as("the real destination").isZero();
    assertThat(bed.ledger().has(LedgerTable.RUNS)).isFalse();
  }

  @Test
  void aLaterRehearsalSendsWhatTheNextRunWouldAndMovesNothing() {
    bed.run();
    long arrivals = bed.sandbox().ledger().arrivals();
    bed.edit("UPDATE customers SET first_name = 'Other' WHERE customer_id <= 7");
    bed.edit("UPDATE customers SET email = 'nobody' WHERE customer_id = 8");
    bed.edit("DELETE FROM customers WHERE customer_id > 190");
    long runs = bed.ledger().ref(LedgerTable.RUNS).version(SyncBed.spark());
    long state = bed.ledger().state("acme", "contacts").version(SyncBed.spark());

    RehearsalReport report = rehearse();

    assertThat(report.run().ops()).containsEntry("upsert", 7L).containsEntry("delete", 10L);
    assertThat(report.run().counts()).containsEntry("applied", 17L).containsEntry("invalid", 1L);
    assertThat(report.refusals())
        .singleElement()
        .satisfies(
            refusal -> {
              assertThat(refusal.stage()).isEqualTo("validation");
              assertThat(refusal.field()).isEqualTo("email");
              assertThat(refusal.records()).isEqualTo(1);
            });
    assertThat(bed.sandbox().ledger().arrivals()).isEqualTo(arrivals);
    assertThat(bed.ledger().ref(LedgerTable.RUNS).version(SyncBed.spark())).isEqualTo(runs);
    assertThat(bed.ledger().state("acme", "contacts").version(SyncBed.spark())).isEqualTo(state);
    assertThat(bed.run().ops())
        .as("the real run finds the same")
        .containsEntry("upsert", 7L)
        .containsEntry("delete", 10L);
  }

  @Test
  void aFieldOfTheAccountsOwnIsNotTakenForWrong() {
    bed.file(
        "conf/destinations/acme/crm.yaml",
        "type: hubspot\nauth: {type: bearer, token: \"${env:ACME_TOKEN}\"}\n");

    RehearsalReport report = rehearse();

    assertThat(report.run().counts())
        .as("full_name and origin are no properties of a fresh account: " + report.run().error())
        .containsEntry("applied", 200L);
  }

  @Test
  void aTypeThatNoSandboxSpeaksForIsRefusedByName() {
    bed.file(
        "conf/destinations/acme/crm.yaml", "type: bulk\nurl: " + bed.sandbox().url() + "/api\n");

    assertThatThrownBy(this::rehearse)
        .isInstanceOf(DestinationException.class)
        .hasMessageContaining("no sandbox speaks for a destination of type bulk");
  }
}
