/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static io.backhaul.destination.send.Bench.inserts;
import static io.backhaul.destination.send.Bench.upserts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.Change;
import io.backhaul.destination.sandbox.Manner;
import io.backhaul.destination.testkit.BulkDestination;
import io.backhaul.destination.testkit.BulkDestination.Care;
import io.backhaul.destination.testkit.BulkVendor;
import io.backhaul.destination.testkit.BulkVendor.End;
import io.backhaul.destination.testkit.BulkVendor.State;
import io.backhaul.destination.testkit.BulkVendor.Step;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vendors that take records as jobs: the sender, a connector, real HTTP and a vendor. */
class BulkDeliveryTest {

  private static final Set<Care> ALL = EnumSet.allOf(Care.class);

  private final Bench bench = new Bench();
  private final BulkVendor vendor = BulkVendor.start();

  @AfterEach
  void close() {
    vendor.close();
  }

  private SendReport send(Bench with, Set<Care> care, List<Change> changes)
      throws InterruptedException {
    try (BulkDestination bulk = new BulkDestination(vendor.url(), 10, care)) {
      return with.send(bulk, changes);
    }
  }

  private SendReport send(Set<Care> care, List<Change> changes) throws InterruptedException {
    return send(bench, care, changes);
  }

  private static Set<Care> without(Care care) {
    return EnumSet.complementOf(EnumSet.of(care));
  }

