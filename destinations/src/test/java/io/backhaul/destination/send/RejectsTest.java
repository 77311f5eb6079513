/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static io.backhaul.destination.send.Bench.upserts;
import static io.backhaul.destination.send.ScriptedDestination.applied;
import static io.backhaul.destination.send.ScriptedDestination.settled;
import static io.backhaul.destination.send.ScriptedDestination.taking;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Change;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.RecordResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a destination that rejects more and more costs, and where it ends. */
class RejectsTest {

  private static final int ROWS = 20_000;

  private final Bench bench = new Bench();

  /** Loses a field before its {@code k}th request; says of each record what it thinks of it. */
  private static ScriptedDestination losingAField(int k) {
    return taking(
        100,
        (batch, n) -> {
          List<RecordResult> results = new ArrayList<>();
          for (Change change : batch.changes()) {
            results.add(
                n < k
                    ? new RecordResult.Applied(change.key(), "id")
                    : new RecordResult.Rejected(
                        change.key(), "PROPERTY_DOESNT_EXIST", "name", "no such field"));
          }
          return settled(batch, results);
        });
  }

  /** The same, where one bad record refuses its whole request. */
  private static ScriptedDestination losingAFieldAllOrNothing(int k, int maxRecords) {
    return taking(
        maxRecords,
        (batch, n) -> {
          if (n >= k) {
            throw DestinationException.poisoned("PROPERTY_DOESNT_EXIST", "name", 400, "no field");
          }
          return applied(batch);
        });
  }

  @Tag("fault-40")
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void aSchemaThatChangesMidRunStopsThePartitionOnceHalfIsRejected(int inFlight) throws Exception {
    ScriptedDestination crm = losingAField(11);

    SendReport report = bench.inFlight(inFlight).send(crm, upserts(ROWS));

    assertThat(report.ending()).isEqualTo(Ending.REJECTING);
    assertThat(report.code()).isEqualTo(RejectLimit.EXCEEDED);
    // A thousand applied and, one request later than as many, more than a thousand rejected.
    assertThat(crm.requests()).hasSizeBetween(21, 21 + inFlight - 1);
    Map<Outcome, Integer> counts = bench.log.counts();
    assertThat(counts).containsOnlyKeys(Outcome.APPLIED, Outcome.REJECTED);
    assertThat(counts.get(Outcome.APPLIED)).isEqualTo(1_000);
    assertThat(counts.get(Outcome.REJECTED)).isBetween(1_100, 1_100 + 100 * (inFlight - 1));
    assertThat(report.message())
        .contains("records of a partition", "PROPERTY_DOESNT_EXIST (field name)");
    assertThat(bench.log.outcomes().values())
        .filteredOn(outcome -> outcome.outcome() == Outcome.REJECTED)
        .extracting(RecordOutcome::field)
        .containsOnly("name");
    assertThat(report.circuit()).isEqualTo(CircuitReport.CLOSED);
    assertThat(bench.sleeper.pauses()).isEmpty();
  }

  @Tag("twin-40")
  @Test
  void theTwinWithoutALimitSendsEveryRecordToItsRejection() throws Exception {
    bench.policy = bench.policy.withRejects(RejectLimit.OFF);
    ScriptedDestination crm = losingAField(11);

    SendReport report = bench.send(crm, upserts(ROWS));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(bench.log.counts())
        .isEqualTo(Map.of(Outcome.APPLIED, 1_000, Outcome.REJECTED, ROWS - 1_000));
  }

