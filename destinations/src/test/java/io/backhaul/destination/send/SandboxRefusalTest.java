/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static io.backhaul.destination.send.SandboxBed.KEYS_ON;
import static io.backhaul.destination.send.SandboxBed.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.sandbox.Fault;
import io.backhaul.destination.sandbox.Rejection;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.testkit.Oracle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A sandbox that throttles, is down or refuses: what waits, what stops, what is rejected. */
class SandboxRefusalTest {

  private final SandboxBed bed = new SandboxBed();

  @AfterEach
  void close() {
    bed.close();
  }

  @Tag("fault-12")
  @Test
  void fiveThrottledCallsInARowOpenTheBreakerForAMinuteAndOneProbeClosesIt() throws Exception {
    List<String> states = Collections.synchronizedList(new ArrayList<>());
    bed.bench.listener =
        new SendListener() {
          @Override
          public void outcomes(Outcome outcome, int records) {}

          @Override
          public void circuit(String state) {
            states.add(state);
          }
        };
    bed.script(Fault.times(Fault.Kind.THROTTLE_SILENTLY, 5));
    List<Change> plan = plan(Op.UPSERT, 30);

    assertThat(bed.send(bed.http(KEYS_ON), plan).ending()).isEqualTo(Ending.DRAINED);

    assertThat(states).containsExactly("open", "half_open", "closed");
    List<Duration> pauses = bed.bench.sleeper.pauses();
    Duration afterTheFifth =
        pauses.subList(4, pauses.size()).stream().reduce(Duration.ZERO, Duration::plus);
    assertThat(afterTheFifth).isEqualTo(Duration.ofMinutes(1));
    assertThat(bed.judge(plan, 30).exactlyOnce()).isTrue();
    assertThat(bed.sandbox.ledger().arrivals()).isEqualTo(8);
  }

  @Tag("fault-12")
  @Test
  void fourThrottledCallsAndASuccessDoNotOpenIt() throws Exception {
    bed.script(
        Fault.times(Fault.Kind.THROTTLE_SILENTLY, 4),
        Fault.times(Fault.Kind.THROTTLE_SILENTLY, 4).startingAfter(5));
    List<Change> plan = plan(Op.UPSERT, 30);

    SendReport report = bed.send(bed.http(KEYS_ON), plan);

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(report.circuit().consecutiveOpens()).isZero();
    assertThat(bed.bench.sleeper.pauses()).allMatch(pause -> pause.toMinutes() < 1);
    assertThat(bed.judge(plan, 30).exactlyOnce()).isTrue();
  }

  @Tag("fault-10")
  @Test
  void aThrottleWithAHintIsWaitedOutAndNotAskedBefore() throws Exception {
    bed.script(Fault.lasting(Fault.Kind.THROTTLE, Duration.ofSeconds(30)));
    List<Change> plan = plan(Op.UPSERT, 30);

    assertThat(bed.send(bed.http(KEYS_ON), plan).ending()).isEqualTo(Ending.DRAINED);

    assertThat(bed.bench.sleeper.total()).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
    assertThat(bed.sandbox.ledger().arrivals()).isEqualTo(4);
    assertThat(bed.judge(plan, 30).exactlyOnce()).isTrue();
  }

  @Tag("fault-13")
  @Test
  void anOutageLongerThanPatienceDefersTheRestAndLosesNothing() throws Exception {
    bed.bench.patience(Duration.ofMinutes(2));
    bed.script(Fault.lasting(Fault.Kind.UNAVAILABLE, Duration.ofHours(1)).startingAfter(1));
    List<Change> plan = plan(Op.UPSERT, 100);

    SendReport report = bed.send(bed.http(KEYS_ON), plan);

    assertThat(report.ending()).isEqualTo(Ending.DEFERRED);
    Oracle.Report verdict = bed.judge(plan, 10);
    assertThat(verdict.applied()).isEqualTo(10);
    assertThat(verdict.reportedButNotApplied()).isEmpty();
    assertThat(bed.sandbox.ledger().arrivals()).isLessThanOrEqualTo(12);
  }

  @Tag("fault-14")
  @Test
  void credentialsThatStopWorkingStopTheRunAndNothingElseIsReported() throws Exception {
    bed.script(Fault.lasting(Fault.Kind.UNAUTHORIZED, Duration.ofHours(1)).startingAfter(2));
    List<Change> plan = plan(Op.UPSERT, 50);

    SendReport report = bed.send(bed.http(KEYS_ON), plan);

    assertThat(report.ending()).isEqualTo(Ending.REFUSED);
    assertThat(bed.bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 20));
    assertThat(bed.judge(plan, 20).missing()).hasSize(30);
    assertThat(bed.sandbox.ledger().arrivals()).isEqualTo(3);
  }

  @Tag("fault-15")
  @Test
  void onePoisonRecordIsFoundByHalvingAndOnlyItIsRejected() throws Exception {
    bed.sandbox.script(
        SandboxScript.FAULTLESS.with(Rejection.when("name", "person 7$", "BAD_NAME", "no")));
    Destination strict =
        bed.open(
            "http",
            "{\"url\":\"" + bed.sandbox.url() + "/strict\",\"batch\":{\"max_records\":32}}");
    List<Change> plan = plan(Op.UPSERT, 32);

    assertThat(bed.send(strict, plan).ending()).isEqualTo(Ending.DRAINED);

    assertThat(bed.bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 31, Outcome.REJECTED, 1));
    assertThat(bed.bench.log.of(plan.get(6)).code()).isEqualTo("BAD_NAME");
    assertThat(bed.bench.log.of(plan.get(6)).field()).isEqualTo("name");
    assertThat(bed.judge(plan, 31).exactlyOnce()).isTrue();
    // 32, 16, 8, 4, 2, 1: two halves each time.
    assertThat(bed.sandbox.ledger().arrivals()).isLessThanOrEqualTo(11);
  }

  @Tag("twin-15")
  @Test
  void theTwinThatRejectsAWholeBatchForOneRecordRejectsTheHealthyOnesWithIt() throws Exception {
    bed.sandbox.script(
        SandboxScript.FAULTLESS.with(Rejection.when("name", "person 7$", "BAD_NAME", "no")));
    Destination strict =
        bed.open(
            "http",
            "{\"url\":\"" + bed.sandbox.url() + "/strict\",\"batch\":{\"max_records\":32}}");
    Destination careless =
        new Careless(
            strict,
            (batch, answer) -> {
              try {
                return answer.get();
              } catch (DestinationException e) {
                List<RecordResult> all = new ArrayList<>();
                for (Change change : batch.changes()) {
                  all.add(
                      new RecordResult.Rejected(change.key(), e.code(), e.field(), e.getMessage()));
                }
                return Delivery.Settled.of(batch, all, e.httpStatus(), RateHint.NONE);
              }
            });

    bed.send(careless, plan(Op.UPSERT, 32));

    assertThat(bed.bench.log.counts()).isEqualTo(Map.of(Outcome.REJECTED, 32));
    assertThat(bed.sandbox.records("contacts")).isEmpty();
  }
}
