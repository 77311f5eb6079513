/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Change;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.Op;
import io.backhaul.destination.Providers;
import io.backhaul.destination.generic.FakeHttpApi;
import io.backhaul.destination.sandbox.Fate;
import io.backhaul.destination.sandbox.Manner;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.FaultServer;
import io.backhaul.destination.testkit.Oracle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code delivery} and {@code on_in_doubt} promise of every operation under every fault that
 * leaves a request in doubt, over real HTTP; the oracle judges by the destination's own ledger.
 */
class DeliveryGuaranteeTest {

  private static final int BATCH = 10;
  private static final int RECORDS = 3 * BATCH;

  /** {@code delivery} and {@code on_in_doubt}; the fourth pair is refused by the spec. */
  private enum Promise {
    AT_LEAST_ONCE_RESEND,
    AT_LEAST_ONCE_DEAD_LETTER,
    AT_MOST_ONCE;

    SendPolicy on(SendPolicy policy) {
      return policy
          .withRepeatInDoubt(this == AT_LEAST_ONCE_RESEND)
          .withAtMostOnce(this == AT_MOST_ONCE);
    }

    /** Whether a record that is in doubt waits for a person. */
    boolean letter(Op op) {
      return switch (this) {
        case AT_LEAST_ONCE_RESEND -> false;
        case AT_LEAST_ONCE_DEAD_LETTER -> op == Op.INSERT;
        case AT_MOST_ONCE -> true;
      };
    }
  }

  /** What happens to the second of the three batches. */
  private enum Doubt {
    ANSWER_LOST_AFTER_APPLY(Fate.applyThenReset()),
    REQUEST_LOST_BEFORE_APPLY(Fate.resetBeforeApply()),
    APPLIED_AND_SILENT(Fate.applyThenHang()),
    TRUNCATED_ANSWER(Fate.applied(Manner.TRUNCATED));

    private final Fate fate;

    Doubt(Fate fate) {
      this.fate = fate;
    }
  }

  private record Case(Op op, Promise promise, Doubt doubt, boolean keysHonoured) {

    /** Whether the same batch goes out again at once. */
    boolean repeats() {
      return promise != Promise.AT_MOST_ONCE
          && (keysHonoured || op != Op.INSERT || promise == Promise.AT_LEAST_ONCE_RESEND);
    }

    boolean appliedAtFirst() {
      return doubt != Doubt.REQUEST_LOST_BEFORE_APPLY;
    }
  }

  private final Bench bench = new Bench();
  private final FaultServer server = FaultServer.start(new FakeHttpApi(true));
  private final List<BatchOutcome> reported = new ArrayList<>();
  private Destination destination;

  @AfterEach
  void stop() {
    destination.close();
    server.close();
  }

  static Stream<Case> cases() {
    return Stream.of(Op.values())
        .flatMap(
            op ->
                Stream.of(Promise.values())
                    .flatMap(
                        promise ->
                            Stream.of(Doubt.values())
                                .flatMap(
                                    doubt ->
                                        Stream.of(true, false)
                                            .map(keys -> new Case(op, promise, doubt, keys)))));
  }

  static Stream<Case> atMostOnce() {
    return cases().filter(each -> each.promise() == Promise.AT_MOST_ONCE);
  }

  @Tag("fault-2")
  @Tag("fault-3")
  @Tag("fault-4")
  @Tag("fault-6")
  @ParameterizedTest
  @MethodSource("cases")
  void whatIsInDoubtIsSentAgainOrNeverAsTheSyncPromises(Case each) throws Exception {
    open(each);
    List<Change> plan = plan(each.op());
    server.next(Fate.OK, each.doubt().fate);

    MemoryLog first = run(each.promise().on(bench.policy), plan);
    MemoryLog next = run(each.promise().on(bench.policy), open(plan, first, each));

    Oracle.Report report = judge(plan, 2 * BATCH);
    if (each.repeats()) {
      assertThat(first.counts()).isEqualTo(Map.of(Outcome.APPLIED, RECORDS));
      assertThat(report.atLeastOnce()).isTrue();
      assertThat(report.applied()).isEqualTo(RECORDS);
      boolean twice = each.appliedAtFirst() && !each.keysHonoured();
      assertThat(report.duplicate()).hasSize(twice ? BATCH : 0);
    } else {
      assertThat(first.counts())
          .isEqualTo(Map.of(Outcome.APPLIED, 2 * BATCH, Outcome.UNKNOWN, BATCH));
      assertThat(first.intents()).hasSize(3);
      assertThat(next.outcomes()).isEmpty();
      assertThat(server.ledger().arrivals()).isEqualTo(3);
      assertThat(report.atMostOnce()).isTrue();
    }
  }

