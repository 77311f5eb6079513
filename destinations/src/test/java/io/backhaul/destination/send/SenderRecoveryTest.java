/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static io.backhaul.destination.send.Bench.inserts;
import static io.backhaul.destination.send.Bench.upserts;
import static io.backhaul.destination.send.ScriptedDestination.applied;
import static io.backhaul.destination.send.ScriptedDestination.settled;
import static io.backhaul.destination.send.ScriptedDestination.taking;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.JobHandle;
import io.backhaul.destination.RecordResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the next attempt of a task makes of the journal, and vendor jobs that outlive one. */
class SenderRecoveryTest {

  private final Bench bench = new Bench();

  @Tag("fault-25")
  @Test
  void aRetriedTaskSendsOnlyWhatIsNotSettled() throws Exception {
    List<Change> changes = upserts(10);
    ScriptedDestination dying =
        taking(
            2,
            (batch, n) -> {
              if (n == 4) {
                throw new IllegalStateException("the task dies here");
              }
              return applied(batch);
            });
    assertThatThrownBy(() -> bench.send(dying, changes))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the task dies here");
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 6));

    Bench second = new Bench(bench.log.nextAttempt());
    ScriptedDestination healthy = taking(2, (batch, n) -> applied(batch));
    second.send(healthy, changes);

    assertThat(healthy.keysSent()).isEqualTo(keys(changes.subList(6, 10)));
    assertThat(healthy.requests().get(0).id()).isEqualTo(dying.requests().get(3).id());
  }

  @Tag("twin-25")
  @Test
  void withoutTheJournalTheRetriedTaskSendsEverythingTwice() throws Exception {
    ScriptedDestination crm = taking(2, (batch, n) -> applied(batch));
    new Bench().send(crm, upserts(10));
    new Bench().send(crm, upserts(10));

    assertThat(crm.keysSent()).hasSize(20);
    assertThat(Set.copyOf(crm.keysSent())).hasSize(10);
  }

  @Test
  void aRetriedTaskSendsTheRestOfAHalfSettledBatchUnderTheKeyItHadBefore() throws Exception {
    List<Change> changes = upserts(2);
    ScriptedDestination dying =
        taking(
            2,
            (batch, n) -> {
              if (n == 2) {
                throw new IllegalStateException("the task dies here");
              }
              return settled(
                  batch,
                  List.of(
                      new RecordResult.Applied(changes.get(0).key(), "a"),
                      new RecordResult.Retry(changes.get(1).key(), "LOCKED")));
            });
    assertThatThrownBy(() -> bench.send(dying, changes)).isInstanceOf(IllegalStateException.class);

    Bench second = new Bench(bench.log.nextAttempt());
    ScriptedDestination healthy = taking(2, (batch, n) -> applied(batch));
    second.send(healthy, changes);

    assertThat(healthy.requests()).hasSize(1);
    assertThat(healthy.requests().get(0)).isEqualTo(dying.requests().get(1));
    assertThat(second.log.appended().get(0).last()).isTrue();
  }

  @Test
  void anInsertThatAnEarlierAttemptMayHaveSentIsUnknown() throws Exception {
    List<Change> changes = inserts(4);
    ScriptedDestination dying =
        taking(
            2,
            (batch, n) -> {
              throw new IllegalStateException("the task dies here");
            });
    assertThatThrownBy(() -> bench.send(dying, changes)).isInstanceOf(IllegalStateException.class);

    Bench second = new Bench(bench.log.nextAttempt());
    ScriptedDestination healthy = taking(2, (batch, n) -> applied(batch));
    second.send(healthy, changes);

    assertThat(healthy.keysSent()).isEqualTo(keys(changes.subList(2, 4)));
    assertThat(second.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 2, Outcome.UNKNOWN, 2));
  }

  @Tag("fault-31")
  @Test
  void aBatchWhoseOutcomeCannotBeWrittenStopsThePartition() {
    bench.log.onAppend(
        outcome -> {
          throw new UncheckedIOException(new IOException("No space left on device"));
        });
    ScriptedDestination crm = taking(2, (batch, n) -> applied(batch));

    assertThatThrownBy(() -> bench.send(crm, upserts(100)))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(crm.requests()).hasSize(1);
  }

  @Tag("twin-31")
  @Test
  void theTwinThatGoesOnWithoutItsJournalSendsEverythingOnceMore() throws Exception {
    MemoryLog onAFullDisk = new MemoryLog();
    ScriptedDestination crm = taking(2, (batch, n) -> applied(batch));
    new Sender(
            crm,
            "acme/contacts",
            "contacts",
            bench.policy,
            bench.gate,
            bench.breaker,
            forgetting(onAFullDisk),
            SendListener.NONE,
            bench.clock,
            bench.sleeper)
        .send(upserts(100).iterator());

    new Bench(onAFullDisk.nextAttempt()).send(crm, upserts(100));

    assertThat(crm.keysSent()).hasSize(200);
    assertThat(Set.copyOf(crm.keysSent())).hasSize(100);
  }

  /** Says that it wrote what it could not write. */
  private static OutcomeLog forgetting(OutcomeLog log) {
    return new OutcomeLog() {
      @Override
      public void intent(Batch batch) {}

      @Override
      public void job(JobHandle job) {}

      @Override
      public void append(BatchOutcome outcome) {}

      @Override
      public Earlier earlier() {
        return log.earlier();
      }
    };
  }

  @Test
  void aVendorJobIsJournaledThenPolledUntilItEnds() throws Exception {
    ScriptedDestination bulk =
        taking(
                2,
                (batch, n) ->
                    new Delivery.Pending(
                        new JobHandle(batch.id(), "job-" + n), Duration.ofSeconds(5)))
            .polled(
                (job, batch, n) ->
                    n < 3 ? new Delivery.Pending(job, Duration.ofSeconds(5)) : applied(batch));

    bench.send(bulk, upserts(2));

    assertThat(bulk.requests()).hasSize(1);
    assertThat(bulk.polls()).isEqualTo(3);
    assertThat(bench.sleeper.total()).isEqualTo(Duration.ofSeconds(15));
    assertThat(bench.log.jobs()).extracting(JobHandle::value).containsExactly("job-1");
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 2));
  }

  @Tag("fault-21")
  @Test
  void aRetriedTaskResumesTheJobAndDoesNotSubmitItAgain() throws Exception {
    ScriptedDestination dying =
        taking(
                2,
                (batch, n) ->
                    new Delivery.Pending(new JobHandle(batch.id(), "job-1"), Duration.ofSeconds(5)))
            .polled(
                (job, batch, n) -> {
                  throw new IllegalStateException("the task dies here");
                });
    assertThatThrownBy(() -> bench.send(dying, upserts(2)))
        .isInstanceOf(IllegalStateException.class);

    Bench second = new Bench(bench.log.nextAttempt());
    List<String> resumed = new ArrayList<>();
    ScriptedDestination healthy =
        taking(2, (batch, n) -> applied(batch))
            .polled(
                (job, batch, n) -> {
                  resumed.add(job.value());
                  return applied(batch);
                });
    second.send(healthy, upserts(2));

    assertThat(healthy.requests()).isEmpty();
    assertThat(resumed).containsExactly("job-1");
    assertThat(second.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 2));
  }

  @Tag("fault-23")
  @Test
  void aJobThatNeverEndsIsUnknownAfterItsDeadlineAndWasNotPolledInABusyLoop() throws Exception {
    ScriptedDestination bulk =
        taking(
                2,
                (batch, n) ->
                    new Delivery.Pending(new JobHandle(batch.id(), "job-1"), Duration.ZERO))
            .polled((job, batch, n) -> new Delivery.Pending(job, Duration.ZERO));

    bench.send(bulk, upserts(2));

    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.UNKNOWN, 2));
    assertThat(bench.sleeper.total()).isLessThanOrEqualTo(Duration.ofHours(6));
    assertThat(bulk.polls()).isBetween(300, 450);
  }

  private static List<String> keys(List<Change> changes) {
    return changes.stream().map(Change::key).toList();
  }
}
