/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.Providers;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.sandbox.Fault;
import io.backhaul.destination.sandbox.Rejection;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
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
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sender, a real connector, real HTTP and the sandbox; the oracle judges by the ledger. */
class SandboxDeliveryTest {

  private static final String KEYS_ON = "{\"header\":\"Idempotency-Key\"}";
  private static final String KEYS_OFF = "\"off\"";

  private final Bench bench = new Bench();
  private final SandboxServer sandbox =
      SandboxServer.start(0, SandboxScript.FAULTLESS, RequestLedger.complete(), bench.clock);
  private final List<Destination> opened = new ArrayList<>();

  @AfterEach
  void stop() {
    opened.forEach(Destination::close);
    sandbox.close();
  }

  private Destination open(String type, String properties) {
    Destination destination =
        Providers.of(type)
            .orElseThrow()
            .open(
                new DestinationConfig("acme", "crm", type, (ObjectNode) Canonical.tree(properties)),
                new DeliveryContext(bench.clock, "test"));
    opened.add(destination);
    return destination;
  }

  private Destination http(String keys) {
    return open(
        "http",
        "{\"url\":\""
            + sandbox.url()
            + "/api\",\"results\":\"per_record\",\"batch\":{\"max_records\":10},"
            + "\"idempotency_key\":"
            + keys
            + "}");
  }

  private SendReport send(Destination destination, MemoryLog log, List<Change> plan)
      throws InterruptedException {
    return new Sender(
            destination,
            "acme/contacts",
            "contacts",
            bench.policy,
            bench.gate,
            bench.breaker,
            log,
            bench.listener,
            bench.clock,
            bench.sleeper)
        .send(plan.iterator());
  }

  private SendReport send(Destination destination, List<Change> plan) throws InterruptedException {
    return send(destination, bench.log, plan);
  }

  private static List<Change> plan(Op op, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(n -> change(op, n)).toList();
  }

