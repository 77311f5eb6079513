/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.Sleeper;
import io.backhaul.destination.sandbox.Fault;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.jobs.backfill.Backfill;
import io.backhaul.jobs.backfill.BackfillReport;
import io.backhaul.jobs.backfill.BackfillRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackfillTest {

  private static final int ROWS = 100;

  @TempDir Path home;
  private SyncBed bed;

  @BeforeEach
  void allIsDelivered() {
    bed = new SyncBed(home);
    bed.customers(ROWS);
    bed.sync("");
    bed.run();
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private BackfillReport backfill(String where, boolean again) throws InterruptedException {
    return new Backfill(
            bed.ledger(),
            bed.spec(),
            new BackfillRequest(where, null, 40, again, Map.of()),
            bed.clock(),
            Sleeper.SYSTEM,
            RunObserver.NONE,
            null)
        .run(new Cancellation());
  }

  @Tag("faults") // long
  @Test
  void eachRowIsSentOnceMoreInPiecesAlsoIfItIsInterrupted() throws Exception {
    long before = bed.sandbox().ledger().arrivals();
    bed.sandbox()
        .script(
            SandboxScript.FAULTLESS.with(
                Fault.lasting(Fault.Kind.UNAUTHORIZED, Duration.ofMinutes(9)).startingAfter(1)));
    BackfillReport cut = backfill(null, false);
    assertThat(cut.finished()).isFalse();
    assertThat(cut.chunks()).isEqualTo(3);

    bed.sandbox().script(SandboxScript.FAULTLESS);
    BackfillReport rest = backfill(null, false);

    assertThat(rest.finished()).isTrue();
    assertThat(rest.id()).isEqualTo(cut.id());
    assertThat(rest.doneBefore()).isEqualTo(cut.runs().size() - 1);
    assertThat(Arrivals.at(bed).after(before).times()).hasSize(ROWS);
    assertThat(Arrivals.at(bed).after(before).appliedTwice()).isEmpty();
    assertThat(bed.value("SELECT count(DISTINCT trigger) FROM runs WHERE trigger LIKE 'backfill%'"))
        .isEqualTo(3L);

    assertThat(backfill(null, false).runs()).isEmpty();
    assertThat(backfill(null, true).runs()).hasSize(3);
    assertThat(bed.run().count("planned")).isZero();
  }

  @Test
  void onlyTheRowsThatWereAskedForAreSent() throws Exception {
    long before = bed.sandbox().ledger().arrivals();

    BackfillReport report = backfill("customer_id <= 30", false);

    assertThat(report.chunks()).isEqualTo(1);
    assertThat(Arrivals.at(bed).after(before).times()).hasSize(30);
  }

  @Test
  void aSyncWithoutAnUpdateTimeCannotBeAskedForLatelyChangedRows() {
    bed.file(
        "conf/syncs/acme/contacts.yaml",
        """
        source: {type: delta, path: ./warehouse/customers}
        key: [customer_id]
        destination: crm
        object: contacts
        mapping: {email: email}
        """);
    BackfillRequest request = new BackfillRequest(null, Instant.EPOCH, 40, false, Map.of());

    assertThatThrownBy(
            () ->
                new Backfill(
                    bed.ledger(),
                    bed.spec(),
                    request,
                    bed.clock(),
                    Sleeper.SYSTEM,
                    RunObserver.NONE,
                    null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no updated_at");
  }
}
