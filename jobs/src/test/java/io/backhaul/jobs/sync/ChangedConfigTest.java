/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.jobs.sync.MishapProvider.Mishap;
import io.backhaul.jobs.sync.MishapProvider.TaskDied;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sync whose file was edited between a crash and the restart. A plan is never taken up by another
 * run: what was acknowledged of it is settled as it was planned, the rest is planned anew, by the
 * file as it is now. There is nothing to refuse and nothing to abandon.
 */
class ChangedConfigTest {

  private static final int ROWS = 300;
  private static final int BATCH = 50;

  @TempDir Path home;
  private SyncBed bed;

  @BeforeEach
  void start() {
    bed = new SyncBed(home);
    bed.customers(ROWS);
    bed.destination("mishap", BATCH, 1, "");
    mapping("warehouse");
  }

  @AfterEach
  void stop() {
    MishapProvider.nothing();
    bed.close();
  }

  private void mapping(String origin) {
    bed.file(
        "conf/syncs/acme/contacts.yaml",
        """
        source: {type: delta, path: ./warehouse/customers}
        key: [customer_id]
        destination: crm
        object: contacts
        mode: upsert
        mapping: {email: email, origin: {value: %s}}
        """
            .formatted(origin));
  }

  /** Two of six batches were acknowledged when the process died; then somebody edits the file. */
  private UnsettledRun diesAndIsEdited() {
    UnsettledRun run = UnsettledRun.planned(bed);
    MishapProvider.next(
        new Mishap() {
          @Override
          public void before(int partition, int attempt, int n) {
            if (attempt > 0 || n == 3) {
              throw new TaskDied();
            }
          }
        });
    assertThatThrownBy(run::deliver).hasMessageContaining("TaskDied");
    MishapProvider.nothing();
    assertThat(bed.held()).hasSize(2 * BATCH);
    mapping("edited");
    return run;
  }

  private long held(String origin) {
    return bed.held().values().stream().filter(fields -> fields.contains(origin)).count();
  }

  @Tag("fault-36")
  @Test
  void theRestOfADeadPlanIsNotSentAndEveryRowIsCarriedByTheFileAsItIsNow() {
    UnsettledRun dead = diesAndIsEdited();
    long before = bed.sandbox().ledger().arrivals();

    RunReport next = bed.run();

    assertThat(next.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(next.counts()).containsEntry("applied", (long) ROWS);
    assertThat(held("edited")).isEqualTo(ROWS);
    assertThat(Arrivals.at(bed).after(before).values().values())
        .hasSize(ROWS)
        .allMatch(values -> values.size() == 1);
    assertThat(
            bed.sql(
                "SELECT applied, deferred, recovered_by FROM runs WHERE run_id = '"
                    + dead.runId()
                    + "'"))
        .hasToString("[[100,200," + next.runId() + "]]");
    assertThat(bed.run().counts()).containsEntry("unchanged", (long) ROWS);
  }

  @Tag("twin-36")
  @Test
  void theTwinThatTakesTheDeadPlanUpSendsWhatTheFileNoLongerSays() {
    UnsettledRun dead = diesAndIsEdited();

    dead.deliver();

    assertThat(held("edited")).isZero();
    assertThat(held("warehouse")).isEqualTo(ROWS);
  }
}
