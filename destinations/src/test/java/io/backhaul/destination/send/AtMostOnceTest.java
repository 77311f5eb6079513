/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static io.backhaul.destination.send.Bench.upserts;
import static io.backhaul.destination.send.ScriptedDestination.applied;
import static io.backhaul.destination.send.ScriptedDestination.busy;
import static io.backhaul.destination.send.ScriptedDestination.limits;
import static io.backhaul.destination.send.ScriptedDestination.lost;
import static io.backhaul.destination.send.ScriptedDestination.settled;
import static io.backhaul.destination.send.ScriptedDestination.taking;
import static io.backhaul.destination.send.ScriptedDestination.throttled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.RecordResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code delivery: at_most_once} forbids, and what it still allows. */
class AtMostOnceTest {

  private final Bench bench = new Bench();

  @BeforeEach
  void atMostOnce() {
    bench.policy = bench.policy.withAtMostOnce(true);
  }

  @Test
  void aLostAnswerOfAnUpsertIsUnknownEvenWhereTheDestinationHonoursKeys() throws Exception {
    ScriptedDestination crm =
        new ScriptedDestination(
            limits(2, true),
            (batch, n) -> {
              throw lost();
            });

    bench.send(crm, upserts(2));

    assertThat(crm.requests()).hasSize(1);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.UNKNOWN, 2));
  }

  @Test
  void theIntentIsInTheJournalBeforeTheRequestGoesOut() throws Exception {
    ScriptedDestination crm =
        taking(
            2,
            (batch, n) -> {
              assertThat(bench.log.intents()).extracting(Batch::id).contains(batch.id());
              return applied(batch);
            });

    bench.send(crm, upserts(4));

    assertThat(bench.log.intents()).hasSize(2);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 4));
  }

  @Test
  void whatWasCertainlyNotAppliedIsStillSentAgain() throws Exception {
    ScriptedDestination crm =
        taking(
            2,
            (batch, n) ->
                switch (n) {
                  case 1 -> throw throttled(Duration.ofSeconds(3));
                  case 2 -> throw busy();
                  case 3 ->
                      settled(
                          batch,
                          List.of(
                              new RecordResult.Applied(batch.changes().get(0).key(), "a"),
                              new RecordResult.Retry(batch.changes().get(1).key(), "LOCKED")));
                  default -> applied(batch);
                });

    bench.send(crm, upserts(2));

    assertThat(crm.requests()).extracting(Batch::size).containsExactly(2, 2, 2, 1);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 2));
  }

  @Test
  void ofABatchThatDiedHalfSettledTheRestIsInDoubtAlthoughOneHalfWasPutOff() throws Exception {
    bench.policy = bench.policy.withMaxAttempts(1);
    List<Change> changes = upserts(4);
    ScriptedDestination dying =
        taking(
            4,
            (batch, n) -> {
              if (n == 1) {
                throw DestinationException.poisoned("HTTP_400", null, 400, "bad request");
              } else if (n == 2) {
                throw busy();
              }
              throw new IllegalStateException("the task dies here");
            });
    assertThatThrownBy(() -> bench.send(dying, changes)).isInstanceOf(IllegalStateException.class);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.DEFERRED, 2));

    Bench second = new Bench(bench.log.nextAttempt());
    second.policy = bench.policy;
    ScriptedDestination healthy = taking(4, (batch, n) -> applied(batch));
    second.send(healthy, changes);

    assertThat(healthy.requests()).isEmpty();
    assertThat(second.log.counts()).isEqualTo(Map.of(Outcome.UNKNOWN, 4));
  }

  @Test
  void whatAnEarlierAttemptPutOffAsAWholeIsSentByTheNext() throws Exception {
    bench.policy = bench.policy.withMaxAttempts(1);
    ScriptedDestination dying =
        taking(
            2,
            (batch, n) -> {
              if (n == 1) {
                throw busy();
              }
              throw new IllegalStateException("the task dies here");
            });
    List<Change> changes = upserts(4);
    assertThatThrownBy(() -> bench.send(dying, changes)).isInstanceOf(IllegalStateException.class);

    Bench second = new Bench(bench.log.nextAttempt());
    second.policy = bench.policy;
    ScriptedDestination healthy = taking(2, (batch, n) -> applied(batch));
    second.send(healthy, changes);

    assertThat(healthy.keysSent()).containsExactly(changes.get(0).key(), changes.get(1).key());
    assertThat(second.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 2, Outcome.UNKNOWN, 2));
  }

  @Test
  void toRepeatInDoubtAndToDeliverAtMostOnceExcludeEachOther() {
    assertThatThrownBy(() -> bench.policy.withRepeatInDoubt(true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not both");
  }
}
