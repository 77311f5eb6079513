/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.sandbox.Fate;
import io.backhaul.destination.sandbox.Manner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every HTTP destination must do when the network or the vendor fails. */
abstract class NetworkContract extends ContractBench {

  @Tag("fault-2")
  @Test
  void aResetBeforeTheRequestIsAppliedLeavesItInDoubtAndSendingAgainAppliesItOnce() {
    Batch batch = upserts("b1", 3);
    server.next(Fate.resetBeforeApply());

    assertThat(failure(batch).kind()).isEqualTo(Kind.IN_DOUBT);
    assertThat(server.store()).isEmpty();
    assertAllApplied(batch, write(batch));
    assertThat(timesApplied()).isEqualTo(batch.size());
    assertThat(server.ledger().arrivals()).as("nothing is repeated in silence").isEqualTo(2);
  }

  @Tag("fault-3")
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

  @Tag("fault-4")
  @Test
  void anAnswerThatComesAfterTheDeadlineIsDiscarded() {
    Batch batch = upserts("b1", 2);
    server.next(Fate.applyThenHang());
    try (Destination hasty = open(HASTY)) {
      assertThat(failure(hasty, batch).kind()).isEqualTo(Kind.IN_DOUBT);
      server.release();
      Batch next = batch("b2", upsert(7));
      assertAllApplied(next, settled(hasty, next).results());
    }
    assertThat(server.store()).hasSize(batch.size() + 1);
  }

  @Tag("fault-5")
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

  @Tag("fault-6")
  @Test
  void anAnswerThatIsCutShortIsInDoubtWhateverItsStatus() {
    server.next(Fate.applied(Manner.TRUNCATED));

    assertThat(failure(upserts("b1", 2)).kind()).isEqualTo(Kind.IN_DOUBT);
  }

  @Tag("fault-18")
  @Test
  void anAnswerThatDripsEndsAtTheDeadline() {
    server.next(Fate.applied(Manner.DRIP));
    try (Destination hasty = open(HASTY)) {
      assertThat(failure(hasty, upserts("b1", 2)).kind()).isEqualTo(Kind.IN_DOUBT);
    }
  }

  @Tag("fault-10")
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

  @Tag("fault-11")
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
    if (kind == Kind.POISONED && recordsInACall() == 1) {
      assertRejected(upserts("b1", 1));
      return;
    }

    DestinationException failure = failure(upserts("b1", 2));
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.httpStatus()).isEqualTo(status);
  }

  private void assertRejected(Batch batch) {
    assertThat(write(batch)).singleElement().isInstanceOf(RecordResult.Rejected.class);
  }

  @Test
  void a503WithAHintWasNotApplied() {
    server.next(Fate.answer(503, Map.of("Retry-After", "3"), ""));

    DestinationException failure = failure(upserts("b1", 2));
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure.rateHint().pause()).isEqualTo(Duration.ofSeconds(3));
  }

  @Tag("fault-1")
  @Test
  void aClosedPortIsUnavailable() throws IOException {
    // A socket that is bound and does not listen keeps the port from everyone else.
    try (Socket kept = new Socket()) {
      kept.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (Destination unheard = open(URI.create("http://127.0.0.1:" + kept.getLocalPort()))) {
        DestinationException failure = failure(unheard, upserts("b1", 1));
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure.code()).isEqualTo("CONNECTION_REFUSED");
      }
    }
  }

  @Tag("fault-17")
  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  void aRedirectIsNotFollowed(int status) {
    try (FaultServer elsewhere = FaultServer.start(api())) {
      server.next(Fate.answer(status, Map.of("Location", elsewhere.url() + "/"), ""));

      assertThat(failure(upserts("b1", 1)).kind()).isEqualTo(Kind.REFUSED);
      assertThat(elsewhere.requests()).isEmpty();
    }
  }

  @Tag("fault-19")
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

  @Tag("fault-14")
  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 409, 422, 429, 500, 503})
  void noMessageHoldsTheSecretOrAValue(int status) {
    Change change = change(usualOp(), 1, Map.of(textField(), "Zelda Fitz"), null);
    String echo = "token " + secret() + " may not write Zelda Fitz";
    server.next(Fate.answer(status, Map.of(), api().refusal(status, "NO", null, echo).body()));
    if (List.of(400, 409, 422).contains(status) && recordsInACall() == 1) {
      // The words go to the record's letter, which takes out what must not be in them.
      assertRejected(batch("b1", change));
      return;
    }

    DestinationException failure = failure(batch("b1", change));
    assertThat(failure.toString()).doesNotContain(secret()).doesNotContain("Zelda");
    assertThat(failure.getCause()).isNull();
    assertThat(destination.toString() + change + batch("b1", change))
        .doesNotContain(secret())
        .doesNotContain("Zelda");
  }
}
