/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.sandbox.Fault;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.jobs.deadletter.DeadLetterBox;
import io.backhaul.jobs.sync.MishapProvider.Mishap;
import io.backhaul.jobs.sync.MishapProvider.TaskDied;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the next run makes of records that may or may not have been applied. */
@Tag("faults")
class InDoubtTest {

  private static final int ROWS = 300;
  private static final int BATCH = 50;

  @TempDir Path home;
  private SyncBed bed;

  @BeforeEach
  void start() {
    bed = new SyncBed(home);
    bed.customers(ROWS);
    destination("mishap", "timeout: 30s");
  }

  @AfterEach
  void stop() {
    MishapProvider.nothing();
    bed.close();
  }

  private void destination(String type, String more) {
    bed.destination(type, BATCH, 1, more);
  }

  private void loseAnswers(Fault.Kind kind, int times) {
    bed.sandbox().script(SandboxScript.FAULTLESS.with(Fault.times(kind, times)));
  }

  private long retry(String code) {
    return new DeadLetterBox(bed.ledger(), Clock.systemUTC())
        .retry(new DeadLetterBox.Filter("acme", "contacts", null, code, null));
  }

  private Set<String> letters(String code) {
    return bed
        .sql("SELECT key FROM dead_letters WHERE status = 'open' AND code = '" + code + "'")
        .stream()
        .map(row -> row.getString(0))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** A run whose process dies: its third request was applied, or was never made. */
  private UnsettledRun dies(boolean applied) {
    UnsettledRun run = UnsettledRun.planned(bed);
    MishapProvider.next(
        new Mishap() {
          @Override
          public void before(int partition, int attempt, int n) {
            if (attempt > 0 || (!applied && n == 3)) {
              throw new TaskDied();
            }
          }

          @Override
          public void answered(int partition, int attempt, int n) {
            if (n == 3) {
              throw new TaskDied();
            }
          }

          @Override
          public void opened(int partition, int attempt) {
            if (attempt > 0) {
              throw new TaskDied(); // it was the process that died, and nobody tries again
            }
          }
        });
    assertThatThrownBy(run::deliver).hasMessageContaining("TaskDied");
    MishapProvider.nothing();
    return run;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatADeadRunMayHaveSentBecomesLettersUnderAtMostOnceAndIsNotSentAgain(boolean applied) {
    bed.sync("mode: upsert\ndelivery: at_most_once");
    UnsettledRun dead = dies(applied);
    assertThat(Arrivals.at(bed).requests()).isEqualTo(applied ? 3 : 2);

    RunReport next = bed.run();

    assertThat(next.counts())
        .containsEntry("applied", (long) ROWS - 3 * BATCH)
        .containsEntry("quarantined", (long) BATCH)
        .containsEntry("unchanged", 2L * BATCH);
    assertThat(Arrivals.at(bed).arrivedTwice()).isEmpty();
    Set<String> inDoubt = letters("IN_DOUBT");
    assertThat(inDoubt).hasSize(BATCH);
    assertThat(
            bed.sql(
                "SELECT applied, unknown, deferred, planned - applied - rejected - deferred -"
                    + " unknown FROM runs WHERE run_id = '"
                    + dead.runId()
                    + "'"))
        .hasToString("[[100,50,150,0]]");
    assertThat(bed.value("SELECT count(*) FROM state_acme_contacts"))
        .isEqualTo((long) ROWS - BATCH);
    Set<String> before = Arrivals.at(bed).keys();
    long requests = Arrivals.at(bed).requests();

    assertThat(retry("IN_DOUBT")).isEqualTo(BATCH);
    assertThat(bed.run().counts()).containsEntry("applied", (long) BATCH);

    Arrivals retried = Arrivals.at(bed).after(requests);
    assertThat(retried.times().keySet()).isEqualTo(inDoubt);
    assertThat(retried.keys()).doesNotContainAnyElementsOf(before);
    assertThat(bed.sandbox().ledger().replayed()).isZero();
    assertThat(letters("IN_DOUBT")).isEmpty();
    assertThat(bed.held()).hasSize(ROWS);
  }

  @Test
  void theTwinThatIgnoresTheIntentsOfTheDeadRunSendsThemAgain() throws Exception {
    bed.sync("mode: upsert\ndelivery: at_most_once");
    UnsettledRun dead = dies(true);
    forgetIntents(dead.folder());

    bed.run();

    assertThat(Arrivals.at(bed).arrivedTwice()).hasSize(BATCH);
    assertThat(letters("IN_DOUBT")).isEmpty();
  }

  /** Writes the journal anew without its intents. */
  private void forgetIntents(JournalFolder folder) throws Exception {
    var hadoop = bed.ledger().hadoop();
    for (String name : folder.names(hadoop, "p")) {
      try (Journal without =
          Journal.open(hadoop, new JournalFolder(folder.path() + ".without"), 0, 0)) {
        folder.read(
            hadoop,
            name,
            frame -> {
              if (frame instanceof JournalFrame.Outcomes outcomes) {
                without.append(outcomes.outcome());
              }
            });
      }
      var files = new org.apache.hadoop.fs.Path(folder.path()).getFileSystem(hadoop);
      files.delete(new org.apache.hadoop.fs.Path(folder.path(), name), false);
      files.rename(
          new org.apache.hadoop.fs.Path(folder.path() + ".without", "p00000-a0-0.journal"),
          new org.apache.hadoop.fs.Path(folder.path(), name));
      files.delete(new org.apache.hadoop.fs.Path(folder.path() + ".without"), true);
    }
  }

  @Test
  void anInsertThatADeadRunMayHaveSentIsALetterOrIsSentAgainAsTheSyncSays() {
    bed.sync("mode: insert\non_in_doubt: dead_letter");
    dies(false);

    assertThat(bed.run().counts()).containsEntry("quarantined", (long) BATCH);

    assertThat(letters("IN_DOUBT")).hasSize(BATCH);
    assertThat(bed.held()).hasSize(ROWS - BATCH);
  }

  @Test
  void withResendAnInsertThatADeadRunMayHaveSentIsSentAgain() {
    bed.sync("mode: insert\non_in_doubt: resend");
    dies(false);

    RunReport next = bed.run();

    assertThat(next.counts()).containsEntry("applied", (long) ROWS - 2 * BATCH);
    assertThat(bed.held()).hasSize(ROWS);
    assertThat(bed.value("SELECT count(*) FROM runs WHERE unknown > 0")).isEqualTo(0L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"snapshot", "watermark"})
  void underAtMostOnceALostAnswerIsALetterWhichEveryStrategyHoldsBackUntilAPersonRetries(
      String strategy) {
    bed.sync("mode: upsert\ndelivery: at_most_once\nchanges: {strategy: " + strategy + "}");
    loseAnswers(Fault.Kind.RESET_AFTER_APPLY, 1);

    RunReport first = bed.run();

    assertThat(first.counts())
        .containsEntry("unknown", (long) BATCH)
        .containsEntry("applied", (long) ROWS - BATCH);
    assertThat(letters("CONNECTION_LOST")).hasSize(BATCH);
    long requests = Arrivals.at(bed).requests();

    assertThat(bed.run().counts()).containsEntry("planned", 0L);
    assertThat(Arrivals.at(bed).requests()).isEqualTo((int) requests);
    if (!strategy.equals("snapshot")) {
      assertThat(bed.value("SELECT cursor_value FROM watermarks")).isNotNull();
    }

    retry("CONNECTION_LOST");
    assertThat(bed.run().counts()).containsEntry("applied", (long) BATCH);
    assertThat(bed.sandbox().ledger().replayed()).isZero();
    assertThat(bed.value("SELECT count(*) FROM state_acme_contacts")).isEqualTo((long) ROWS);
  }

  @Test
  void underAtMostOnceADeleteWithoutAnAnswerIsALetterAndIsNotSentAgain() {
    bed.sync("mode: mirror\ndelivery: at_most_once");
    bed.run();
    bed.edit("DELETE FROM customers WHERE customer_id <= 5");
    loseAnswers(Fault.Kind.RESET_BEFORE_APPLY, 1);

    assertThat(bed.run().counts()).containsEntry("unknown", 5L);
    assertThat(bed.value("SELECT count(*) FROM dead_letters WHERE op = 'delete'")).isEqualTo(5L);
    assertThat(bed.value("SELECT count(*) FROM state_acme_contacts")).isEqualTo((long) ROWS);

    assertThat(bed.run().counts()).containsEntry("planned", 0L);
    assertThat(bed.held()).hasSize(ROWS);
    retry("CONNECTION_LOST");
    bed.run();
    assertThat(bed.held()).hasSize(ROWS - 5);
    assertThat(bed.value("SELECT count(*) FROM state_acme_contacts")).isEqualTo(ROWS - 5L);
  }

  @Test
  void underAtLeastOnceTheNextRunCarriesWhatWasInDoubtUnderTheSameIdempotencyKeys() {
    bed.sync("mode: upsert\nchanges: {strategy: watermark}");
    loseAnswers(Fault.Kind.RESET_AFTER_APPLY, 1_000);

    RunReport first = bed.run(SyncBed.patient(java.time.Duration.ZERO));

    assertThat(first.count("applied")).isZero();
    assertThat(first.count("unknown")).isPositive();
    assertThat(bed.sql("SELECT * FROM dead_letters")).isEmpty();
    Set<String> keys = Arrivals.at(bed).keys();
    long requests = Arrivals.at(bed).requests();
    bed.sandbox().script(SandboxScript.FAULTLESS);

    RunReport second = bed.run();

    assertThat(second.runId()).isNotEqualTo(first.runId());
    assertThat(second.counts()).containsEntry("applied", (long) ROWS);
    assertThat(Arrivals.at(bed).after(requests).keys()).containsAll(keys);
    assertThat(bed.sandbox().ledger().replayed()).isEqualTo(keys.size());
    assertThat(Arrivals.at(bed).appliedTwice()).isEmpty();
    assertThat(bed.held()).hasSize(ROWS);
  }
}
