/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static io.backhaul.destination.send.Bench.upserts;
import static io.backhaul.destination.send.ScriptedDestination.applied;
import static io.backhaul.destination.send.ScriptedDestination.busy;
import static io.backhaul.destination.send.ScriptedDestination.taking;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.CallMeter;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.JobHandle;
import io.backhaul.destination.config.DailyCalls;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class CallLimitTest {

  private final Bench bench = new Bench();
  private final CallMeter meter = new CallMeter();

  private SendReport send(ScriptedDestination crm, long calls, int records)
      throws InterruptedException {
    return new Sender(
            crm,
            "acme/contacts",
            "contacts",
            bench.policy,
            bench.gate,
            bench.breaker,
            new CallLimit(calls, meter),
            bench.log,
            bench.listener,
            bench.clock,
            bench.sleeper)
        .send(upserts(records).iterator());
  }

  @Test
  void nothingIsSentBeyondItAndTheRestIsDeferred() throws InterruptedException {
    bench.inFlight(4);
    ScriptedDestination crm = taking(10, (batch, n) -> applied(batch));

    SendReport report = send(crm, 3, 100);

    assertThat(crm.requests()).hasSize(3);
    assertThat(report.ending()).isEqualTo(Ending.DEFERRED);
    assertThat(report.code()).isEqualTo("CALLS_PER_DAY");
    assertThat(bench.log.counts().get(Outcome.APPLIED)).isEqualTo(30);
    assertThat(bench.log.counts()).doesNotContainKeys(Outcome.UNKNOWN, Outcome.REJECTED);
  }

  @Test
  void theLastCallIsMadeAlthoughSomebodyElseFindsNoneLeftMeanwhile() throws InterruptedException {
    bench.inFlight(2);
    CyclicBarrier bothWait = new CyclicBarrier(2);
    bench.gate =
        new RateGate(
            "crm",
            1_000_000,
            64,
            bench.clock,
            pause -> {
              try {
                bothWait.await(10, TimeUnit.SECONDS);
              } catch (BrokenBarrierException | TimeoutException e) {
                throw new IllegalStateException("one batch alone waits for its turn", e);
              }
            });
    ScriptedDestination crm = taking(10, (batch, n) -> applied(batch));

    SendReport report = send(crm, 1, 20);

    assertThat(crm.requests()).hasSize(1);
    assertThat(report.code()).isEqualTo("CALLS_PER_DAY");
    assertThat(bench.log.counts()).containsEntry(Outcome.APPLIED, 10);
  }

  @Test
  void aRequestOfSeveralCallsCountsAsMany() throws InterruptedException {
    ScriptedDestination crm =
        taking(
            10,
            (batch, n) -> {
              meter.made();
              meter.made();
              meter.made();
              return applied(batch);
            });

    send(crm, 8, 100);

    assertThat(crm.requests()).hasSize(3); // the third begins when six are made
  }

  @Test
  void whatIsMadeAgainCountsAgain() throws InterruptedException {
    ScriptedDestination crm =
        taking(
            10,
            (batch, n) -> {
              if (n <= 2) {
                throw busy();
              }
              return applied(batch);
            });

    SendReport report = send(crm, 2, 10);

    assertThat(crm.requests()).hasSize(2);
    assertThat(report.code()).isEqualTo("CALLS_PER_DAY");
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.DEFERRED, 10));
  }

  @Test
  void aJobUnderWayIsAskedAfterAllTheSame() throws InterruptedException {
    ScriptedDestination crm =
        taking(
                10,
                (batch, n) ->
                    new Delivery.Pending(new JobHandle(batch.id(), "job"), Duration.ofSeconds(1)))
            .polled(
                (job, batch, n) ->
                    n < 5 ? new Delivery.Pending(job, Duration.ofSeconds(1)) : applied(batch));

    SendReport report = send(crm, 1, 10);

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 10));
  }

  private static DailyCalls daily(String rate) throws Exception {
    ObjectNode properties = (ObjectNode) new ObjectMapper().readTree("{\"rate\":" + rate + "}");
    return DailyCalls.read(properties).orElseThrow();
  }

  @Test
  void aDayBeginsAtMidnightOfItsZone() throws Exception {
    Instant instant = Instant.parse("2026-03-02T03:00:00Z");

    assertThat(daily("{\"calls_per_day\":5}").dayAt(instant)).isEqualTo(LocalDate.of(2026, 3, 2));
    assertThat(daily("{\"calls_per_day\":5,\"day_zone\":\"America/Chicago\"}").dayAt(instant))
        .isEqualTo(LocalDate.of(2026, 3, 1));
    assertThatThrownBy(() -> daily("{\"calls_per_day\":5,\"day_zone\":\"Chicago\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Chicago is no time zone");
  }
}
