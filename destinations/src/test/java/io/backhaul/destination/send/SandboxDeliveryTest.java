/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static io.backhaul.destination.send.SandboxBed.KEYS_OFF;
import static io.backhaul.destination.send.SandboxBed.KEYS_ON;
import static io.backhaul.destination.send.SandboxBed.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.sandbox.Fault;
import io.backhaul.destination.sandbox.Rejection;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.Oracle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that are cut, repeated or half applied, against the sandbox: each record arrives once.
 */
class SandboxDeliveryTest {

  private final SandboxBed bed = new SandboxBed();

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void aFaultlessRunAppliesEveryRecordOnceAndTheDestinationHoldsWhatWasPlanned() throws Exception {
    List<Change> plan = plan(Op.UPSERT, 105);

    SendReport report = bed.send(bed.http(KEYS_ON), plan);

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(report.requests()).isEqualTo(11);
    assertThat(bed.judge(plan, 105).exactlyOnce()).isTrue();
    assertThat(bed.sandbox.records("contacts"))
        .isEqualTo(plan.stream().collect(Collectors.toMap(Change::key, Change::fields)));
  }

  @Tag("fault-2")
  @Test
  void aRequestResetBeforeItWasAppliedGoesOutAgainUnderTheSameKeyAndIsAppliedOnce()
      throws Exception {
    bed.script(Fault.times(Fault.Kind.RESET_BEFORE_APPLY, 2).startingAfter(1));
    List<Change> plan = plan(Op.INSERT, 30);

    assertThat(bed.send(bed.http(KEYS_ON), plan).ending()).isEqualTo(Ending.DRAINED);

    assertThat(bed.judge(plan, 30).exactlyOnce()).isTrue();
    assertThat(bed.sandbox.ledger().entries())
        .hasSize(5)
        .extracting(RequestLedger.Entry::applied)
        .containsExactly(10, 0, 0, 10, 10);
    assertThat(bed.sandbox.ledger().entries().subList(1, 4))
        .extracting(RequestLedger.Entry::idempotencyKey)
        .containsOnly(bed.sandbox.ledger().entries().get(1).idempotencyKey());
  }

