/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.sandbox.Fate;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.testkit.FakeApi.Carried;
import io.backhaul.destination.testkit.FakeApi.Verdict;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every HTTP destination must do, whatever its wire format; see {@link NetworkContract} for
 * what it must do when something fails. A connector's test supplies the connector, and a {@link
 * FakeApi} that speaks the format from the other side.
 */
public abstract class DestinationContract extends NetworkContract {

  @Test
  void everyRecordOfABatchArrivesAndIsAcknowledged() {
    Batch batch = upserts("b1", 5);

    assertAllApplied(batch, write(batch));
    assertHolds(batch);
    assertThat(server.ledger().arrivals()).isEqualTo(1);
  }

  @Test
  void openingAndAskingForCapabilitiesSendsNothingAndAnEmptyBatchCannotBeMade() {
    assertThat(destination.capabilities().ops()).isNotEmpty();
    assertThatThrownBy(() -> new Batch("b", object(), Op.UPSERT, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(server.requests()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Op.class)
  void everyOperationThatIsDeclaredWorksAndEveryOtherIsRefusedUnsent(Op op) {
    String id = null;
    if (op == Op.DELETE || op == Op.UPDATE) {
      Batch first = upserts("b0", 1);
      id = ((RecordResult.Applied) write(first).get(0)).destinationId();
    }
    long before = server.ledger().arrivals();
    Change change = change(op, 1, op == Op.DELETE ? null : Map.of(textField(), "after " + op), id);
    if (!takes(op)) {
      assertThat(failure(batch("b1", change)).kind()).isEqualTo(Kind.REFUSED);
      assertThat(server.ledger().arrivals()).isEqualTo(before);
      return;
    }

    assertAllApplied(batch("b1", change), write(batch("b1", change)));
    RequestLedger.Written written = server.ledger().entries().get((int) before).written().get(0);
    assertThat(written.op()).isEqualTo(op == Op.UPSERT ? opOfAnUpsert() : op.wireName());
    assertThat(written.name()).isEqualTo(nameOf(upsert(1)));
    if (op == Op.DELETE) {
      assertThat(server.store()).isEmpty();
    } else {
      assertThat(server.store()).containsEntry(nameOf(change), valueOf(change));
    }
  }

  @Tag("fault-16")
  @Test
  void aBatchOfTheDeclaredSizeIsTakenAndALargerOneIsRefusedUnsent() {
    int most = destination.capabilities().maxRecords();
    Batch largest = exactly("b1", most);
    assertAllApplied(largest, write(largest));

    assertThat(failure(exactly("b2", most + 1)).kind()).isEqualTo(Kind.REFUSED);
    assertThat(server.ledger().arrivals()).isEqualTo(1);
  }

  @Tag("fault-3")
  @Tag("twin-3")
  @Test
  void anIdempotencyKeyIsReliedOnOnlyWhereItIsDeclared() {
    assumeTrue(takes(Op.INSERT), "no inserts here");
    Batch batch = batch("same", change(Op.INSERT, 1, Map.of(textField(), "once"), null));
    write(batch);
    write(batch);

    boolean declared = destination.capabilities().safeToRepeat(Op.INSERT);
    if (declared) {
      assertThat(timesApplied()).isEqualTo(1);
      server.forgetKeys();
      write(batch);
      assertThat(timesApplied()).as("the twin without keys shows the damage").isEqualTo(2);
    } else {
      assertThat(timesApplied()).isBetween(1L, 2L);
    }
  }

  @Tag("fault-7")
  @Test
  void a200ThatIsNoAnswerIsABreachOfContractAndNotASuccess() {
    for (String body : breaches()) {
      server.next(Fate.applyThenAnswer(200, body));
      DestinationException failure = failure(upserts("b1", 2));
      assertThat(failure.kind()).as(body).isEqualTo(Kind.CONTRADICTORY);
      assertThat(failure.code()).isEqualTo("CONTRACT_BREACH");
    }
  }

  @Tag("fault-8")
  @Test
  void aRecordThatTheAnswerDoesNotNameIsUnknown() {
    assumeTrue(resultsPerRecord(), "answers by status name no records");
    assumeTrue(namesEveryRecord(), "a record that is not named was taken");
    assumeTrue(recordsInACall() > 1, "the answer is about the one record that was sent");
    server.retold(verdicts -> verdicts.subList(0, 2));
    if (resultsByPosition()) {
      // Which of the three is missing is not told: no result can be given to any of them.
      assertThat(failure(upserts("b1", 3)).kind()).isEqualTo(Kind.CONTRADICTORY);
      return;
    }

    List<RecordResult> results = write(upserts("b1", 3));
    assertThat(results.subList(0, 2)).allMatch(RecordResult.Applied.class::isInstance);
    assertThat(results.get(2)).isInstanceOf(RecordResult.Unknown.class);
  }

  @Tag("fault-8")
  @Test
  void aRecordThatWasNotSentOrIsNamedTwiceIsABreachOfContract() {
    assumeTrue(resultsPerRecord(), "answers by status name no records");
    assumeTrue(recordsInACall() > 1, "the answer is about the one record that was sent");
    server.retold(verdicts -> and(verdicts, named(stranger())));
    assertThat(failure(upserts("b1", 2)).kind()).isEqualTo(Kind.CONTRADICTORY);

    assumeTrue(namesARecordOnce(), "a record is named once for each field that is wrong");
    server.judge(this::named);
    server.retold(verdicts -> and(verdicts, verdicts.get(0)));
    assertThat(failure(upserts("b2", 2)).kind()).isEqualTo(Kind.CONTRADICTORY);
  }

  /** A verdict that names its record in the answer. */
  private Verdict named(Carried record) {
    return namesEveryRecord()
        ? Verdict.applied(record)
        : Verdict.rejected(record, "BAD", textField(), "not that");
  }

  private static List<Verdict> and(List<Verdict> verdicts, Verdict another) {
    List<Verdict> more = new ArrayList<>(verdicts);
    more.add(another);
    return more;
  }

  @Tag("fault-8")
  @Test
  void resultsInAnotherOrderAreMatchedToTheirRecords() {
    assumeTrue(resultsPerRecord(), "answers by status name no records");
    assumeFalse(resultsByPosition(), "their order is all that tells results apart");
    assumeTrue(recordsInACall() > 1, "one record is in order");
    server.judge(
        record ->
            record.name().equals(nameOf(upsert(1)))
                ? Verdict.rejected(record, "BAD", textField(), "not that")
                : Verdict.applied(record));
    server.retold(
        verdicts -> {
          List<Verdict> reversed = new ArrayList<>(verdicts);
          Collections.reverse(reversed);
          return reversed;
        });

    List<RecordResult> results = write(upserts("b1", 4));
    assertThat(results.get(0)).isInstanceOf(RecordResult.Rejected.class);
    assertThat(results.subList(1, 4)).allMatch(RecordResult.Applied.class::isInstance);
  }

  @Tag("fault-9")
  @Test
  void aPartialAnswerGivesEachRecordItsOwnResult() {
    assumeTrue(resultsPerRecord(), "answers by status name no records");
    assumeTrue(recordsInACall() > 1, "an answer about one record is not partial");
    server.judge(
        record -> {
          if (record.name().equals(nameOf(upsert(2)))) {
            return Verdict.rejected(record, "INVALID_TEXT", textField(), "too loud");
          }
          return putsRecordsOff() && record.name().equals(nameOf(upsert(3)))
              ? Verdict.retry(record, passingCode())
              : Verdict.applied(record);
        });

    List<RecordResult> results = write(upserts("b1", 4));
    assertThat(results.get(0)).isInstanceOf(RecordResult.Applied.class);
    assertThat(results.get(1))
        .isEqualTo(rejected(upsert(2).key(), "INVALID_TEXT", textField(), "too loud"));
    assertThat(results.get(3)).isInstanceOf(RecordResult.Applied.class);
    assertThat(server.store())
        .containsKeys(nameOf(upsert(1)), nameOf(upsert(4)))
        .doesNotContainKey(nameOf(upsert(2)));
    assumeTrue(putsRecordsOff(), "no record can be put off here");
    assertThat(results.get(2)).isEqualTo(new RecordResult.Retry(upsert(3).key(), passingCode()));
    assertThat(server.store()).doesNotContainKey(nameOf(upsert(3)));
  }

  @Tag("fault-15")
  @Test
  void aWholeBatchRefusedForOneRecordIsPoisonedAndItsHealthyHalfPasses() {
    assumeTrue(recordsInACall() > 1, "a record that is refused is rejected by itself");
    String poison = nameOf(upsert(4));
    server.allOrNothing();
    server.judge(
        record ->
            record.name().equals(poison)
                ? Verdict.rejected(record, "BAD_TEXT", textField(), "no")
                : Verdict.applied(record));

    DestinationException failure = failure(upserts("b1", 4));
    assertThat(failure.kind()).isEqualTo(Kind.POISONED);
    if (refusalsNameCodeAndField()) {
      assertThat(failure.code()).isEqualTo("BAD_TEXT");
      assertThat(failure.field()).isEqualTo(textField());
    }
    assertThat(server.store()).isEmpty();
    Batch healthy = upserts("b2", 3);
    assertAllApplied(healthy, write(healthy));
    assertThat(failure(batch("b3", upsert(4))).kind()).isEqualTo(Kind.POISONED);
  }

  @Tag("fault-39")
  @Test
  void hostileTextsArriveExactly() {
    List<String> texts =
        List.of(
            "",
            " ",
            "null",
            "\"quoted\", 'single' and \\back\\",
            "line\nbreak\r\n\ttab",
            "\u0000\u0001\u001f\u007f",
            "\u2028\u2029\ufeff",
            "émoji 😀 👩‍👩‍👧 ﷽",
            "שלום \u202eabc",
            "=cmd|' /C calc'!A0",
            "{\"key\":{\"id\":1}}]}",
            "</script><!--",
            "${env:HOME} {object} {op}",
            "x".repeat(longestText()));
    List<Change> changes = new ArrayList<>();
    for (String text : texts) {
      changes.add(change(usualOp(), changes.size() + 1, Map.of(textField(), text), null));
    }
    for (int at = 0; at < changes.size(); at += Math.min(changes.size(), recordsInACall())) {
      int end = (int) Math.min(changes.size(), (long) at + recordsInACall());
      Batch batch = batch("b" + at, changes.subList(at, end).toArray(Change[]::new));
      assertAllApplied(batch, write(batch));
    }
    assertThat(server.store()).hasSize(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      String stored = server.store().get(nameOf(changes.get(i)));
      assertThat(stored).isEqualTo(valueOf(changes.get(i)));
      assertThat(Canonical.tree(stored).get(textField()).asText()).isEqualTo(texts.get(i));
    }
  }

  @Tag("fault-39")
  @Test
  void halfASurrogatePairIsRefusedUnsentAndNotTurnedIntoAQuestionMark() {
    Change broken = change(usualOp(), 1, Map.of(textField(), "half \ud83d pair"), null);

    try {
      assertThat(write(batch("b1", broken))).allMatch(RecordResult.Rejected.class::isInstance);
    } catch (DestinationException e) {
      assertThat(e.kind()).isEqualTo(Kind.POISONED);
    }
    assertThat(server.ledger().arrivals()).isZero();
  }

  @Tag("fault-39")
  @Test
  void valuesOfEveryKindArriveAsTheVendorWritesThemAndNullClears() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(textField(), null);
    fields.put("big", 9_007_199_254_740_993L);
    fields.put("exact", new BigDecimal("12345678901234567890.123456789"));
    fields.put("flag", true);
    fields.put("day", "1582-10-04");
    Change change = change(usualOp(), 1, fields, null);

    write(batch("b1", change));
    assertThat(server.store()).containsEntry(nameOf(change), valueOf(change));
  }

  @Tag("fault-40")
  @Test
  void aFieldThatTheDestinationNoLongerTakesIsNamed() {
    server.judge(
        record -> Verdict.rejected(record, "PROPERTY_DOESNT_EXIST", textField(), "no such field"));
    if (resultsPerRecord()) {
      assertThat(write(upserts("b1", 2)))
          .allSatisfy(
              result -> {
                RecordResult.Rejected expected =
                    rejected(result.key(), "PROPERTY_DOESNT_EXIST", textField(), "no such field");
                assertThat(result).isInstanceOf(RecordResult.Rejected.class);
                assertThat(((RecordResult.Rejected) result).field()).isEqualTo(expected.field());
                assertThat(((RecordResult.Rejected) result).code()).isEqualTo(expected.code());
              });
    } else {
      server.allOrNothing();
      assertThat(failure(upserts("b1", 2)).field()).isEqualTo(textField());
    }
  }

  @Test
  void severalBatchesInFlightAtOnceAreEachAppliedOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<List<RecordResult>>> writes = new ArrayList<>();
      for (int n = 1; n <= 40; n++) {
        Batch batch = batch("b" + n, upsert(n));
        writes.add(() -> write(batch));
      }
      for (Future<List<RecordResult>> written : threads.invokeAll(writes)) {
        assertThat(written.get()).singleElement().isInstanceOf(RecordResult.Applied.class);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(timesApplied()).isEqualTo(40);
    assertThat(server.store()).hasSize(40);
  }
}
