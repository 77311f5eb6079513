/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static io.backhaul.destination.send.Bench.inserts;
import static io.backhaul.destination.send.Bench.upserts;
import static io.backhaul.destination.send.ScriptedDestination.applied;
import static io.backhaul.destination.send.ScriptedDestination.busy;
import static io.backhaul.destination.send.ScriptedDestination.lost;
import static io.backhaul.destination.send.ScriptedDestination.settled;
import static io.backhaul.destination.send.ScriptedDestination.taking;
import static io.backhaul.destination.send.ScriptedDestination.throttled;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.RecordResult;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is sent again, when, and how often. */
class SenderRepeatTest {

  private final Bench bench = new Bench();

  @Tag("fault-9")
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

  @Tag("fault-10")
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

  @Tag("fault-10")
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

  /** Throttles for a minute and a half, whoever asks. */
  private ScriptedDestination throttlingFor90Seconds(boolean saysSo) {
    Instant over = bench.clock.instant().plusSeconds(90);
    return taking(
        2,
        (batch, n) -> {
          Instant now = bench.clock.instant();
          if (now.isBefore(over)) {
            throw throttled(saysSo ? Duration.between(now, over) : Duration.ZERO);
          }
          return applied(batch);
        });
  }

  @Tag("fault-10")
  @Test
  void aDestinationThatSaysHowLongToWaitIsNotAskedBefore() throws Exception {
    ScriptedDestination crm = throttlingFor90Seconds(true);

    bench.send(crm, upserts(2));

    assertThat(crm.requests()).hasSize(2);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 2));
  }

  @Tag("twin-10")
  @Test
  void theTwinThatDoesNotReadTheHintAsksTooEarlyUntilTheCircuitOpens() throws Exception {
    ScriptedDestination crm = throttlingFor90Seconds(false);

    SendReport report = bench.patience(Duration.ofMinutes(1)).send(crm, upserts(2));

    assertThat(crm.requests()).hasSize(Breaker.FAILURES);
    assertThat(report.ending()).isEqualTo(Ending.DEFERRED);
    assertThat(report.circuit().state()).isEqualTo("open");
  }

  /** Takes no connection for a day. */
  private ScriptedDestination downForADay() {
    Instant back = bench.clock.instant().plus(Duration.ofDays(1));
    return taking(
        10,
        (batch, n) -> {
          if (bench.clock.instant().isBefore(back)) {
            throw DestinationException.unavailable(
                "CONNECTION_REFUSED", 0, Duration.ZERO, "takes no connection");
          }
          return applied(batch);
        });
  }

  @Tag("fault-1")
  @Test
  void aDestinationThatIsDownIsAskedAFewTimesAndEveryRecordIsLeftToTheNextRun() throws Exception {
    ScriptedDestination crm = downForADay();

    SendReport report = bench.send(crm, upserts(1000));

    assertThat(report.ending()).isEqualTo(Ending.DEFERRED);
    assertThat(report.code()).isEqualTo("CONNECTION_REFUSED");
    assertThat(bench.log.counts().keySet()).containsOnly(Outcome.DEFERRED);
    assertThat(crm.requests()).hasSizeLessThanOrEqualTo(Breaker.FAILURES + 3);
    assertThat(bench.sleeper.total()).isLessThanOrEqualTo(bench.policy.patience());
  }

  @Tag("twin-1")
  @Test
  void theTwinWithoutAnEndToItsPatienceHoldsItsRunUpForADay() throws Exception {
    ScriptedDestination crm = downForADay();

    bench.patience(Duration.ofDays(365)).send(crm, upserts(1000));

    assertThat(bench.sleeper.total()).isGreaterThanOrEqualTo(Duration.ofDays(1));
    assertThat(crm.requests()).hasSizeGreaterThan(Breaker.FAILURES + 40);
  }

  @Tag("fault-13")
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

  @Tag("fault-3")
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

  @Tag("fault-3")
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

  @Tag("twin-3")
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
}
