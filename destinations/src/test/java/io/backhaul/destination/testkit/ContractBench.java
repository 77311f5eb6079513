/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.testkit.FakeApi.Carried;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Puts a {@link FaultServer} and a connector face to face, and says what a connector's test must
 * supply.
 */
abstract class ContractBench {

  private static final Duration PATIENT = Duration.ofSeconds(20);
  static final Duration HASTY = Duration.ofMillis(250);

  final SettableClock clock = SettableClock.atNoon();
  FaultServer server;
  Destination destination;

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

  /** Whether results name no record and are told apart by their order alone. */
  protected boolean resultsByPosition() {
    return false;
  }

  /** A code by which the vendor says that a record may pass later. */
  protected String passingCode() {
    return "RATE_LIMITS";
  }

  /** The vendor's words about a field, where a message is the only place to name one. */
  protected String about(String field, String message) {
    return message;
  }

  /** The operation that tests write by where any will do; upserts are what a name says then. */
  protected Op usualOp() {
    return Op.UPSERT;
  }

  /** How many characters the longest text has that the vendor keeps as it is. */
  protected int longestText() {
    return 1 << 20;
  }

  /** Whether the object that is written to takes the operation; another one of the vendor's may. */
  protected boolean takes(Op op) {
    return destination.capabilities().ops().contains(op);
  }

  /** How many records a call carries, if it is not any number: one, for several vendors. */
  protected int recordsInACall() {
    return Integer.MAX_VALUE;
  }

  /** What the vendor sees of an upsert of a record that it does not have. */
  protected String opOfAnUpsert() {
    return Op.UPSERT.wireName();
  }

  /** Whether an answer names every record, and not those alone that were refused. */
  protected boolean namesEveryRecord() {
    return true;
  }

  /**
   * Whether an answer that names a record twice is none; not where each of its fields has a say.
   */
  protected boolean namesARecordOnce() {
    return true;
  }

  /** Whether the vendor can say of a single record that it may pass later. */
  protected boolean putsRecordsOff() {
    return true;
  }

  /** What the vendor's words for a record that it refuses come to. */
  protected RecordResult.Rejected rejected(String key, String code, String field, String message) {
    return new RecordResult.Rejected(key, code, field, about(field, message));
  }

  /** Whether a whole request is refused with a code and a field, and not in words alone. */
  protected boolean refusalsNameCodeAndField() {
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

  /**
   * The vendor's own description, to which every request of every test is held; empty where there
   * is none, or none at hand.
   */
  protected Optional<VendorContract> contract() {
    return Optional.empty();
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
    contract().ifPresent(contract -> server.requests().forEach(contract::check));
  }

  Destination open(URI url) {
    return open(url, PATIENT, new DeliveryContext(clock, "backhaul-contract"));
  }

  Destination open(Duration timeout) {
    return open(server.url(), timeout, new DeliveryContext(clock, "backhaul-contract"));
  }

  Change upsert(int n) {
    return change(usualOp(), n, Map.of(textField(), "text " + n), null);
  }

  Batch batch(String id, Change... changes) {
    return new Batch(id, object(), changes[0].op(), List.of(changes));
  }

  /** So many records, or as many as one request carries. */
  Batch upserts(String id, int count) {
    return exactly(id, Math.min(count, recordsInACall()));
  }

  Batch exactly(String id, int count) {
    return batch(id, IntStream.rangeClosed(1, count).mapToObj(this::upsert).toArray(Change[]::new));
  }

  List<RecordResult> write(Batch batch) {
    return settled(destination, batch).results();
  }

  /** The end of a write, jobs asked after until they are done. */
  static Delivery.Settled settled(Destination destination, Batch batch) {
    Delivery delivery = destination.write(batch);
    for (int asked = 0; asked < 1_000 && delivery instanceof Delivery.Pending pending; asked++) {
      delivery = destination.resume(pending.job(), batch);
    }
    assertThat(delivery).isInstanceOf(Delivery.Settled.class);
    return (Delivery.Settled) delivery;
  }

  DestinationException failure(Batch batch) {
    return failure(destination, batch);
  }

  static DestinationException failure(Destination destination, Batch batch) {
    DestinationException failure =
        catchThrowableOfType(DestinationException.class, () -> settled(destination, batch));
    assertThat(failure).as("write did not fail").isNotNull();
    return failure;
  }

  long timesApplied() {
    return server.ledger().applied();
  }

  void assertHolds(Batch batch) {
    Map<String, String> expected = new LinkedHashMap<>();
    batch.changes().forEach(change -> expected.put(nameOf(change), valueOf(change)));
    assertThat(server.store()).isEqualTo(expected);
  }

  static void assertAllApplied(Batch batch, List<RecordResult> results) {
    assertThat(results).hasSameSizeAs(batch.changes());
    assertThat(results).allMatch(RecordResult.Applied.class::isInstance);
    assertThat(results.stream().map(RecordResult::key))
        .containsExactlyElementsOf(batch.changes().stream().map(Change::key).toList());
  }
}
