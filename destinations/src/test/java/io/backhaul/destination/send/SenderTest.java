/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static io.backhaul.destination.send.Bench.change;
import static io.backhaul.destination.send.Bench.inserts;
import static io.backhaul.destination.send.Bench.upserts;
import static io.backhaul.destination.send.ScriptedDestination.applied;
import static io.backhaul.destination.send.ScriptedDestination.busy;
import static io.backhaul.destination.send.ScriptedDestination.lost;
import static io.backhaul.destination.send.ScriptedDestination.settled;
import static io.backhaul.destination.send.ScriptedDestination.taking;
import static io.backhaul.destination.send.ScriptedDestination.throttled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.JobHandle;
import io.backhaul.destination.Op;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SenderTest {

  private final Bench bench = new Bench();

  @Test
  void everyRecordIsAppliedAndJournaledWithTheIdTheDestinationGaveIt() throws Exception {
    ScriptedDestination crm = taking(2, (batch, n) -> applied(batch));

    SendReport report = bench.send(crm, upserts(5));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(report.requests()).isEqualTo(3);
    assertThat(report.batches()).isEqualTo(3);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 5));
    assertThat(bench.log.appended()).allMatch(BatchOutcome::last);
    assertThat(bench.log.of(upserts(5).get(4)).destinationId()).isEqualTo("id");
    assertThat(bench.sleeper.pauses()).isEmpty();
  }

  @Test
  void nothingToSendMakesNoRequest() throws Exception {
    ScriptedDestination crm = taking(2, (batch, n) -> applied(batch));

    assertThat(bench.send(crm, List.of()).ending()).isEqualTo(Ending.DRAINED);
    assertThat(crm.requests()).isEmpty();
  }

  @Test
  void ofAPartialAnswerExactlyTheRecordsThatAskedForItAreSentAgain() throws Exception {
    List<Change> changes = upserts(4);
    ScriptedDestination crm =
        taking(
            4,
            (batch, n) ->
                n > 1
                    ? applied(batch)
                    : settled(
                        batch,
                        List.of(
                            new RecordResult.Applied(changes.get(0).key(), "a"),
                            new RecordResult.Rejected(
                                changes.get(1).key(), "INVALID_EMAIL", "email", "not an address"),
                            new RecordResult.Retry(changes.get(2).key(), "LOCKED"),
                            new RecordResult.Retry(changes.get(3).key(), "LOCKED"))));

    SendReport report = bench.send(crm, changes);

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(crm.requests().get(1).changes()).isEqualTo(changes.subList(2, 4));
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 3, Outcome.REJECTED, 1));
    RecordOutcome rejected = bench.log.of(changes.get(1));
    assertThat(rejected.code()).isEqualTo("INVALID_EMAIL");
    assertThat(rejected.field()).isEqualTo("email");
    assertThat(bench.log.appended()).extracting(BatchOutcome::last).containsExactly(false, true);
    assertThat(bench.log.appended()).extracting(BatchOutcome::attempts).containsExactly(1, 2);
  }

  @Test
  void theRestOfABatchTravelsUnderAKeyOfItsOwn() throws Exception {
    ScriptedDestination crm =
        taking(
            2,
            (batch, n) ->
                n > 1
                    ? applied(batch)
                    : settled(
                        batch,
                        batch.changes().stream()
                            .map(c -> (RecordResult) new RecordResult.Retry(c.key(), "LOCKED"))
                            .toList()));

    bench.send(crm, upserts(2));

    // A vendor that remembers keys would repeat its first answer for ever.
    assertThat(crm.requests()).extracting(Batch::id).doesNotHaveDuplicates();
  }

  @Test
  void aBusyDestinationIsAskedAgainWithTheSameBatchAfterAGrowingWait() throws Exception {
    ScriptedDestination crm =
        taking(
            2,
            (batch, n) -> {
              if (n <= 3) {
                throw busy();
              }
              return applied(batch);
            });

    SendReport report = bench.send(crm, upserts(2));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(crm.requests())
        .hasSize(4)
        .extracting(Batch::id)
        .containsOnly(crm.requests().get(0).id());
    List<Duration> pauses = bench.sleeper.pauses();
    assertThat(pauses).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(pauses.get(i))
          .isBetween(Duration.ofMillis(799L << i), Duration.ofMillis(1201L << i));
    }
    assertThat(bench.log.appended().get(0).attempts()).isEqualTo(4);
  }

  @Test
  void withOneAttemptTheSameFaultLeavesTheRecordsForTheNextRun() throws Exception {
    bench.policy = bench.policy.withMaxAttempts(1);
    ScriptedDestination crm =
        taking(
            2,
            (batch, n) -> {
              if (n == 1) {
                throw busy();
              }
              return applied(batch);
            });

    SendReport report = bench.send(crm, upserts(4));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 2, Outcome.DEFERRED, 2));
    assertThat(bench.log.of(upserts(1).get(0)).code()).isEqualTo("BUSY");
  }

  @Test
  void aPauseTheDestinationAskedForIsWaitedOutInFull() throws Exception {
    ScriptedDestination crm =
        taking(
            2,
            (batch, n) -> {
              if (n == 1) {
                throw throttled(Duration.ofSeconds(90));
              }
              return applied(batch);
            });

    bench.send(crm, upserts(2));

    assertThat(bench.sleeper.total()).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(91));
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 2));
  }

  @Test
  void aPauseLongerThanThePatienceDefersWithoutWaiting() throws Exception {
    bench.patience(Duration.ofMinutes(10));
    ScriptedDestination crm =
        taking(
            2,
            (batch, n) -> {
              throw throttled(Duration.ofHours(10));
            });

    SendReport report = bench.send(crm, upserts(6));

    assertThat(report.ending()).isEqualTo(Ending.DEFERRED);
    assertThat(report.code()).isEqualTo("HTTP_429");
    assertThat(crm.requests()).hasSize(1);
    assertThat(bench.sleeper.pauses()).isEmpty();
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.DEFERRED, 2));
  }

  @Test
  void anEmptyBudgetStopsRepetitionsUntilSomethingSucceeds() throws Exception {
    // Every first request fails and every second succeeds: the breaker never opens.
    ScriptedDestination crm =
        taking(
            1,
            (batch, n) -> {
              if (n % 2 == 1) {
                throw busy();
              }
              return applied(batch);
            });

    bench.patience(Duration.ofHours(5)).send(crm, upserts(200));

    int repeated = crm.requests().size() - 200;
    assertThat(repeated).isLessThanOrEqualTo(RetryBudget.START + 200 / 10);
    assertThat(bench.log.outcomes()).hasSize(200);
  }

  @Test
  void aLostAnswerOfAnUpsertIsAskedForAgainUnderTheSameKey() throws Exception {
    ScriptedDestination crm =
        taking(
            2,
            (batch, n) -> {
              if (n == 1) {
                throw lost();
              }
              return applied(batch);
            });

    bench.send(crm, upserts(2));

    assertThat(crm.requests())
        .extracting(Batch::id)
        .hasSize(2)
        .containsOnly(crm.requests().get(0).id());
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 2));
  }

  @Test
  void aLostAnswerOfAnInsertIsUnknownAndNotRepeated() throws Exception {
    ScriptedDestination events =
        taking(
            2,
            (batch, n) -> {
              throw lost();
            });

    SendReport report = bench.send(events, inserts(2));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(events.requests()).hasSize(1);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.UNKNOWN, 2));
    assertThat(bench.log.of(inserts(1).get(0)).code()).isEqualTo("TIMEOUT");
  }

  @Test
  void withRepeatInDoubtTheSameInsertArrivesTwice() throws Exception {
    bench.policy = bench.policy.withRepeatInDoubt(true);
    ScriptedDestination events =
        taking(
            2,
            (batch, n) -> {
              if (n == 1) {
                throw lost();
              }
              return applied(batch);
            });

    bench.send(events, inserts(2));

    assertThat(events.keysSent()).hasSize(4);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 2));
  }

  @Test
  void aDestinationThatHonoursKeysGetsEvenAnInsertAgain() throws Exception {
    ScriptedDestination events =
        new ScriptedDestination(
            ScriptedDestination.limits(2, true),
            (batch, n) -> {
              if (n == 1) {
                throw lost();
              }
              return applied(batch);
            });

    bench.send(events, inserts(2));

    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 2));
    assertThat(bench.log.intents()).isEmpty();
  }

  @Test
  void doubtThatIsNeverResolvedIsUnknownAndNotDeferred() throws Exception {
    ScriptedDestination crm =
        taking(
            2,
            (batch, n) -> {
              if (n == 1) {
                throw lost();
              }
              throw busy();
            });
    bench.policy = bench.policy.withMaxAttempts(3);

    bench.send(crm, upserts(2));

    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.UNKNOWN, 2));
  }

  @Test
  void refusedCredentialsStopThePartitionAndSettleNothing() throws Exception {
    ScriptedDestination crm =
        taking(
            2,
            (batch, n) -> {
              if (n == 2) {
                throw DestinationException.refused("HTTP_401", 401, "credentials not taken");
              }
              return applied(batch);
            });

    SendReport report = bench.send(crm, upserts(10));

    assertThat(report.ending()).isEqualTo(Ending.REFUSED);
    assertThat(report.code()).isEqualTo("HTTP_401");
    assertThat(crm.requests()).hasSize(2);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 2));
  }

  @Test
  void aRefusedInsertClosesItsIntent() throws Exception {
    ScriptedDestination events =
        taking(
            2,
            (batch, n) -> {
              throw DestinationException.refused("HTTP_403", 403, "not allowed");
            });

    bench.send(events, inserts(4));

    assertThat(bench.log.intents()).hasSize(1);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.DEFERRED, 2));
  }

  @Test
  void anAnswerThatCannotBeIsUnknownAndStopsThePartition() throws Exception {
    ScriptedDestination crm =
        taking(
            2,
            (batch, n) -> {
              throw DestinationException.contradictory(200, "the answer is not JSON");
            });

    SendReport report = bench.send(crm, upserts(6));

    assertThat(report.ending()).isEqualTo(Ending.CONTRADICTORY);
    assertThat(crm.requests()).hasSize(1);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.UNKNOWN, 2));
  }

  @Test
  void aConnectorThatMixesUpTheOrderIsMatchedByKey() throws Exception {
    List<Change> changes = upserts(2);
    ScriptedDestination crm =
        taking(
            2,
            (batch, n) ->
                new Delivery.Settled(
                    List.of(
                        new RecordResult.Rejected(changes.get(1).key(), "BAD", null, "no"),
                        new RecordResult.Applied(changes.get(0).key(), "a")),
                    200,
                    RateHint.NONE));

    bench.send(crm, changes);

    assertThat(bench.log.of(changes.get(0)).outcome()).isEqualTo(Outcome.APPLIED);
    assertThat(bench.log.of(changes.get(1)).outcome()).isEqualTo(Outcome.REJECTED);
  }

  @Test
  void aRecordTheAnswerForgetsIsUnknown() throws Exception {
    List<Change> changes = upserts(2);
    ScriptedDestination crm =
        taking(
            2,
            (batch, n) ->
                new Delivery.Settled(
                    List.of(new RecordResult.Applied(changes.get(0).key(), "a")),
                    200,
                    RateHint.NONE));

    bench.send(crm, changes);

    assertThat(bench.log.of(changes.get(1)).outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void onePoisonRecordAmongSixtyFourIsFoundAndOnlyItIsRejected() throws Exception {
    List<Change> changes = upserts(64);
    ScriptedDestination crm = taking(64, refusing(Set.of(changes.get(41).key())));

    SendReport report = bench.send(crm, changes);

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 63, Outcome.REJECTED, 1));
    assertThat(bench.log.of(changes.get(41)).code()).isEqualTo("HTTP_400");
    assertThat(report.requests()).isEqualTo(1 + 2 * 6);
    assertThat(report.circuit()).isEqualTo(CircuitReport.CLOSED);
    assertThat(crm.requests()).extracting(Batch::id).doesNotHaveDuplicates();
    assertThat(bench.log.appended())
        .extracting(BatchOutcome::batchId)
        .containsOnly(crm.requests().get(0).id());
    assertThat(bench.log.appended().stream().filter(BatchOutcome::last)).hasSize(1);
  }

  @Test
  void aThousandPoisonRecordsDoNotOpenTheBreaker() throws Exception {
    List<Change> changes = upserts(1000);
    Set<String> all = new HashSet<>();
    changes.forEach(change -> all.add(change.key()));

    SendReport report = bench.send(taking(1, refusing(all)), changes);

    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.REJECTED, 1000));
    assertThat(report.circuit()).isEqualTo(CircuitReport.CLOSED);
    assertThat(bench.sleeper.pauses()).isEmpty();
  }

  private static ScriptedDestination.Answer refusing(Set<String> poison) {
    return (batch, n) -> {
      if (batch.changes().stream().anyMatch(change -> poison.contains(change.key()))) {
        throw DestinationException.poisoned("HTTP_400", null, 400, "bad request");
      }
      return applied(batch);
    };
  }

  @Test
  void aRecordLargerThanAnyRequestIsRejectedUnsent() throws Exception {
    Capabilities small = new Capabilities(Set.of(Op.values()), 10, 1000, 1000, 4, false, Set.of());
    ScriptedDestination crm = new ScriptedDestination(small, (batch, n) -> applied(batch));
    Change huge = new Change("{\"id\":2}", Op.UPSERT, "x".repeat(1001), null, 2, "");

    bench.send(crm, List.of(change(Op.UPSERT, "a"), huge, change(Op.UPSERT, "b")));

    assertThat(bench.log.of(huge).outcome()).isEqualTo(Outcome.REJECTED);
    assertThat(bench.log.of(huge).code()).isEqualTo("TOO_LARGE");
    assertThat(crm.keysSent()).hasSize(2).doesNotContain(huge.key());
  }

  @Test
  void anOperationTheDestinationDoesNotHaveIsRefusedUnsent() throws Exception {
    Capabilities upsertOnly =
        new Capabilities(Set.of(Op.UPSERT), 10, 1000, 1000, 4, false, Set.of());
    ScriptedDestination crm = new ScriptedDestination(upsertOnly, (batch, n) -> applied(batch));

    SendReport report = bench.send(crm, List.of(change(Op.DELETE, "a")));

    assertThat(report.ending()).isEqualTo(Ending.REFUSED);
    assertThat(report.code()).isEqualTo("UNSUPPORTED_OPERATION");
    assertThat(crm.requests()).isEmpty();
    assertThat(bench.log.outcomes()).isEmpty();
  }

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

  @Test
  void theVendorsWordsAreCleanedBeforeTheyAreJournaled() throws Exception {
    Change ann =
        new Change("{\"id\":1}", Op.UPSERT, "{\"email\":\"ann@example.com\"}", null, 1, "");
    ScriptedDestination crm =
        taking(
            1,
            (batch, n) ->
                settled(
                    batch,
                    List.of(
                        new RecordResult.Rejected(
                            ann.key(), "INVALID", "email", "ann@example.com is not valid"))));

    new Sender(
            crm,
            "acme/contacts",
            "contacts",
            bench.policy,
            bench.gate,
            bench.breaker,
            bench.log,
            SendListener.NONE,
            new FieldRedaction(Set.of("email")),
            bench.clock,
            bench.sleeper)
        .send(List.of(ann).iterator());

    assertThat(bench.log.of(ann).message()).isEqualTo("*** is not valid");
  }

  private static List<String> keys(List<Change> changes) {
    return changes.stream().map(Change::key).toList();
  }
}