  @Tag("twin-3")
  @Tag("twin-4")
  @ParameterizedTest
  @MethodSource("atMostOnce")
  void theTwinWithoutTheProtectionSendsTheSameRecordsTwice(Case each) throws Exception {
    open(each);
    List<Change> plan = plan(each.op());
    server.next(Fate.OK, each.doubt().fate);

    run(Promise.AT_LEAST_ONCE_RESEND.on(bench.policy), plan);

    Oracle.Report report = judge(plan, 2 * BATCH);
    assertThat(report.repeated()).hasSize(BATCH);
    assertThat(report.atMostOnce()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("atMostOnce")
  void anAttemptThatDiesWithoutAnOutcomeLeavesDoubtThatNoLaterAttemptSendsAgain(Case each)
      throws Exception {
    open(each);
    List<Change> plan = plan(each.op());
    MemoryLog died = diesAtSecondBatch(plan, each);

    MemoryLog second = run(died.nextAttempt(), Promise.AT_MOST_ONCE.on(bench.policy), plan);
    MemoryLog third = run(second.nextAttempt(), Promise.AT_MOST_ONCE.on(bench.policy), plan);

    assertThat(second.counts()).isEqualTo(Map.of(Outcome.APPLIED, BATCH, Outcome.UNKNOWN, BATCH));
    assertThat(second.of(plan.get(BATCH)).code()).isEqualTo("IN_DOUBT");
    assertThat(third.outcomes()).isEmpty();
    assertThat(server.ledger().arrivals()).isEqualTo(3);
    assertThat(judge(plan, 2 * BATCH).atMostOnce()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("atMostOnce")
  void theTwinThatIgnoresIntentsSendsThemAgain(Case each) throws Exception {
    open(each);
    List<Change> plan = plan(each.op());
    MemoryLog died = diesAtSecondBatch(plan, each);

    run(died.nextAttemptWithoutIntents(), Promise.AT_MOST_ONCE.on(bench.policy), plan);

    assertThat(judge(plan, 2 * BATCH).repeated()).hasSize(BATCH);
  }

  /** An attempt whose second request is answered to nobody: its process is gone. */
  private MemoryLog diesAtSecondBatch(List<Change> plan, Case each) throws Exception {
    server.next(Fate.OK, each.doubt().fate);
    MemoryLog log = new MemoryLog();
    log.onAppend(
        outcome -> {
          if (!log.appended().isEmpty()) {
            throw new IllegalStateException("the process dies here");
          }
        });
    try {
      run(log, Promise.AT_MOST_ONCE.on(bench.policy), plan);
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("the process dies here");
      return log;
    }
    throw new AssertionError("nothing died");
  }

  private void open(Case each) {
    if (!each.keysHonoured()) {
      server.forgetKeys();
    }
    String properties =
        "{\"url\":\"%s/api\",\"results\":\"per_record\",\"batch\":{\"max_records\":%d},\"timeout\":%d,\"idempotency_key\":%s}"
            .formatted(
                server.url(),
                BATCH,
                each.doubt() == Doubt.APPLIED_AND_SILENT ? 300 : 30_000,
                each.keysHonoured() ? "{\"header\":\"Idempotency-Key\"}" : "\"off\"");
    destination =
        Providers.of("http")
            .orElseThrow()
            .open(
                new DestinationConfig(
                    "acme", "crm", "http", (ObjectNode) Canonical.tree(properties)),
                new DeliveryContext(bench.clock, "test"));
  }

  private MemoryLog run(SendPolicy policy, List<Change> changes) throws Exception {
    return run(new MemoryLog(), policy, changes);
  }

  private MemoryLog run(MemoryLog log, SendPolicy policy, List<Change> changes) throws Exception {
    try {
      new Sender(
              destination,
              "acme/contacts",
              "contacts",
              policy,
              bench.gate,
              bench.breaker,
              log,
              bench.listener,
              bench.clock,
              bench.sleeper)
          .send(changes.iterator());
    } finally {
      reported.addAll(log.appended());
    }
    return log;
  }

  /** What the next run finds again: all but what is applied, refused or waits for a person. */
  private static List<Change> open(List<Change> plan, MemoryLog log, Case each) {
    return plan.stream()
        .filter(
            change -> {
              Outcome outcome = log.of(change).outcome();
              return outcome == Outcome.DEFERRED
                  || (outcome == Outcome.UNKNOWN && !each.promise().letter(each.op()));
            })
        .toList();
  }

  private Oracle.Report judge(List<Change> plan, int atLeast) {
    Function<Change, String> value = change -> Canonical.of(change.fields());
    return Oracle.of(plan, Change::key, value).judge(server.ledger().entries(), reported, atLeast);
  }

  private static List<Change> plan(Op op) {
    return IntStream.range(0, RECORDS)
        .mapToObj(
            n -> {
              String fields = op == Op.DELETE ? null : "{\"name\":\"person " + n + "\"}";
              return new Change("{\"id\":" + n + "}", op, fields, null, n, "");
            })
        .toList();
  }
}
