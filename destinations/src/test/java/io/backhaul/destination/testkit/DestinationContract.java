/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.sandbox.Fate;
import io.backhaul.destination.sandbox.Manner;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.testkit.FakeApi.Carried;
import io.backhaul.destination.testkit.FakeApi.Verdict;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every HTTP destination must do, whatever its wire format. A connector's test supplies the
 * connector, and a {@link FakeApi} that speaks the format from the other side; this class puts a
 * {@link FaultServer} between them.
 */
public abstract class DestinationContract {

  private static final Duration PATIENT = Duration.ofSeconds(20);
  private static final Duration HASTY = Duration.ofMillis(250);

  private final SettableClock clock = SettableClock.atNoon();
  private FaultServer server;
  private Destination destination;

  /** The vendor's side of the wire format. */
  protected abstract FakeApi api();

  /** The connector, with the credentials {@link #secret()}. */
  protected abstract Destination open(URI url, Duration timeout, DeliveryContext context);

  /** The credentials that no message may hold. */
  protected abstract String secret();

  /**
   * A change of the {@code n}th record.
   *
   * @param fields beside those that the vendor cannot do without
   * @param destinationId or {@code null}
   */
  protected abstract Change change(Op op, int n, Map<String, Object> fields, String destinationId);

  /** How the vendor names the record of a change. */
  protected abstract String nameOf(Change change);

  /** The fields of a change in canonical form, as the vendor stores them. */
  protected abstract String valueOf(Change change);

  /** A field that takes any text. */
  protected abstract String textField();

  /** A record that is in no batch. */
  protected abstract Carried stranger();

  /** The object that is written to. */
  protected String object() {
    return "contacts";
  }

  /** Whether the vendor gives each record its result. */
  protected boolean resultsPerRecord() {
    return true;
  }

  /** Bodies of a 200 that are no answer. */
  protected List<String> breaches() {
    return List.of("", "<html><body>Please log in</body></html>", "{\"results\":[{", "[]", "null");
  }

  /** How long to wait after a 429 that says nothing. */
  protected Duration silentThrottle() {
    return Duration.ZERO;
  }

  @BeforeEach
  void start() {
    server = FaultServer.start(api());
    destination = open(PATIENT);
  }

  @AfterEach
  void stop() {
    destination.close();
    server.close();
  }

  private Destination open(Duration timeout) {
    return open(server.url(), timeout, new DeliveryContext(clock, "backhaul-contract"));
  }

  private Change upsert(int n) {
    return change(Op.UPSERT, n, Map.of(textField(), "text " + n), null);
  }

  private Batch batch(String id, Change... changes) {
    return new Batch(id, object(), changes[0].op(), List.of(changes));
  }

  private Batch upserts(String id, int count) {
    return batch(id, IntStream.rangeClosed(1, count).mapToObj(this::upsert).toArray(Change[]::new));
  }

  private List<RecordResult> write(Batch batch) {
    return ((Delivery.Settled) destination.write(batch)).results();
  }

  private DestinationException failure(Batch batch) {
    return failure(destination, batch);
  }

  private static DestinationException failure(Destination destination, Batch batch) {
    DestinationException failure =
        catchThrowableOfType(DestinationException.class, () -> destination.write(batch));
    assertThat(failure).as("write did not fail").isNotNull();
    return failure;
  }

  private long timesApplied() {
    return server.ledger().applied();
  }

  private void assertHolds(Batch batch) {
    Map<String, String> expected = new LinkedHashMap<>();
    batch.changes().forEach(change -> expected.put(nameOf(change), valueOf(change)));
    assertThat(server.store()).isEqualTo(expected);
  }

  private static void assertAllApplied(Batch batch, List<RecordResult> results) {
    assertThat(results).hasSameSizeAs(batch.changes());
    assertThat(results).allMatch(RecordResult.Applied.class::isInstance);
    assertThat(results.stream().map(RecordResult::key))
        .containsExactlyElementsOf(batch.changes().stream().map(Change::key).toList());
  }

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
    if (!destination.capabilities().ops().contains(op)) {
      assertThat(failure(batch("b1", change)).kind()).isEqualTo(Kind.REFUSED);
      assertThat(server.ledger().arrivals()).isEqualTo(before);
      return;
    }

