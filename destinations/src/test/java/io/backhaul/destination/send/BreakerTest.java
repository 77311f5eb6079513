/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static io.backhaul.destination.send.Bench.upserts;
import static io.backhaul.destination.send.ScriptedDestination.applied;
import static io.backhaul.destination.send.ScriptedDestination.busy;
import static io.backhaul.destination.send.ScriptedDestination.lost;
import static io.backhaul.destination.send.ScriptedDestination.taking;
import static io.backhaul.destination.send.ScriptedDestination.throttled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BreakerTest {

  private final SettableClock clock = SettableClock.atNoon();
  private final Breaker breaker = new Breaker("crm", CircuitReport.CLOSED, clock);

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      breaker.failed(breaker.tryBegin().orElseThrow(), "HTTP_503");
    }
  }

  @Tag("fault-12")
  @Test
  void fiveFailuresInARowOpenIt() {
    fail(4);
    assertThat(breaker.pauseLeft()).isZero();

    fail(1);

    assertThat(breaker.pauseLeft()).isEqualTo(Duration.ofMinutes(1));
    assertThat(breaker.tryBegin()).isEmpty();
    Instant now = clock.instant();
    assertThat(breaker.report())
        .isEqualTo(new CircuitReport("open", now, now.plusSeconds(60), 1, "HTTP_503"));
  }

  @Tag("fault-12")
  @Test
  void fourFailuresThenASuccessDoNot() {
    for (int round = 0; round < 10; round++) {
      fail(4);
      breaker.succeeded(breaker.tryBegin().orElseThrow());
    }

    assertThat(breaker.report().state()).isEqualTo("closed");
  }

  @Tag("fault-12")
  @Test
  void pausesDoubleFromOneMinuteToThirtyWithOneTrialAfterEach() {
    fail(5);
    List<Long> minutes = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      Duration pause = breaker.pauseLeft();
      minutes.add(pause.toMinutes());
      clock.advance(pause.minusMillis(1));
      assertThat(breaker.tryBegin()).as("still open").isEmpty();
      clock.advance(Duration.ofMillis(1));
      Optional<Circuit.Call> trial = breaker.tryBegin();
      assertThat(trial).isPresent();
      assertThat(breaker.tryBegin()).as("one trial only").isEmpty();
      breaker.failed(trial.get(), "HTTP_503");
    }

    assertThat(minutes).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
    assertThat(breaker.report().consecutiveOpens()).isEqualTo(8);
  }

  @Tag("fault-12")
  @Test
  void aTrialThatSucceedsClosesItAndStartsThePausesAnew() {
    fail(5);
    clock.advance(breaker.pauseLeft());
    fail(1);
    clock.advance(breaker.pauseLeft());

    breaker.succeeded(breaker.tryBegin().orElseThrow());

    assertThat(breaker.report().state()).isEqualTo("closed");
    assertThat(breaker.report().consecutiveOpens()).isZero();
    fail(5);
    assertThat(breaker.pauseLeft()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void theNextRunGoesOnWithThePauseAndWithTheDoubling() {
    fail(5);
    clock.advance(breaker.pauseLeft());
    fail(1);
    clock.advance(Duration.ofSeconds(30));

    Breaker next = new Breaker("crm", breaker.report(), clock);

    assertThat(next.pauseLeft()).isEqualTo(Duration.ofSeconds(90));
    assertThat(next.report()).isEqualTo(breaker.report());
    clock.advance(Duration.ofSeconds(90));
    next.failed(next.tryBegin().orElseThrow(), "HTTP_503");
    assertThat(next.pauseLeft()).isEqualTo(Duration.ofMinutes(4));
    assertThat(next.report().consecutiveOpens()).isEqualTo(3);
  }

  @Test
  void aPauseThatPassedBetweenTwoRunsLeavesOneTrial() {
    fail(5);
    CircuitReport earlier = breaker.report();
    clock.advance(Duration.ofDays(1));

    Breaker next = new Breaker("crm", earlier, clock);

    assertThat(next.pauseLeft()).isZero();
    Circuit.Call trial = next.tryBegin().orElseThrow();
    assertThat(next.tryBegin()).isEmpty();
    next.succeeded(trial);
    assertThat(next.report().state()).isEqualTo("closed");
  }

  @Test
  void aTrialThatIsGivenBackLeavesTheNextOneItsTurn() {
    fail(5);
    clock.advance(breaker.pauseLeft());
    for (int i = 0; i < 100; i++) {
      breaker.released(breaker.tryBegin().orElseThrow());
    }

    breaker.succeeded(breaker.tryBegin().orElseThrow());

    assertThat(breaker.report().state()).isEqualTo("closed");
  }

  @Test
  void anAnswerThatComesLateDecidesNothing() {
    Circuit.Call slow = breaker.tryBegin().orElseThrow();
    fail(5);
    clock.advance(breaker.pauseLeft());
    Circuit.Call trial = breaker.tryBegin().orElseThrow();

    breaker.failed(slow, "TIMEOUT");

    assertThat(breaker.report().state()).isEqualTo("half_open");
    breaker.succeeded(trial);
    assertThat(breaker.report().state()).isEqualTo("closed");
  }

  @Test
  void whoeverFindsATrialUnderWayWaitsForItsEnd() throws Exception {
    fail(5);
    clock.advance(breaker.pauseLeft());
    Circuit.Call trial = breaker.tryBegin().orElseThrow();
    CompletableFuture<Boolean> other =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                breaker.awaitTrial();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return breaker.tryBegin().isPresent();
            });

    breaker.succeeded(trial);

    assertThat(other.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Tag("fault-35")
  @Test
  void aClockSetBackDoesNotLengthenThePause() {
    fail(5);
    clock.advance(Duration.ofSeconds(30));
    assertThat(breaker.pauseLeft()).isEqualTo(Duration.ofSeconds(30));

    clock.advance(Duration.ofHours(-1));

    assertThat(breaker.pauseLeft()).isEqualTo(Duration.ofSeconds(30));
  }

  @Tag("fault-13")
  @Test
  void anOutageOfTenMinutesCostsAFewTrialsAndNoRecord() throws Exception {
    Bench bench = new Bench().patience(Duration.ofHours(1));
    Instant back = bench.clock.instant().plus(Duration.ofMinutes(10));
    ScriptedDestination crm =
        taking(
            10,
            (batch, n) -> {
              if (bench.clock.instant().isBefore(back)) {
                throw busy();
              }
              return applied(batch);
            });
    List<String> states = new ArrayList<>();
    bench.listener =
        new SendListener() {
          @Override
          public void outcomes(Outcome outcome, int records) {}

          @Override
          public void circuit(String state) {
            states.add(state);
          }
        };

    SendReport report = bench.send(crm, upserts(1000));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(bench.log.counts().get(Outcome.APPLIED)).isGreaterThanOrEqualTo(990);
    assertThat(bench.log.counts()).doesNotContainKey(Outcome.REJECTED);
    // Five failures, then trials after 1, 2 and 4 minutes; the one after 8 succeeds.
    assertThat(report.requests()).isLessThanOrEqualTo(100 + 5 + 4);
    assertThat(states).startsWith("open", "half_open").endsWith("half_open", "closed");
    assertThat(report.circuit().state()).isEqualTo("closed");
  }

  @Tag("twin-12")
  @Tag("twin-13")
  @Test
  void withoutABreakerTheSameOutageCostsSixRequestsABatch() throws Exception {
    // Each batch has a breaker of its own here, so none ever sees five failures in a row.
    Bench bench = new Bench().patience(Duration.ofHours(1));
    long requests = 0;
    for (int i = 0; i < 20; i++) {
      bench.breaker = new Breaker("crm", CircuitReport.CLOSED, bench.clock);
      bench.policy = bench.policy.withMaxAttempts(4);
      ScriptedDestination crm =
          taking(
              10,
              (batch, n) -> {
                throw busy();
              });
      requests += bench.send(crm, upserts(200).subList(i * 10, i * 10 + 10)).requests();
    }

    assertThat(requests).isEqualTo(80);
  }

  @Test
  void aRunThatMeetsAnOpenCircuitBeyondItsPatienceSendsNothing() throws Exception {
    Bench bench = new Bench().patience(Duration.ofMinutes(5));
    Instant now = bench.clock.instant();
    bench.breaker =
        new Breaker(
            "crm",
            new CircuitReport("open", now, now.plus(Duration.ofMinutes(16)), 5, "HTTP_503"),
            bench.clock);
    ScriptedDestination crm = taking(10, (batch, n) -> applied(batch));

    SendReport report = bench.send(crm, upserts(100));

    assertThat(report.ending()).isEqualTo(Ending.DEFERRED);
    assertThat(report.code()).isEqualTo("CIRCUIT_OPEN");
    assertThat(report.message()).contains("HTTP_503");
    assertThat(crm.requests()).isEmpty();
    assertThat(bench.sleeper.pauses()).isEmpty();
    assertThat(report.circuit().consecutiveOpens()).isEqualTo(5);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.DEFERRED, 10));
  }

  @Tag("fault-12")
  @Test
  void throttlingTimeoutsAndFailuresAllCountTowardsIt() throws Exception {
    Bench bench = new Bench().patience(Duration.ofSeconds(59));
    ScriptedDestination crm =
        taking(
            1,
            (batch, n) -> {
              throw switch (n % 3) {
                case 0 -> throttled(Duration.ZERO);
                case 1 -> busy();
                default -> lost();
              };
            });

    SendReport report = bench.send(crm, upserts(50));

    assertThat(report.ending()).isEqualTo(Ending.DEFERRED);
    assertThat(report.circuit().state()).isEqualTo("open");
    assertThat(crm.requests()).hasSize(5);
  }

  @Tag("fault-33")
  @Test
  void anErrorInsideTheTrialDoesNotLeaveItHalfOpen() {
    Bench bench = new Bench().patience(Duration.ofHours(1));
    ScriptedDestination crm =
        taking(
            1,
            (batch, n) -> {
              if (n <= 5) {
                throw busy();
              }
              throw new OutOfMemoryError("as if");
            });
    bench.gate = new RateGate("crm", 1_000_000, 1, bench.clock, bench.sleeper);

    assertThatThrownBy(() -> bench.send(crm, upserts(50))).isInstanceOf(OutOfMemoryError.class);

    // Nothing is settled, the trial is free again, and so is the gate's only place.
    assertThat(bench.log.outcomes()).isEmpty();
    assertThat(bench.breaker.tryBegin()).isPresent();
    CompletableFuture<Void> place =
        CompletableFuture.runAsync(
            () -> {
              try {
                bench.gate.enter().close();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    assertThat(place).succeedsWithin(Duration.ofSeconds(10));
  }

  @Tag("twin-33")
  @Test
  void aTrialThatIsNeverGivenBackKeepsEveryoneOutAlthoughThePauseIsOver() {
    fail(5);
    clock.advance(breaker.pauseLeft());
    assertThat(breaker.tryBegin()).isPresent();

    clock.advance(Duration.ofMinutes(14));

    assertThat(breaker.pauseLeft()).isZero();
    assertThat(breaker.tryBegin()).isEmpty();
  }

  @Tag("fault-5")
  @Test
  void aThousandRequestsWithoutAnswerAreFailuresAndLeaveNoPermitBehind() throws Exception {
    Bench bench = new Bench().patience(Duration.ofDays(365));
    bench.policy = bench.policy.withMaxAttempts(1);
    bench.gate = new RateGate("crm", 1_000_000, 2, bench.clock, bench.sleeper);
    ScriptedDestination silent =
        taking(
            1,
            (batch, n) -> {
              throw lost();
            });

    SendReport report = bench.send(silent, upserts(1000));

    assertThat(report.requests()).isEqualTo(1000);
    assertThat(report.circuit().state()).isEqualTo("open");
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.UNKNOWN, 1000));
    CompletableFuture<Void> bothPlaces =
        CompletableFuture.runAsync(
            () -> {
              try (RateGate.Pass one = bench.gate.enter();
                  RateGate.Pass other = bench.gate.enter()) {
                assertThat(one).isNotSameAs(other);
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    assertThat(bothPlaces).succeedsWithin(Duration.ofSeconds(10));
    bench.clock.advance(bench.breaker.pauseLeft());
    assertThat(bench.breaker.tryBegin()).isPresent();
  }
}
