/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.RequestLedger.Written;
import io.backhaul.destination.send.BatchOutcome;
import io.backhaul.destination.send.Outcome;
import io.backhaul.destination.send.RecordOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OracleTest {

  private static final List<Change> PLAN = List.of(change("a"), change("b"), change("c"));

  private static Change change(String name) {
    return new Change(name, Op.UPSERT, "{\"n\":\"" + name + "\"}", null, 1, "");
  }

  private static Oracle.Report judge(List<RequestLedger.Entry> ledger, BatchOutcome... outcomes) {
    return Oracle.of(PLAN, Change::key, Change::fields).judge(ledger, List.of(outcomes), 1);
  }

  private static List<RequestLedger.Entry> ledger(Written... written) {
    List<Written> records = Arrays.asList(written);
    return List.of(
        new RequestLedger.Entry(1, "o", "", "", records.size(), 0, 0, false, 200, true, records));
  }

  private static Written applied(String name) {
    return new Written(name, "upsert", RequestLedger.hash("{\"n\":\"" + name + "\"}"), true);
  }

  private static BatchOutcome reported(Outcome outcome, String... keys) {
    List<RecordOutcome> outcomes = new ArrayList<>();
    for (String key : keys) {
      outcomes.add(new RecordOutcome(key, 1, outcome, null, null, null, null));
    }
    return new BatchOutcome("b", Op.UPSERT, outcomes, true, 1, 200, 1, Instant.EPOCH);
  }

  @Test
  void aRunThatAppliedEachRecordOnceIsFaultless() {
    Oracle.Report report =
        judge(
            ledger(applied("a"), applied("b"), applied("c")),
            reported(Outcome.APPLIED, "a", "b", "c"));

    assertThat(report.exactlyOnce()).isTrue();
    assertThat(report.applied()).isEqualTo(3);
  }

  @Test
  void eachKindOfDamageIsNamed() {
    Oracle.Report report =
        judge(
            ledger(
                applied("a"),
                applied("a"),
                new Written("b", "upsert", RequestLedger.hash("stale"), true),
                new Written("c", "upsert", "", false),
                applied("z")),
            reported(Outcome.APPLIED, "c"),
            reported(Outcome.REJECTED, "b"));

    assertThat(report.duplicate()).containsExactly("a");
    assertThat(report.wrongFinalValue()).containsExactly("b");
    assertThat(report.appliedButDenied()).containsExactly("b");
    assertThat(report.reportedButNotApplied()).containsExactly("c");
    assertThat(report.missing()).containsExactly("c");
    assertThat(report.phantom()).containsExactly("z");
    assertThat(report.atLeastOnce()).isFalse();
  }

  @Test
  void aRecordThatIsAccountedForIsNotMissing() {
    Oracle.Report report =
        judge(
            ledger(applied("a")),
            reported(Outcome.APPLIED, "a"),
            reported(Outcome.REJECTED, "b"),
            reported(Outcome.DEFERRED, "c"));

    assertThat(report.exactlyOnce()).isTrue();
  }

  @Test
  void aRunThatDidNothingCannotPass() {
    assertThatThrownBy(() -> judge(List.of(), reported(Outcome.DEFERRED, "a", "b", "c")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("0 of 3");
  }

  @Test
  void aRecordThatComesAgainAfterALostAnswerIsRepeatedEvenIfItWasNeverApplied() {
    Written lost = new Written("a", "upsert", RequestLedger.hash("{\"n\":\"a\"}"), false);

    Oracle.Report report =
        judge(
            List.of(
                entry(1, 0, false, lost),
                entry(2, 200, true, applied("a")),
                entry(3, 200, true, applied("b"))),
            reported(Outcome.APPLIED, "a", "b"),
            reported(Outcome.UNKNOWN, "c"));

    assertThat(report.repeated()).containsExactly("a");
    assertThat(report.duplicate()).isEmpty();
    assertThat(report.atMostOnce()).isFalse();
    assertThat(report.exactlyOnce()).isTrue();
  }

  @Test
  void aRecordThatComesAgainAfterItWasPutOffIsNotRepeated() {
    Written putOff = new Written("a", "upsert", RequestLedger.hash("{\"n\":\"a\"}"), false);

    Oracle.Report report =
        judge(
            List.of(
                entry(1, 429, true, putOff),
                entry(2, 200, true, putOff, applied("b")),
                entry(3, 200, true, applied("a"))),
            reported(Outcome.APPLIED, "a", "b"),
            reported(Outcome.UNKNOWN, "c"));

    assertThat(report.atMostOnce()).isTrue();
  }

  private static RequestLedger.Entry entry(
      long number, int status, boolean answered, Written... written) {
    return new RequestLedger.Entry(
        number, "o", "", "", written.length, 0, 0, false, status, answered, List.of(written));
  }
}