  @Tag("fault-40")
  @Test
  void aDestinationThatAnswers400ToEverythingIsAskedLittleMoreThanOnceARecordAndThenNoMore()
      throws Exception {
    ScriptedDestination crm = losingAFieldAllOrNothing(1, 100);

    SendReport report = bench.send(crm, upserts(ROWS));

    assertThat(report.ending()).isEqualTo(Ending.REJECTING);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.REJECTED, RejectLimit.FEWEST_JUDGED));
    assertThat(report.requests()).isLessThanOrEqualTo(RejectLimit.FEWEST_JUDGED + 10 * 10);
    assertThat(report.circuit()).isEqualTo(CircuitReport.CLOSED);
  }

  @Test
  void whatAnInsertWasNotSentForTheSakeOfTheLimitIsCertainlyNotApplied() throws Exception {
    ScriptedDestination crm = losingAFieldAllOrNothing(1, 30);

    bench.send(crm, Bench.inserts(ROWS));

    // The batch in the middle of which it stopped had its intent noted; that is closed.
    assertThat(bench.log.intents()).hasSize(34);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.REJECTED, 1_000, Outcome.DEFERRED, 20));
    assertThat(bench.log.outcomes().values())
        .filteredOn(outcome -> outcome.outcome() == Outcome.DEFERRED)
        .extracting(RecordOutcome::code)
        .containsOnly(RejectLimit.EXCEEDED);
    assertThat(bench.log.appended().stream().filter(BatchOutcome::last)).hasSize(34);
  }

  /** Refuses requests that hold a record for which this is true of its number. */
  private static ScriptedDestination refusing(int maxRecords, Predicate<Integer> poison) {
    Set<String> poisoned = new HashSet<>();
    List<Change> changes = upserts(ROWS);
    for (int i = 0; i < ROWS; i++) {
      if (poison.test(i)) {
        poisoned.add(changes.get(i).key());
      }
    }
    return taking(
        maxRecords,
        (batch, n) -> {
          if (batch.changes().stream().anyMatch(change -> poisoned.contains(change.key()))) {
            throw DestinationException.poisoned("HTTP_400", null, 400, "bad request");
          }
          return applied(batch);
        });
  }

  @ParameterizedTest
  @CsvSource({
    // one record, wherever it stands: two halves at each of seven levels
    "128, 1, 15",
    // two in a row are not yet a pattern
    "128, 2, 17",
    // six in a row: after three, three more by themselves, one that passes, then whole pieces again
    "128, 6, 24",
    // all of them: one request each, and eight that held several
    "128, 128, 136"
  })
  void neighboursThatArePoisonCostLittleMoreThanOneRequestEach(int size, int poison, int atMost)
      throws Exception {
    ScriptedDestination crm = refusing(size, i -> i >= 0 && i < poison);

    SendReport report = bench.send(crm, upserts(size));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(bench.log.counts().get(Outcome.REJECTED)).isEqualTo(poison);
    assertThat(bench.log.counts().getOrDefault(Outcome.APPLIED, 0)).isEqualTo(size - poison);
    assertThat(report.requests()).isLessThanOrEqualTo(atMost);
  }

  @Test
  void fewRejectsAmongManyNeverStopARun() throws Exception {
    SendReport report = bench.send(refusing(100, i -> i % 500 == 250), upserts(ROWS));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(bench.log.counts())
        .isEqualTo(Map.of(Outcome.APPLIED, ROWS - 40, Outcome.REJECTED, 40));
  }

  @Test
  void aSmallSyncIsDeliveredToItsEndWhateverItsShareOfRejects() throws Exception {
    SendReport report = bench.send(losingAField(1), upserts(999));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.REJECTED, 999));
  }

  @Test
  void aCountStopsEvenASmallSyncAndPassesWhatWasAccepted() throws Exception {
    bench.policy = bench.policy.withRejects(RejectLimit.ofCount(150));
    assertThat(bench.send(losingAField(1), upserts(999)).ending()).isEqualTo(Ending.REJECTING);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.REJECTED, 200));

    Bench accepting = new Bench();
    accepting.policy = bench.policy.withRejects(RejectLimit.ofCount(150).accepting(999));
    assertThat(accepting.send(losingAField(1), upserts(999)).ending()).isEqualTo(Ending.DRAINED);
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, 500, 999, false",
    "0.5, 500, 1000, false",
    "0.5, 501, 1000, true",
    "0.5, 999, 999, false",
    "0, 1, 1000, true",
    "0, 0, 1000, false",
    "1, 1000000, 1000000, false"
  })
  void aShareCountsFromAThousandRecordsOn(double share, long rejected, long judged, boolean over) {
    assertThat(RejectLimit.ofShare(share).exceededBy(rejected, judged)).isEqualTo(over);
  }
}