  @Tag("twin-2")
  @Test
  void theTwinWithOneAttemptLeavesARequestThatWasNeverAppliedInDoubt() throws Exception {
    bed.bench.policy = bed.bench.policy.withMaxAttempts(1);
    bed.script(Fault.times(Fault.Kind.RESET_BEFORE_APPLY, 2).startingAfter(1));
    List<Change> plan = plan(Op.INSERT, 30);

    bed.send(bed.http(KEYS_ON), plan);

    assertThat(bed.sandbox.records("contacts")).hasSize(10);
    assertThat(bed.bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 10, Outcome.UNKNOWN, 20));
  }

  @Tag("fault-3")
  @Test
  void aLostAnswerIsAskedForAgainUnderTheSameKeyAndNothingIsAppliedTwice() throws Exception {
    bed.script(Fault.times(Fault.Kind.RESET_AFTER_APPLY, 2).startingAfter(1));
    List<Change> plan = plan(Op.INSERT, 30);

    assertThat(bed.send(bed.http(KEYS_ON), plan).ending()).isEqualTo(Ending.DRAINED);

    assertThat(bed.judge(plan, 30).exactlyOnce()).isTrue();
    assertThat(bed.sandbox.ledger().replayed()).isPositive();
  }

  @Tag("fault-3")
  @Test
  void withoutKeysALostAnswerToAnInsertIsUnknownAndIsNotSentAgain() throws Exception {
    bed.script(Fault.times(Fault.Kind.RESET_AFTER_APPLY, 1).startingAfter(1));
    List<Change> plan = plan(Op.INSERT, 30);

    bed.send(bed.http(KEYS_OFF), plan);

    assertThat(bed.judge(plan, 30).exactlyOnce()).isTrue();
    assertThat(bed.bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 20, Outcome.UNKNOWN, 10));
  }

  @Tag("twin-3")
  @Test
  void theTwinThatSendsInsertsAgainWithoutKeysShowsTheDamage() throws Exception {
    bed.bench.policy = bed.bench.policy.withRepeatInDoubt(true);
    bed.script(Fault.times(Fault.Kind.RESET_AFTER_APPLY, 1).startingAfter(1));
    List<Change> plan = plan(Op.INSERT, 30);

    bed.send(bed.http(KEYS_OFF), plan);

    assertThat(bed.judge(plan, 30).appliedButDenied()).hasSize(10);
  }

  @Tag("twin-3")
  @Test
  void theTwinOfUpsertsWithoutKeysAppliesALostBatchTwiceAndEndsWithTheSameValues()
      throws Exception {
    bed.script(Fault.times(Fault.Kind.RESET_AFTER_APPLY, 1));
    List<Change> plan = plan(Op.UPSERT, 30);

    bed.send(bed.http(KEYS_OFF), plan);

    Oracle.Report report = bed.judge(plan, 30);
    assertThat(report.duplicate()).hasSize(10);
    assertThat(report.atLeastOnce()).isTrue();
  }

  @Tag("fault-9")
  @Test
  void ofAPartialAnswerExactlyWhatWasPutOffIsSentAgain() throws Exception {
    bed.sandbox.script(
        SandboxScript.FAULTLESS
            .with(Fault.times(Fault.Kind.PARTIAL, 2))
            .with(Rejection.when("name", "person [37]$", "BAD_NAME", "not that name")));
    List<Change> plan = plan(Op.INSERT, 20);

    assertThat(bed.send(bed.http(KEYS_ON), plan).ending()).isEqualTo(Ending.DRAINED);

    Oracle.Report report = bed.judge(plan, 18);
    assertThat(report.exactlyOnce()).isTrue();
    assertThat(report.applied()).isEqualTo(18);
    assertThat(bed.bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 18, Outcome.REJECTED, 2));
    assertThat(bed.sandbox.ledger().records()).isGreaterThan(20).isLessThan(40);
  }

  @Tag("twin-9")
  @Test
  void theTwinThatSendsAPartialBatchAgainAsAWholeAppliesHalfOfItTwice() throws Exception {
    bed.script(Fault.times(Fault.Kind.PARTIAL, 1));
    List<Change> plan = plan(Op.UPSERT, 20);
    Destination allOrNothing =
        new Careless(
            bed.http(KEYS_OFF),
            (batch, answer) -> {
              Delivery.Settled settled = (Delivery.Settled) answer.get();
              if (settled.results().stream().anyMatch(RecordResult.Retry.class::isInstance)) {
                throw DestinationException.unavailable("HTTP_207", 207, Duration.ZERO, "partial");
              }
              return settled;
            });

    bed.send(allOrNothing, plan);

    assertThat(bed.judge(plan, 20).duplicate()).hasSize(5);
  }

  @Tag("fault-25")
  @Test
  void aTaskThatDiesIsRetriedAndOnlyItsBatchInFlightIsSentAgain() throws Exception {
    List<Change> plan = plan(Op.UPSERT, 100);
    AtomicInteger appends = new AtomicInteger();
    bed.bench.log.onAppend(
        outcome -> {
          if (appends.incrementAndGet() > 6) {
            throw new UncheckedIOException(new IOException("the executor dies here"));
          }
        });
    Destination crm = bed.http(KEYS_OFF);

    assertThatThrownBy(() -> bed.send(crm, plan)).isInstanceOf(UncheckedIOException.class);
    MemoryLog second = bed.bench.log.nextAttempt();
    assertThat(bed.send(crm, second, plan).ending()).isEqualTo(Ending.DRAINED);

    List<BatchOutcome> outcomes = new ArrayList<>(bed.bench.log.appended());
    outcomes.addAll(second.appended());
    Oracle.Report report = bed.judge(plan, outcomes, 100);
    assertThat(report.atLeastOnce()).isTrue();
    assertThat(report.duplicate())
        .hasSize(10)
        .isEqualTo(SandboxBed.keys(IntStream.rangeClosed(61, 70)));
  }

  @Tag("twin-25")
  @Test
  void theTwinThatIgnoresTheJournalSendsEverythingAgain() throws Exception {
    List<Change> plan = plan(Op.UPSERT, 100);
    Destination crm = bed.http(KEYS_OFF);

    bed.send(crm, plan.subList(0, 60));
    bed.send(crm, new MemoryLog(), plan);

    assertThat(bed.judge(plan, 100).duplicate()).hasSize(60);
  }

  @Test
  void hubSpotTakesTheValidContactsAndNamesTheOthers() throws Exception {
    bed.sandbox.script(
        SandboxScript.FAULTLESS
            .with(Fault.times(Fault.Kind.RESET_AFTER_APPLY, 1))
            .with(Fault.times(Fault.Kind.PARTIAL, 1))
            .with(Rejection.unless("email", "^[^@ ]+@[^@ ]+$", "INVALID_EMAIL", "no address")));
    List<Change> plan = new ArrayList<>(plan(Op.UPSERT, 150));
    Change bad = new Change("{\"id\":999}", Op.UPSERT, "{\"email\":\"nonsense\"}", null, 999, "");
    plan.add(bad);

    SendReport report =
        bed.send(bed.open("hubspot", "{\"url\":\"" + bed.sandbox.url() + "\"}"), plan);

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(bed.bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 150, Outcome.REJECTED, 1));
    assertThat(bed.bench.log.of(bad).code()).isEqualTo("INVALID_EMAIL");
    assertThat(bed.bench.log.of(bad).field()).isEqualTo("email");
    assertThat(bed.bench.log.of(plan.get(0)).destinationId()).matches("\\d+");
    Oracle.Report verdict =
        Oracle.of(
                plan,
                change -> Canonical.tree(change.fields()).get("email").asText(),
                change -> Canonical.of(change.fields()))
            .judge(bed.sandbox.ledger().entries(), List.copyOf(bed.bench.log.appended()), 150);
    assertThat(verdict.atLeastOnce()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whateverGoesWrongEveryRecordIsAppliedOnceAndReportedSo(long seed) throws Exception {
    List<Fault> faults = new ArrayList<>();
    Random random = new Random(seed);
    for (Fault.Kind kind :
        List.of(
            Fault.Kind.THROTTLE,
            Fault.Kind.THROTTLE_SILENTLY,
            Fault.Kind.UNAVAILABLE,
            Fault.Kind.SERVER_ERROR,
            Fault.Kind.PARTIAL,
            Fault.Kind.RESET_BEFORE_APPLY,
            Fault.Kind.RESET_AFTER_APPLY,
            Fault.Kind.TRUNCATED_BODY)) {
      faults.add(Fault.times(kind, 1 + random.nextInt(2)).startingAfter(random.nextInt(25)));
    }
    Collections.shuffle(faults, random);
    bed.script(faults.toArray(Fault[]::new));
    bed.bench.inFlight(4).patience(Duration.ofHours(12));
    bed.bench.policy = bed.bench.policy.withMaxAttempts(30);
    List<Change> plan = plan(Op.INSERT, 300);

    SendReport report = bed.send(bed.http(KEYS_ON), plan);

    assertThat(report.ending()).as("seed %d, %s", seed, faults).isEqualTo(Ending.DRAINED);
    assertThat(bed.bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 300));
    assertThat(bed.judge(plan, 300).exactlyOnce()).as("seed %d, %s", seed, faults).isTrue();
  }
}
