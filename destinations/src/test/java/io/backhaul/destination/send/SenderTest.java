/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static io.backhaul.destination.send.Bench.change;
import static io.backhaul.destination.send.Bench.inserts;
import static io.backhaul.destination.send.Bench.upserts;
import static io.backhaul.destination.send.ScriptedDestination.applied;
import static io.backhaul.destination.send.ScriptedDestination.settled;
import static io.backhaul.destination.send.ScriptedDestination.taking;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How a batch can end. */
class SenderTest {

  private final Bench bench = new Bench();

  @Test
  void everyRecordIsAppliedAndJournaledWithTheIdTheDestinationGaveIt() throws Exception {
    ScriptedDestination crm = taking(2, (batch, n) -> applied(batch));

    SendReport report = bench.send(crm, upserts(5));

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(report.requests()).isEqualTo(3);
    assertThat(report.batches()).isEqualTo(3);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 5));
    assertThat(bench.log.appended()).allMatch(BatchOutcome::last);
    assertThat(bench.log.of(upserts(5).get(4)).destinationId()).isEqualTo("id");
    assertThat(bench.sleeper.pauses()).isEmpty();
  }

  @Test
  void nothingToSendMakesNoRequest() throws Exception {
    ScriptedDestination crm = taking(2, (batch, n) -> applied(batch));

    assertThat(bench.send(crm, List.of()).ending()).isEqualTo(Ending.DRAINED);
    assertThat(crm.requests()).isEmpty();
  }

  @Tag("fault-14")
  @Test
  void refusedCredentialsStopThePartitionAndSettleNothing() throws Exception {
    ScriptedDestination crm =
        taking(
            2,
            (batch, n) -> {
              if (n == 2) {
                throw DestinationException.refused("HTTP_401", 401, "credentials not taken");
              }
              return applied(batch);
            });

    SendReport report = bench.send(crm, upserts(10));

    assertThat(report.ending()).isEqualTo(Ending.REFUSED);
    assertThat(report.code()).isEqualTo("HTTP_401");
    assertThat(crm.requests()).hasSize(2);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 2));
  }

  @Test
  void aRefusedInsertClosesItsIntent() throws Exception {
    ScriptedDestination events =
        taking(
            2,
            (batch, n) -> {
              throw DestinationException.refused("HTTP_403", 403, "not allowed");
            });

    bench.send(events, inserts(4));

    assertThat(bench.log.intents()).hasSize(1);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.DEFERRED, 2));
  }

  @Tag("fault-7")
  @Test
  void anAnswerThatCannotBeIsUnknownAndStopsThePartition() throws Exception {
    ScriptedDestination crm =
        taking(
            2,
            (batch, n) -> {
              throw DestinationException.contradictory(200, "the answer is not JSON");
            });

    SendReport report = bench.send(crm, upserts(6));

    assertThat(report.ending()).isEqualTo(Ending.CONTRADICTORY);
    assertThat(crm.requests()).hasSize(1);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.UNKNOWN, 2));
  }

  @Tag("fault-8")
  @Test
  void aConnectorThatMixesUpTheOrderIsMatchedByKey() throws Exception {
    List<Change> changes = upserts(2);
    ScriptedDestination crm =
        taking(
            2,
            (batch, n) ->
                new Delivery.Settled(
                    List.of(
                        new RecordResult.Rejected(changes.get(1).key(), "BAD", null, "no"),
                        new RecordResult.Applied(changes.get(0).key(), "a")),
                    200,
                    RateHint.NONE));

    bench.send(crm, changes);

    assertThat(bench.log.of(changes.get(0)).outcome()).isEqualTo(Outcome.APPLIED);
    assertThat(bench.log.of(changes.get(1)).outcome()).isEqualTo(Outcome.REJECTED);
  }

  @Tag("twin-8")
  @Test
  void theTwinThatMatchesResultsByPositionBlamesTheWrongRecord() throws Exception {
    List<Change> changes = upserts(2);
    ScriptedDestination crm =
        taking(
            2,
            (batch, n) ->
                settled(
                    batch,
                    List.of(
                        new RecordResult.Rejected(changes.get(1).key(), "BAD", null, "no"),
                        new RecordResult.Applied(changes.get(0).key(), "a"))));
    Careless byPosition =
        new Careless(
            crm,
            (batch, answer) ->
                settled(
                    batch,
                    List.of(
                        new RecordResult.Rejected(batch.changes().get(0).key(), "BAD", null, "no"),
                        new RecordResult.Applied(batch.changes().get(1).key(), "a"))));

    bench.sender(byPosition).send(changes.iterator());

    assertThat(bench.log.of(changes.get(0)).outcome()).isEqualTo(Outcome.REJECTED);
    assertThat(bench.log.of(changes.get(1)).outcome()).isEqualTo(Outcome.APPLIED);
  }

  @Tag("fault-8")
  @Test
  void aRecordTheAnswerForgetsIsUnknown() throws Exception {
    List<Change> changes = upserts(2);
    ScriptedDestination crm =
        taking(
            2,
            (batch, n) ->
                new Delivery.Settled(
                    List.of(new RecordResult.Applied(changes.get(0).key(), "a")),
                    200,
                    RateHint.NONE));

    bench.send(crm, changes);

    assertThat(bench.log.of(changes.get(1)).outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Tag("fault-15")
  @Test
  void onePoisonRecordAmongSixtyFourIsFoundAndOnlyItIsRejected() throws Exception {
    List<Change> changes = upserts(64);
    ScriptedDestination crm = taking(64, refusing(Set.of(changes.get(41).key())));

    SendReport report = bench.send(crm, changes);

    assertThat(report.ending()).isEqualTo(Ending.DRAINED);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 63, Outcome.REJECTED, 1));
    assertThat(bench.log.of(changes.get(41)).code()).isEqualTo("HTTP_400");
    assertThat(report.requests()).isEqualTo(1 + 2 * 6);
    assertThat(report.circuit()).isEqualTo(CircuitReport.CLOSED);
    assertThat(crm.requests()).extracting(Batch::id).doesNotHaveDuplicates();
    assertThat(bench.log.appended())
        .extracting(BatchOutcome::batchId)
        .containsOnly(crm.requests().get(0).id());
    assertThat(bench.log.appended().stream().filter(BatchOutcome::last)).hasSize(1);
  }

  @Test
  void aThousandPoisonRecordsDoNotOpenTheBreaker() throws Exception {
    List<Change> changes = upserts(1000);
    Set<String> all = new HashSet<>();
    changes.forEach(change -> all.add(change.key()));

    SendReport report = bench.send(taking(1, refusing(all)), changes);

    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.REJECTED, 1000));
    assertThat(report.circuit()).isEqualTo(CircuitReport.CLOSED);
    assertThat(bench.sleeper.pauses()).isEmpty();
  }

  private static ScriptedDestination.Answer refusing(Set<String> poison) {
    return (batch, n) -> {
      if (batch.changes().stream().anyMatch(change -> poison.contains(change.key()))) {
        throw DestinationException.poisoned("HTTP_400", null, 400, "bad request");
      }
      return applied(batch);
    };
  }

  @Tag("fault-16")
  @Test
  void aRecordLargerThanAnyRequestIsRejectedUnsent() throws Exception {
    Capabilities small = new Capabilities(Set.of(Op.values()), 10, 1000, 1000, 4, false, Set.of());
    ScriptedDestination crm = new ScriptedDestination(small, (batch, n) -> applied(batch));
    Change huge = new Change("{\"id\":2}", Op.UPSERT, "x".repeat(1001), null, 2, "");

    bench.send(crm, List.of(change(Op.UPSERT, "a"), huge, change(Op.UPSERT, "b")));

    assertThat(bench.log.of(huge).outcome()).isEqualTo(Outcome.REJECTED);
    assertThat(bench.log.of(huge).code()).isEqualTo("TOO_LARGE");
    assertThat(crm.keysSent()).hasSize(2).doesNotContain(huge.key());
  }

  private static final int MOST_BYTES = 2_000;

  /** Takes 2,000 bytes a request, and says so or not. */
  private static ScriptedDestination taking2000Bytes(boolean saysSo) {
    Capabilities limits =
        new Capabilities(
            Set.of(Op.values()), 100, saysSo ? MOST_BYTES : 1 << 20, 1000, 4, false, Set.of());
    return new ScriptedDestination(
        limits,
        (batch, n) -> {
          if (bytes(batch) > MOST_BYTES) {
            throw DestinationException.poisoned("HTTP_413", null, 413, "too large");
          }
          return applied(batch);
        });
  }

  private static int bytes(Batch batch) {
    return batch.changes().stream().mapToInt(c -> c.key().length() + c.fields().length()).sum();
  }

  /** Sixty small records and one that is too large for any request. */
  private static List<Change> oneHugeAmongSixty() {
    List<Change> changes = new ArrayList<>(upserts(60));
    changes.add(30, new Change("{\"id\":\"huge\"}", Op.UPSERT, "x".repeat(3_000), null, 7, ""));
    return changes;
  }

  @Tag("fault-16")
  @Test
  void batchesAreCutByBytesSoThatNoRequestIsTooLarge() throws Exception {
    ScriptedDestination crm = taking2000Bytes(true);

    bench.send(crm, oneHugeAmongSixty());

    assertThat(crm.requests()).allMatch(batch -> bytes(batch) <= MOST_BYTES);
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 60, Outcome.REJECTED, 1));
    assertThat(bench.log.of(oneHugeAmongSixty().get(30)).code()).isEqualTo("TOO_LARGE");
  }

  @Tag("twin-16")
  @Test
  void theTwinThatDoesNotKnowTheLimitSendsWhatIsTooLargeAndFindsOutByHalving() throws Exception {
    ScriptedDestination crm = taking2000Bytes(false);

    bench.send(crm, oneHugeAmongSixty());

    assertThat(crm.requests().stream().filter(batch -> bytes(batch) > MOST_BYTES))
        .hasSizeGreaterThan(3);
    assertThat(crm.keysSent()).contains("{\"id\":\"huge\"}");
    assertThat(bench.log.of(oneHugeAmongSixty().get(30)).code()).isEqualTo("HTTP_413");
    assertThat(bench.log.counts()).isEqualTo(Map.of(Outcome.APPLIED, 60, Outcome.REJECTED, 1));
  }

  @Test
  void anOperationTheDestinationDoesNotHaveIsRefusedUnsent() throws Exception {
    Capabilities upsertOnly =
        new Capabilities(Set.of(Op.UPSERT), 10, 1000, 1000, 4, false, Set.of());
    ScriptedDestination crm = new ScriptedDestination(upsertOnly, (batch, n) -> applied(batch));

    SendReport report = bench.send(crm, List.of(change(Op.DELETE, "a")));

    assertThat(report.ending()).isEqualTo(Ending.REFUSED);
    assertThat(report.code()).isEqualTo("UNSUPPORTED_OPERATION");
    assertThat(crm.requests()).isEmpty();
    assertThat(bench.log.outcomes()).isEmpty();
  }

  @Test
  void theVendorsWordsAreCleanedBeforeTheyAreJournaled() throws Exception {
    Change ann =
        new Change("{\"id\":1}", Op.UPSERT, "{\"email\":\"ann@example.com\"}", null, 1, "");
    ScriptedDestination crm =
        taking(
            1,
            (batch, n) ->
                settled(
                    batch,
                    List.of(
                        new RecordResult.Rejected(
                            ann.key(), "INVALID", "email", "ann@example.com is not valid"))));

    new Sender(
            new RedactedDestination(crm, Set.of("email"), Set.of()),
            "acme/contacts",
            "contacts",
            bench.policy,
            bench.gate,
            bench.breaker,
            bench.log,
            SendListener.NONE,
            bench.clock,
            bench.sleeper)
        .send(List.of(ann).iterator());

    assertThat(bench.log.of(ann).message()).isEqualTo("*** is not valid");
  }
}