    assertAllApplied(batch("b1", change), write(batch("b1", change)));
    RequestLedger.Written written = server.ledger().entries().get((int) before).written().get(0);
    assertThat(written.op()).isEqualTo(op.wireName());
    assertThat(written.name()).isEqualTo(nameOf(upsert(1)));
    if (op == Op.DELETE) {
      assertThat(server.store()).isEmpty();
    } else {
      assertThat(server.store()).containsEntry(nameOf(change), valueOf(change));
    }
  }

  @Test
  void aBatchOfTheDeclaredSizeIsTakenAndALargerOneIsRefusedUnsent() {
    int most = destination.capabilities().maxRecords();
    Batch largest = upserts("b1", most);
    assertAllApplied(largest, write(largest));

    assertThat(failure(upserts("b2", most + 1)).kind()).isEqualTo(Kind.REFUSED);
    assertThat(server.ledger().arrivals()).isEqualTo(1);
  }

  @Test
  void anIdempotencyKeyIsReliedOnOnlyWhereItIsDeclared() {
    assumeTrue(destination.capabilities().ops().contains(Op.INSERT), "no inserts here");
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

  @Test
  void aResetBeforeTheRequestIsAppliedLeavesItInDoubtAndSendingAgainAppliesItOnce() {
    Batch batch = upserts("b1", 3);
    server.next(Fate.resetBeforeApply());

    assertThat(failure(batch).kind()).isEqualTo(Kind.IN_DOUBT);
    assertThat(server.store()).isEmpty();
    assertAllApplied(batch, write(batch));
    assertThat(timesApplied()).isEqualTo(3);
    assertThat(server.ledger().arrivals()).as("nothing is repeated in silence").isEqualTo(2);
  }

  @Test
  void anAnswerLostAfterTheRequestWasAppliedIsInDoubtAndNeverAFailure() {
    Batch batch = upserts("b1", 3);
    server.next(Fate.applyThenReset());

    assertThat(failure(batch).kind()).isEqualTo(Kind.IN_DOUBT);
    assertHolds(batch);
    assertAllApplied(batch, write(batch));
    assertHolds(batch);
    assertThat(server.ledger().arrivals()).isEqualTo(2);
  }

  @Test
  void anAnswerThatComesAfterTheDeadlineIsDiscarded() {
    Batch batch = upserts("b1", 2);
    server.next(Fate.applyThenHang());
    try (Destination hasty = open(HASTY)) {
      assertThat(failure(hasty, batch).kind()).isEqualTo(Kind.IN_DOUBT);
      server.release();
      Batch next = batch("b2", upsert(7));
      assertAllApplied(next, ((Delivery.Settled) hasty.write(next)).results());
    }
    assertThat(server.store()).hasSize(3);
  }

  @Test
  void requestsThatAreNeverAnsweredEndAndLeaveNoThreadsBehind() {
    server.fates((n, request) -> new Fate(false, null, Manner.HANG, Duration.ZERO));
    try (Destination hasty = open(Duration.ofMillis(60))) {
      assertThat(failure(hasty, upserts("b", 1)).kind()).isEqualTo(Kind.IN_DOUBT);
      long before = clientThreads();
      for (int i = 0; i < 30; i++) {
        assertThat(failure(hasty, upserts("b", 1)).code()).isEqualTo("TIMEOUT");
      }
      assertThat(clientThreads()).isLessThanOrEqualTo(before + 4);
    }
  }

  private static long clientThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("backhaul-http"))
        .count();
  }

  @Test
  void anAnswerThatIsCutShortIsInDoubtWhateverItsStatus() {
    server.next(Fate.applied(Manner.TRUNCATED));

    assertThat(failure(upserts("b1", 2)).kind()).isEqualTo(Kind.IN_DOUBT);
  }

  @Test
  void anAnswerThatDripsEndsAtTheDeadline() {
    server.next(Fate.applied(Manner.DRIP));
    try (Destination hasty = open(HASTY)) {
      assertThat(failure(hasty, upserts("b1", 2)).kind()).isEqualTo(Kind.IN_DOUBT);
    }
  }

  @Test
  void a200ThatIsNoAnswerIsABreachOfContractAndNotASuccess() {
    for (String body : breaches()) {
      server.next(Fate.applyThenAnswer(200, body));
      DestinationException failure = failure(upserts("b1", 2));
      assertThat(failure.kind()).as(body).isEqualTo(Kind.CONTRADICTORY);
      assertThat(failure.code()).isEqualTo("CONTRACT_BREACH");
    }
  }

  @Test
  void aRecordThatTheAnswerDoesNotNameIsUnknown() {
    assumeTrue(resultsPerRecord(), "answers by status name no records");
    server.retold(verdicts -> verdicts.subList(0, 2));

    List<RecordResult> results = write(upserts("b1", 3));
    assertThat(results.subList(0, 2)).allMatch(RecordResult.Applied.class::isInstance);
    assertThat(results.get(2)).isInstanceOf(RecordResult.Unknown.class);
  }

  @Test
  void aRecordThatWasNotSentOrIsNamedTwiceIsABreachOfContract() {
    assumeTrue(resultsPerRecord(), "answers by status name no records");
    server.retold(verdicts -> and(verdicts, Verdict.applied(stranger())));
    assertThat(failure(upserts("b1", 2)).kind()).isEqualTo(Kind.CONTRADICTORY);

    server.retold(verdicts -> and(verdicts, verdicts.get(0)));
    assertThat(failure(upserts("b2", 2)).kind()).isEqualTo(Kind.CONTRADICTORY);
  }

  private static List<Verdict> and(List<Verdict> verdicts, Verdict another) {
    List<Verdict> more = new ArrayList<>(verdicts);
    more.add(another);
    return more;
  }

  @Test
  void resultsInAnotherOrderAreMatchedToTheirRecords() {
    assumeTrue(resultsPerRecord(), "answers by status name no records");
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

  @Test
  void aPartialAnswerGivesEachRecordItsOwnResult() {
    assumeTrue(resultsPerRecord(), "answers by status name no records");
    server.judge(
        record -> {
          if (record.name().equals(nameOf(upsert(2)))) {
            return Verdict.rejected(record, "INVALID_TEXT", textField(), "too loud");
          }
          return record.name().equals(nameOf(upsert(3)))
              ? Verdict.retry(record, "RATE_LIMITS")
              : Verdict.applied(record);
        });

    List<RecordResult> results = write(upserts("b1", 4));
    assertThat(results.get(0)).isInstanceOf(RecordResult.Applied.class);
    assertThat(results.get(1))
        .isEqualTo(
            new RecordResult.Rejected(upsert(2).key(), "INVALID_TEXT", textField(), "too loud"));
    assertThat(results.get(2)).isEqualTo(new RecordResult.Retry(upsert(3).key(), "RATE_LIMITS"));
    assertThat(results.get(3)).isInstanceOf(RecordResult.Applied.class);
    assertThat(server.store()).containsOnlyKeys(nameOf(upsert(1)), nameOf(upsert(4)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          7                             | 7
          36000                         | 36000
          Sun, 01 Mar 2026 11:00:30 GMT | 30
          Sun, 01 Mar 2026 10:00:00 GMT | 0
          soon                          | 0
          -5                            | 0
          """)
  void a429SaysHowLongToWait(String retryAfter, long seconds) {
    // The server's clock is an hour behind ours: dates are read against its own.
    Map<String, String> headers =
        Map.of("Retry-After", retryAfter, "Date", "Sun, 01 Mar 2026 11:00:00 GMT");
    server.next(Fate.answer(429, headers, api().refusal(429, "SLOW", null, "slow down").body()));

    DestinationException failure = failure(upserts("b1", 2));
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    Duration expected = seconds == 0 ? silentThrottle() : Duration.ofSeconds(seconds);
    assertThat(failure.rateHint().pause()).isEqualTo(expected);
    assertThat(server.store()).isEmpty();
  }

  @Test
  void a429WithoutAHintIsUnavailableAllTheSame() {
    server.next(Fate.answer(429, Map.of(), ""));

    DestinationException failure = failure(upserts("b1", 2));
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure.rateHint().pause()).isEqualTo(silentThrottle());
  }

  @ParameterizedTest
  @CsvSource({
    "400, POISONED", "401, REFUSED", "403, REFUSED", "404, REFUSED", "409, POISONED",
    "413, POISONED", "422, POISONED", "500, IN_DOUBT", "502, IN_DOUBT", "504, IN_DOUBT"
  })
  void aStatusMeansWhatTheTableSays(int status, Kind kind) {
    server.next(Fate.answer(status, Map.of(), api().refusal(status, "X_CODE", null, "no").body()));

    DestinationException failure = failure(upserts("b1", 2));
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.httpStatus()).isEqualTo(status);
  }

  @Test
  void a503WithAHintWasNotApplied() {
    server.next(Fate.answer(503, Map.of("Retry-After", "3"), ""));

    DestinationException failure = failure(upserts("b1", 2));
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure.rateHint().pause()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void aClosedPortIsUnavailable() {
    server.close();

    DestinationException failure = failure(upserts("b1", 1));
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure.code()).isEqualTo("CONNECTION_REFUSED");
  }

  @Test
  void aWholeBatchRefusedForOneRecordIsPoisonedAndItsHealthyHalfPasses() {
    String poison = nameOf(upsert(4));
    server.allOrNothing();
    server.judge(
        record ->
            record.name().equals(poison)
                ? Verdict.rejected(record, "BAD_TEXT", textField(), "no")
                : Verdict.applied(record));

    DestinationException failure = failure(upserts("b1", 4));
    assertThat(failure.kind()).isEqualTo(Kind.POISONED);
    assertThat(failure.code()).isEqualTo("BAD_TEXT");
    assertThat(failure.field()).isEqualTo(textField());
    assertThat(server.store()).isEmpty();
    Batch healthy = upserts("b2", 3);
    assertAllApplied(healthy, write(healthy));
    assertThat(failure(batch("b3", upsert(4))).kind()).isEqualTo(Kind.POISONED);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  void aRedirectIsNotFollowed(int status) {
    try (FaultServer elsewhere = FaultServer.start(api())) {
      server.next(Fate.answer(status, Map.of("Location", elsewhere.url() + "/"), ""));

      assertThat(failure(upserts("b1", 1)).kind()).isEqualTo(Kind.REFUSED);
      assertThat(elsewhere.requests()).isEmpty();
    }
  }

  @Test
  void aConnectionThatWasClosedWhileIdleCostsNothing() {
    server.next(Fate.applied(Manner.WHOLE_THEN_CLOSE), Fate.applied(Manner.WHOLE_THEN_CLOSE));
    for (int n = 1; n <= 3; n++) {
      Batch batch = batch("b" + n, upsert(n));
      try {
        write(batch);
      } catch (DestinationException e) {
        // The close may cross the request on its way; then nobody can know, and it says so.
        assertThat(e.outcomeKnown()).isEqualTo(e.kind() == Kind.UNAVAILABLE);
        assertThat(e.retryable()).isTrue();
        assertAllApplied(batch, write(batch));
      }
    }
    assertThat(server.store()).hasSize(3);
    assertThat(timesApplied()).isEqualTo(3);
  }

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
            "x".repeat(1 << 20));
    List<Change> changes = new ArrayList<>();
    for (String text : texts) {
      changes.add(change(Op.UPSERT, changes.size() + 1, Map.of(textField(), text), null));
    }
    Batch batch = batch("b1", changes.toArray(Change[]::new));

    assertAllApplied(batch, write(batch));
    assertHolds(batch);
    for (int i = 0; i < texts.size(); i++) {
      String stored = server.store().get(nameOf(changes.get(i)));
      assertThat(Canonical.tree(stored).get(textField()).asText()).isEqualTo(texts.get(i));
    }
  }

  @Test
  void halfASurrogatePairIsRefusedUnsentAndNotTurnedIntoAQuestionMark() {
    Change broken = change(Op.UPSERT, 1, Map.of(textField(), "half \ud83d pair"), null);

    assertThat(failure(batch("b1", broken)).kind()).isEqualTo(Kind.POISONED);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void valuesOfEveryKindArriveAsTheVendorWritesThemAndNullClears() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(textField(), null);
    fields.put("big", 9_007_199_254_740_993L);
    fields.put("exact", new BigDecimal("12345678901234567890.123456789"));
    fields.put("flag", true);
    fields.put("day", "1582-10-04");
    Change change = change(Op.UPSERT, 1, fields, null);

    write(batch("b1", change));
    assertThat(server.store()).containsEntry(nameOf(change), valueOf(change));
  }

  @Test
  void aFieldThatTheDestinationNoLongerTakesIsNamed() {
    server.judge(
        record -> Verdict.rejected(record, "PROPERTY_DOESNT_EXIST", textField(), "no such field"));
    if (resultsPerRecord()) {
      assertThat(write(upserts("b1", 2)))
          .allSatisfy(
              result -> {
                assertThat(result).isInstanceOf(RecordResult.Rejected.class);
                assertThat(((RecordResult.Rejected) result).field()).isEqualTo(textField());
                assertThat(((RecordResult.Rejected) result).code())
                    .isEqualTo("PROPERTY_DOESNT_EXIST");
              });
    } else {
      server.allOrNothing();
      assertThat(failure(upserts("b1", 2)).field()).isEqualTo(textField());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 409, 422, 429, 500, 503})
  void noMessageHoldsTheSecretOrAValue(int status) {
    Change change = change(Op.UPSERT, 1, Map.of(textField(), "Zelda Fitz"), null);
    String echo = "token " + secret() + " may not write Zelda Fitz";
    server.next(Fate.answer(status, Map.of(), api().refusal(status, "NO", null, echo).body()));

    DestinationException failure = failure(batch("b1", change));
    assertThat(failure.toString()).doesNotContain(secret()).doesNotContain("Zelda");
    assertThat(failure.getCause()).isNull();
    assertThat(destination.toString() + change + batch("b1", change))
        .doesNotContain(secret())
        .doesNotContain("Zelda");
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