  @Test
  void everyRowOfEveryJobIsAppliedOnce() throws Exception {
    SendReport report = send(ALL, inserts(25));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(vendor.applied().values()).hasSize(25).containsOnly(1);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 25));
    assertThat(bench.log.jobs()).hasSize(3);
  }

  @Tag("fault-20")
  @ParameterizedTest
  @EnumSource(names = {"CREATE", "FILL", "CLOSE"})
  void ofASubmissionWhoseAnswerIsLostOneJobIsFoundAgainAndApplies(Step lost) throws Exception {
    vendor.answering(lost, Manner.RESET);

    SendReport report = send(ALL, inserts(10));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(vendor.seen(Step.CREATE)).isEqualTo(1);
    assertThat(vendor.applied().values()).hasSize(10).containsOnly(1);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 10));
  }

  @Tag("twin-20")
  @Test
  void theTwinThatDoesNotLookForItsJobHasTwoThatApply() throws Exception {
    vendor.answering(Step.CLOSE, Manner.RESET);
    // Whoever repeats a submission leaves the first job running: it ends all the same.
    send(without(Care.LOOKS_FOR_ITS_JOB), inserts(10));

    vendor.endAll();

    assertThat(vendor.seen(Step.CREATE)).isEqualTo(2);
    assertThat(vendor.applied().values()).hasSize(10).containsOnly(2);
  }

  /** A process that dies at its first wait: the job is submitted, and nobody has asked after it. */
  private MemoryLog diesBetweenSubmissionAndPoll(Set<Care> care) {
    try (BulkDestination bulk = new BulkDestination(vendor.url(), 10, care)) {
      Sender sender =
          new Sender(
              bulk,
              "acme/contacts",
              "contacts",
              bench.policy,
              bench.gate,
              bench.breaker,
              bench.log,
              SendListener.NONE,
              bench.clock,
              pause -> {
                if (pause.toMillis() > 0) {
                  throw new IllegalStateException("the process dies here");
                }
              });
      assertThatThrownBy(() -> sender.send(inserts(10).iterator()))
          .hasMessage("the process dies here");
    }
    assertThat(vendor.seen(Step.CLOSE)).isEqualTo(1);
    assertThat(vendor.seen(Step.POLL)).isZero();
    return bench.log;
  }

  @Tag("fault-21")
  @Test
  void aJobThatWasSubmittedBeforeACrashIsResumedByTheHandleInTheJournal() throws Exception {
    MemoryLog died = diesBetweenSubmissionAndPoll(without(Care.LOOKS_FOR_ITS_JOB));

    Bench second = new Bench(died.nextAttempt());
    send(second, without(Care.LOOKS_FOR_ITS_JOB), inserts(10));

    assertThat(vendor.seen(Step.CREATE)).isEqualTo(1);
    assertThat(vendor.applied().values()).hasSize(10).containsOnly(1);
    assertThat(second.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 10));
  }

  @Tag("twin-21")
  @Test
  void theTwinWithoutAJournalSubmitsTheJobOnceMore() throws Exception {
    diesBetweenSubmissionAndPoll(without(Care.LOOKS_FOR_ITS_JOB));

    send(new Bench(), without(Care.LOOKS_FOR_ITS_JOB), inserts(10));
    vendor.endAll();

    assertThat(vendor.seen(Step.CREATE)).isEqualTo(2);
    assertThat(vendor.applied().values()).hasSize(10).containsOnly(2);
  }

  @Tag("fault-22")
  @ParameterizedTest
  @EnumSource(names = {"FAILED", "ABORTED"})
  void ofAJobThatEndsHalfWayEachRowIsWhatItsResultSaysAndTheRestGoesIntoAnotherJob(State state)
      throws Exception {
    vendor.ending(new End(state, 4)).refusing(key -> key.contains("k2"));

    SendReport report = send(ALL, inserts(10));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 9, Outcome.REJECTED, 1));
    assertThat(bench.log.of(inserts(10).get(2)).code()).isEqualTo("BAD_ROW");
    assertThat(bench.log.of(inserts(10).get(2)).field()).isEqualTo("name");
    assertThat(vendor.applied().values()).hasSize(9).containsOnly(1);
    assertThat(vendor.seen(Step.CREATE)).isEqualTo(2);
  }

  @Tag("fault-22")
  @Test
  void rowsThatNoJobEverComesToAreLeftToTheNextRunAfterAFewJobs() throws Exception {
    End[] ends = new End[20];
    Arrays.fill(ends, new End(State.ABORTED, 0));
    vendor.ending(new End(State.FAILED, 4)).ending(ends);

    SendReport report = send(ALL, inserts(10));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 4, Outcome.DEFERRED, 6));
    assertThat(bench.log.of(inserts(10).get(9)).code()).isEqualTo("JOB_ABORTED");
    assertThat(vendor.seen(Step.CREATE)).isEqualTo(bench.policy.maxAttempts());
    assertThat(vendor.applied()).hasSize(4);
  }

  @Tag("twin-22")
  @Test
  void theTwinThatTakesAJobThatEndedForOneThatAppliedReportsWhatWasNeverApplied() throws Exception {
    vendor.ending(new End(State.FAILED, 4)).refusing(key -> key.contains("k2"));

    send(without(Care.READS_RESULTS), inserts(10));

    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 10));
    assertThat(vendor.applied()).hasSize(3);
  }

  @Tag("fault-23")
  @Test
  void aJobThatNeverEndsIsAskedAfterLessAndLessOftenAndIsUnknownAfterItsDeadline()
      throws Exception {
    vendor.running(Integer.MAX_VALUE);

    SendReport report = send(ALL, upserts(10));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.UNKNOWN, 10));
    assertThat(bench.log.of(upserts(1).get(0)).code()).isEqualTo("JOB_UNFINISHED");
    List<Duration> pauses =
        bench.sleeper.pauses().stream().filter(pause -> pause.toMillis() > 100).toList();
    assertThat(pauses).isSorted().startsWith(Duration.ofSeconds(5)).endsWith(Duration.ofMinutes(1));
    assertThat(bench.sleeper.total()).isBetween(Duration.ofHours(5), Duration.ofHours(6));
    assertThat(vendor.seen(Step.POLL)).isBetween(300, 450);
  }

  @Tag("twin-23")
  @Test
  void theTwinThatWaitsForItsJobItselfAsksAThousandTimesWithoutAPause() throws Exception {
    vendor.running(1_000);

    send(without(Care.LEAVES_WAITING), upserts(10));

    assertThat(vendor.seen(Step.POLL)).isGreaterThan(1_000);
    assertThat(bench.sleeper.total()).isLessThan(Duration.ofSeconds(6));
  }

  @Tag("fault-23")
  @Test
  void aJobThatTheVendorForgotIsUnknownAndStopsThePartition() throws Exception {
    MemoryLog died = diesBetweenSubmissionAndPoll(ALL);
    vendor.forgetting();

    Bench second = new Bench(died.nextAttempt());
    SendReport report = send(second, ALL, inserts(30));

    assertThat(report.ending()).isEqualTo(Ending.CONTRADICTORY);
    assertThat(vendor.seen(Step.POLL)).isEqualTo(1);
    assertThat(second.log.counts()).isEqualTo(Map.of(Outcome.UNKNOWN, 10));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void pollsThatFailNowAndThenDoNotGiveTheJobUp(int inARow) throws Exception {
    Manner[] manners = new Manner[60];
    for (int i = 0; i < manners.length; i++) {
      manners[i] = i % (inARow + 1) == 0 ? Manner.WHOLE : Manner.RESET;
    }
    vendor.running(40).answering(Step.POLL, manners);
    bench.patience(Duration.ofHours(5));

    SendReport report = send(ALL, upserts(10));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(bench.log.counts().keySet()).containsOnly(Outcome.APPLIED);
    assertThat(vendor.seen(Step.CREATE)).isEqualTo(1);
  }
}