  private static Change change(Op op, int n) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    fields.put("name", "person " + n).put("email", "person" + n + "@example.com");
    return new Change("{\"id\":" + n + "}", op, fields.toString(), null, n, "");
  }

  private Oracle.Report judge(List<Change> plan, int atLeast) {
    return judge(plan, bench.log.appended(), atLeast);
  }

  private Oracle.Report judge(List<Change> plan, List<BatchOutcome> outcomes, int atLeast) {
    Function<Change, String> value = change -> Canonical.of(change.fields());
    return Oracle.of(plan, Change::key, value).judge(sandbox.ledger().entries(), outcomes, atLeast);
  }

  private void script(Fault... faults) {
    sandbox.script(new SandboxScript(Duration.ZERO, List.of(faults), List.of()));
  }

  private static Set<String> keys(int... ids) {
    return IntStream.of(ids).mapToObj(id -> "{\"id\":" + id + "}").collect(Collectors.toSet());
  }

  @Test
  void aFaultlessRunAppliesEveryRecordOnceAndTheDestinationHoldsWhatWasPlanned() throws Exception {
    List<Change> plan = plan(Op.UPSERT, 105);

    SendReport report = send(http(KEYS_ON), plan);

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(report.requests()).isEqualTo(11);
    assertThat(judge(plan, 105).exactlyOnce()).isTrue();
    assertThat(sandbox.records("contacts"))
        .isEqualTo(plan.stream().collect(Collectors.toMap(Change::key, Change::fields)));
  }

  @Tag("fault-2")
  @Test
  void aRequestResetBeforeItWasAppliedGoesOutAgainUnderTheSameKeyAndIsAppliedOnce()
      throws Exception {
    script(Fault.times(Fault.Kind.RESET_BEFORE_APPLY, 2).startingAfter(1));
    List<Change> plan = plan(Op.INSERT, 30);

    assertThat(send(http(KEYS_ON), plan).ending()).isEqualTo(Ending.DRAINED);

    assertThat(judge(plan, 30).exactlyOnce()).isTrue();
    assertThat(sandbox.ledger().entries())
        .hasSize(5)
        .extracting(RequestLedger.Entry::applied)
        .containsExactly(10, 0, 0, 10, 10);
    assertThat(sandbox.ledger().entries().subList(1, 4))
        .extracting(RequestLedger.Entry::idempotencyKey)
        .containsOnly(sandbox.ledger().entries().get(1).idempotencyKey());
  }

  @Tag("twin-2")
  @Test
  void theTwinWithOneAttemptLeavesARequestThatWasNeverAppliedInDoubt() throws Exception {
    bench.policy = bench.policy.withMaxAttempts(1);
    script(Fault.times(Fault.Kind.RESET_BEFORE_APPLY, 2).startingAfter(1));
    List<Change> plan = plan(Op.INSERT, 30);

    send(http(KEYS_ON), plan);

    assertThat(sandbox.records("contacts")).hasSize(10);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 10, Outcome.UNKNOWN, 20));
  }

  @Tag("fault-3")
  @Test
  void aLostAnswerIsAskedForAgainUnderTheSameKeyAndNothingIsAppliedTwice() throws Exception {
    script(Fault.times(Fault.Kind.RESET_AFTER_APPLY, 2).startingAfter(1));
    List<Change> plan = plan(Op.INSERT, 30);

    assertThat(send(http(KEYS_ON), plan).ending()).isEqualTo(Ending.DRAINED);

    assertThat(judge(plan, 30).exactlyOnce()).isTrue();
    assertThat(sandbox.ledger().replayed()).isPositive();
  }

  @Tag("fault-3")
  @Test
  void withoutKeysALostAnswerToAnInsertIsUnknownAndIsNotSentAgain() throws Exception {
    script(Fault.times(Fault.Kind.RESET_AFTER_APPLY, 1).startingAfter(1));
    List<Change> plan = plan(Op.INSERT, 30);

    send(http(KEYS_OFF), plan);

    assertThat(judge(plan, 30).exactlyOnce()).isTrue();
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 20, Outcome.UNKNOWN, 10));
  }

  @Tag("twin-3")
  @Test
  void theTwinThatSendsInsertsAgainWithoutKeysShowsTheDamage() throws Exception {
    bench.policy = bench.policy.withRepeatInDoubt(true);
    script(Fault.times(Fault.Kind.RESET_AFTER_APPLY, 1).startingAfter(1));
    List<Change> plan = plan(Op.INSERT, 30);

    send(http(KEYS_OFF), plan);

    assertThat(judge(plan, 30).appliedButDenied()).hasSize(10);
  }

  @Tag("twin-3")
  @Test
  void theTwinOfUpsertsWithoutKeysAppliesALostBatchTwiceAndEndsWithTheSameValues()
      throws Exception {
    script(Fault.times(Fault.Kind.RESET_AFTER_APPLY, 1));
    List<Change> plan = plan(Op.UPSERT, 30);

    send(http(KEYS_OFF), plan);

    Oracle.Report report = judge(plan, 30);
    assertThat(report.duplicate()).hasSize(10);
    assertThat(report.atLeastOnce()).isTrue();
  }

  @Tag("fault-9")
  @Test
  void ofAPartialAnswerExactlyWhatWasPutOffIsSentAgain() throws Exception {
    sandbox.script(
        SandboxScript.FAULTLESS
            .with(Fault.times(Fault.Kind.PARTIAL, 2))
            .with(Rejection.when("name", "person [37]$", "BAD_NAME", "not that name")));
    List<Change> plan = plan(Op.INSERT, 20);

    assertThat(send(http(KEYS_ON), plan).ending()).isEqualTo(Ending.DRAINED);

    Oracle.Report report = judge(plan, 18);
    assertThat(report.exactlyOnce()).isTrue();
    assertThat(report.applied()).isEqualTo(18);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 18, Outcome.REJECTED, 2));
    assertThat(sandbox.ledger().records()).isGreaterThan(20).isLessThan(40);
  }

  @Tag("twin-9")
  @Test
  void theTwinThatSendsAPartialBatchAgainAsAWholeAppliesHalfOfItTwice() throws Exception {
    script(Fault.times(Fault.Kind.PARTIAL, 1));
    List<Change> plan = plan(Op.UPSERT, 20);
    Destination allOrNothing =
        new Careless(
            http(KEYS_OFF),
            (batch, answer) -> {
              Delivery.Settled settled = (Delivery.Settled) answer.get();
              if (settled.results().stream().anyMatch(RecordResult.Retry.class::isInstance)) {
                throw DestinationException.unavailable("HTTP_207", 207, Duration.ZERO, "partial");
              }
              return settled;
            });

    send(allOrNothing, plan);

    assertThat(judge(plan, 20).duplicate()).hasSize(5);
  }

  @Tag("fault-12")
  @Test
  void fiveThrottledCallsInARowOpenTheBreakerForAMinuteAndOneProbeClosesIt() throws Exception {
    List<String> states = Collections.synchronizedList(new ArrayList<>());
    bench.listener =
        new SendListener() {
          @Override
          public void outcomes(Outcome outcome, int records) {}

          @Override
          public void circuit(String state) {
            states.add(state);
          }
        };
    script(Fault.times(Fault.Kind.THROTTLE_SILENTLY, 5));
    List<Change> plan = plan(Op.UPSERT, 30);

    assertThat(send(http(KEYS_ON), plan).ending()).isEqualTo(Ending.DRAINED);

    assertThat(states).containsExactly("open", "half_open", "closed");
    List<Duration> pauses = bench.sleeper.pauses();
    Duration afterTheFifth =
        pauses.subList(4, pauses.size()).stream().reduce(Duration.ZERO, Duration::plus);
    assertThat(afterTheFifth).isEqualTo(Duration.ofMinutes(1));
    assertThat(judge(plan, 30).exactlyOnce()).isTrue();
    assertThat(sandbox.ledger().arrivals()).isEqualTo(8);
  }

  @Tag("fault-12")
  @Test
  void fourThrottledCallsAndASuccessDoNotOpenIt() throws Exception {
    script(
        Fault.times(Fault.Kind.THROTTLE_SILENTLY, 4),
        Fault.times(Fault.Kind.THROTTLE_SILENTLY, 4).startingAfter(5));
    List<Change> plan = plan(Op.UPSERT, 30);

    SendReport report = send(http(KEYS_ON), plan);

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(report.circuit().consecutiveOpens()).isZero();
    assertThat(bench.sleeper.pauses()).allMatch(pause -> pause.toMinutes() < 1);
    assertThat(judge(plan, 30).exactlyOnce()).isTrue();
  }

  @Tag("fault-10")
  @Test
  void aThrottleWithAHintIsWaitedOutAndNotAskedBefore() throws Exception {
    script(Fault.lasting(Fault.Kind.THROTTLE, Duration.ofSeconds(30)));
    List<Change> plan = plan(Op.UPSERT, 30);

    assertThat(send(http(KEYS_ON), plan).ending()).isEqualTo(Ending.DRAINED);

    assertThat(bench.sleeper.total()).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
    assertThat(sandbox.ledger().arrivals()).isEqualTo(4);
    assertThat(judge(plan, 30).exactlyOnce()).isTrue();
  }

  @Tag("fault-13")
  @Test
  void anOutageLongerThanPatienceDefersTheRestAndLosesNothing() throws Exception {
    bench.patience(Duration.ofMinutes(2));
    script(Fault.lasting(Fault.Kind.UNAVAILABLE, Duration.ofHours(1)).startingAfter(1));
    List<Change> plan = plan(Op.UPSERT, 100);

    SendReport report = send(http(KEYS_ON), plan);

    assertThat(report.ending()).isEqualTo(Ending.DEFERRED);
    Oracle.Report verdict = judge(plan, 10);
    assertThat(verdict.applied()).isEqualTo(10);
    assertThat(verdict.reportedButNotApplied()).isEmpty();
    assertThat(sandbox.ledger().arrivals()).isLessThanOrEqualTo(12);
  }

  @Tag("fault-14")
  @Test
  void credentialsThatStopWorkingStopTheRunAndNothingElseIsReported() throws Exception {
    script(Fault.lasting(Fault.Kind.UNAUTHORIZED, Duration.ofHours(1)).startingAfter(2));
    List<Change> plan = plan(Op.UPSERT, 50);

    SendReport report = send(http(KEYS_ON), plan);

    assertThat(report.ending()).isEqualTo(Ending.REFUSED);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 20));
    assertThat(judge(plan, 20).missing()).hasSize(30);
    assertThat(sandbox.ledger().arrivals()).isEqualTo(3);
  }

  @Tag("fault-15")
  @Test
  void onePoisonRecordIsFoundByHalvingAndOnlyItIsRejected() throws Exception {
    sandbox.script(
        SandboxScript.FAULTLESS.with(Rejection.when("name", "person 7$", "BAD_NAME", "no")));
    Destination strict =
        open("http", "{\"url\":\"" + sandbox.url() + "/strict\",\"batch\":{\"max_records\":32}}");
    List<Change> plan = plan(Op.UPSERT, 32);

    assertThat(send(strict, plan).ending()).isEqualTo(Ending.DRAINED);

    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 31, Outcome.REJECTED, 1));
    assertThat(bench.log.of(plan.get(6)).code()).isEqualTo("BAD_NAME");
    assertThat(bench.log.of(plan.get(6)).field()).isEqualTo("name");
    assertThat(judge(plan, 31).exactlyOnce()).isTrue();
    // 32, 16, 8, 4, 2, 1: two halves each time.
    assertThat(sandbox.ledger().arrivals()).isLessThanOrEqualTo(11);
  }

  @Tag("twin-15")
  @Test
  void theTwinThatRejectsAWholeBatchForOneRecordRejectsTheHealthyOnesWithIt() throws Exception {
    sandbox.script(
        SandboxScript.FAULTLESS.with(Rejection.when("name", "person 7$", "BAD_NAME", "no")));
    Destination strict =
        open("http", "{\"url\":\"" + sandbox.url() + "/strict\",\"batch\":{\"max_records\":32}}");
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

    send(careless, plan(Op.UPSERT, 32));

    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.REJECTED, 32));
    assertThat(sandbox.records("contacts")).isEmpty();
  }

  @Tag("fault-25")
  @Test
  void aTaskThatDiesIsRetriedAndOnlyItsBatchInFlightIsSentAgain() throws Exception {
    List<Change> plan = plan(Op.UPSERT, 100);
    AtomicInteger appends = new AtomicInteger();
    bench.log.onAppend(
        outcome -> {
          if (appends.incrementAndGet() > 6) {
            throw new UncheckedIOException(new IOException("the executor dies here"));
          }
        });
    Destination crm = http(KEYS_OFF);

    assertThatThrownBy(() -> send(crm, plan)).isInstanceOf(UncheckedIOException.class);
    MemoryLog second = bench.log.nextAttempt();
    assertThat(send(crm, second, plan).ending()).isEqualTo(Ending.DRAINED);

    List<BatchOutcome> outcomes = new ArrayList<>(bench.log.appended());
    outcomes.addAll(second.appended());
    Oracle.Report report = judge(plan, outcomes, 100);
    assertThat(report.atLeastOnce()).isTrue();
    assertThat(report.duplicate()).hasSize(10).isEqualTo(keys(IntStream.rangeClosed(61, 70)));
  }

  @Tag("twin-25")
  @Test
  void theTwinThatIgnoresTheJournalSendsEverythingAgain() throws Exception {
    List<Change> plan = plan(Op.UPSERT, 100);
    Destination crm = http(KEYS_OFF);

    send(crm, plan.subList(0, 60));
    send(crm, new MemoryLog(), plan);

    assertThat(judge(plan, 100).duplicate()).hasSize(60);
  }

  private static Set<String> keys(IntStream ids) {
    return keys(ids.toArray());
  }

  @Test
  void hubSpotTakesTheValidContactsAndNamesTheOthers() throws Exception {
    sandbox.script(
        SandboxScript.FAULTLESS
            .with(Fault.times(Fault.Kind.RESET_AFTER_APPLY, 1))
            .with(Fault.times(Fault.Kind.PARTIAL, 1))
            .with(Rejection.unless("email", "^[^@ ]+@[^@ ]+$", "INVALID_EMAIL", "no address")));
    List<Change> plan = new ArrayList<>(plan(Op.UPSERT, 150));
    Change bad = new Change("{\"id\":999}", Op.UPSERT, "{\"email\":\"nonsense\"}", null, 999, "");
    plan.add(bad);

    SendReport report = send(open("hubspot", "{\"url\":\"" + sandbox.url() + "\"}"), plan);

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 150, Outcome.REJECTED, 1));
    assertThat(bench.log.of(bad).code()).isEqualTo("INVALID_EMAIL");
    assertThat(bench.log.of(bad).field()).isEqualTo("email");
    assertThat(bench.log.of(plan.get(0)).destinationId()).matches("\\d+");
    Oracle.Report verdict =
        Oracle.of(
                plan,
                change -> Canonical.tree(change.fields()).get("email").asText(),
                change -> Canonical.of(change.fields()))
            .judge(sandbox.ledger().entries(), List.copyOf(bench.log.appended()), 150);
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
    script(faults.toArray(Fault[]::new));
    bench.inFlight(4).patience(Duration.ofHours(12));
    bench.policy = bench.policy.withMaxAttempts(30);
    List<Change> plan = plan(Op.INSERT, 300);

    SendReport report = send(http(KEYS_ON), plan);

    assertThat(report.ending()).as("seed %d, %s", seed, faults).isEqualTo(Ending.DRAINED);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 300));
    assertThat(judge(plan, 300).exactlyOnce()).as("seed %d, %s", seed, faults).isTrue();
  }
}
