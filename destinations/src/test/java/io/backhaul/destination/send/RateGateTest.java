/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static io.backhaul.destination.send.Bench.upserts;
import static io.backhaul.destination.send.ScriptedDestination.applied;
import static io.backhaul.destination.send.ScriptedDestination.taking;
import static io.backhaul.destination.send.ScriptedDestination.throttled;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Change;
import io.backhaul.destination.testkit.RecordingSleeper;
import io.backhaul.destination.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RateGateTest {

  private final SettableClock clock = SettableClock.atNoon();
  private final RecordingSleeper sleeper = new RecordingSleeper(clock);

  @Tag("fault-11")
  @Test
  void noWindowOfASecondHoldsMoreThanTheRateAndATenth() throws Exception {
    for (double rate : new double[] {10, 50, 333, 2000}) {
      RateGate gate = new RateGate("crm", rate, 4, clock, sleeper);
      List<Instant> sent = new ArrayList<>();
      for (int i = 0; i < rate * 5; i++) {
        try (RateGate.Pass pass = gate.enter()) {
          assertThat(pass).isNotNull();
          sent.add(clock.instant());
        }
      }
      int most = 0;
      for (int from = 0, to = 0; to < sent.size(); to++) {
        while (!sent.get(to).isBefore(sent.get(from).plusSeconds(1))) {
          from++;
        }
        most = Math.max(most, to - from + 1);
      }
      assertThat((double) most).as("at " + rate).isBetween(rate * 0.9, rate * 1.1);
    }
  }

  @Test
  void aSlowRateSpacesRequestsOut() throws Exception {
    RateGate gate = new RateGate("crm", 0.5, 4, clock, sleeper);
    Instant start = clock.instant();
    for (int i = 0; i < 4; i++) {
      gate.enter().close();
    }

    assertThat(Duration.between(start, clock.instant()))
        .isBetween(Duration.ofSeconds(6), Duration.ofSeconds(8));
  }

  @Test
  void aPassThatIsHeldKeepsOthersOut() throws Exception {
    RateGate gate = new RateGate("crm", 1_000_000, 1, clock, sleeper);
    RateGate.Pass held = gate.enter();
    CompletableFuture<Void> second =
        CompletableFuture.runAsync(
            () -> {
              try {
                gate.enter().close();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    Assertions.assertThatThrownBy(() -> second.get(50, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);

    held.close();
    held.close();

    assertThat(second).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void aPauseIsOverThatWasAskedForBeforeSomebodyFoundTheDestinationToWork() {
    RateGate gate = new RateGate("crm", 10, 4, clock, sleeper);
    gate.pause(Duration.ofMinutes(10));

    gate.lift(clock.instant());
    assertThat(gate.pauseLeft()).isEqualTo(Duration.ofMinutes(10));

    gate.lift(clock.instant().plusMillis(1));
    assertThat(gate.pauseLeft()).isZero();
  }

  @Test
  void theLongestPauseHolds() {
    RateGate gate = new RateGate("crm", 10, 1, clock, sleeper);
    gate.pause(Duration.ofSeconds(30));
    gate.pause(Duration.ofSeconds(5));
    clock.advance(Duration.ofSeconds(10));
    assertThat(gate.pauseLeft()).isEqualTo(Duration.ofSeconds(20));

    clock.advance(Duration.ofSeconds(20));
    assertThat(gate.pauseLeft()).isZero();
  }

  @Test
  void sendersOfOneDestinationShareAGateUntilItsLimitsChange() {
    RateGate gate = RateGate.shared("acme/shared-gate", 10, 2);

    assertThat(RateGate.shared("acme/shared-gate", 10, 2)).isSameAs(gate);
    assertThat(RateGate.shared("acme/other-gate", 10, 2)).isNotSameAs(gate);
    assertThat(RateGate.shared("acme/shared-gate", 20, 2)).isNotSameAs(gate);
  }

  @Tag("fault-11")
  @Test
  void throttlingOneSenderHoldsBackTheOther() throws Exception {
    Bench first = new Bench();
    ScriptedDestination throttling =
        taking(
            1,
            (batch, n) -> {
              throw throttled(Duration.ofHours(1));
            });
    first.send(throttling, upserts(1));

    Bench second = new Bench().patience(Duration.ofMinutes(1));
    second.gate = first.gate;
    ScriptedDestination other = taking(1, (batch, n) -> applied(batch));
    SendReport report = second.send(other, upserts(5));

    assertThat(report.ending()).isEqualTo(Ending.DEFERRED);
    assertThat(report.code()).isEqualTo("THROTTLED");
    assertThat(other.requests()).isEmpty();
  }

  @Tag("fault-11")
  @Test
  void aThrottleWithoutAHintHoldsBackTheOtherSenderAsWell() throws Exception {
    Bench first = new Bench().patience(Duration.ZERO);
    ScriptedDestination throttling =
        taking(
            1,
            (batch, n) -> {
              throw throttled(Duration.ZERO);
            });
    first.send(throttling, upserts(1));
    assertThat(first.gate.pauseLeft()).isPositive();

    Bench second = new Bench().patience(Duration.ZERO);
    second.gate = first.gate;
    ScriptedDestination other = taking(1, (batch, n) -> applied(batch));

    assertThat(second.send(other, upserts(5)).ending()).isEqualTo(Ending.DEFERRED);
    assertThat(other.requests()).isEmpty();
  }

  @Tag("fault-11")
  @Test
  @Timeout(60)
  void fourSendersThatAreThrottledAtOnceStayTogetherBelowTheRate() throws Exception {
    double rate = 100;
    RateGate gate = new RateGate("crm", rate, 4, clock, sleeper);
    List<Instant> arrived = Collections.synchronizedList(new ArrayList<>());
    ScriptedDestination crm =
        taking(
            1,
            (batch, n) -> {
              arrived.add(clock.instant());
              if (n <= 4 * 3) {
                throw throttled(Duration.ZERO);
              }
              return applied(batch);
            });
    List<FutureTask<SendReport>> senders = new ArrayList<>();
    for (int partition = 0; partition < 4; partition++) {
      FutureTask<SendReport> sending = new FutureTask<>(() -> sender(crm, gate).send(some()));
      senders.add(sending);
      new Thread(sending).start();
    }
    for (FutureTask<SendReport> sending : senders) {
      assertThat(sending.get(30, TimeUnit.SECONDS).ending()).isEqualTo(Ending.DRAINED);
    }

    assertThat(arrived).hasSizeBetween(4 * 100, 4 * 100 + 12);
    List<Instant> inOrder = arrived.stream().sorted().toList();
    for (int i = 0; i < inOrder.size(); i++) {
      Instant end = inOrder.get(i).plusSeconds(1);
      long window =
          inOrder.subList(i, inOrder.size()).stream().filter(at -> at.isBefore(end)).count();
      assertThat((double) window).isLessThanOrEqualTo(rate * 1.1);
    }
  }

  private Sender sender(ScriptedDestination crm, RateGate gate) {
    return new Sender(
        crm,
        "acme/contacts",
        "contacts",
        SendPolicy.standard().withPatience(Duration.ofDays(1)),
        gate,
        new Breaker("crm", CircuitReport.CLOSED, clock),
        new MemoryLog(),
        SendListener.NONE,
        clock,
        sleeper);
  }

  private static Iterator<Change> some() {
    return upserts(100).iterator();
  }

  @Tag("twin-11")
  @Test
  void withAGateOfItsOwnTheOtherSenderHammersOn() throws Exception {
    Bench first = new Bench();
    ScriptedDestination throttling =
        taking(
            1,
            (batch, n) -> {
              throw throttled(Duration.ofHours(1));
            });
    first.send(throttling, upserts(1));
    Bench second = new Bench().patience(Duration.ofMinutes(1));
    second.send(throttling, upserts(1));

    assertThat(throttling.requests()).hasSize(2);
  }
}
