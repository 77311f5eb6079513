/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Change;
import io.backhaul.destination.Destination;
import io.backhaul.destination.Op;
import io.backhaul.destination.testkit.RecordingSleeper;
import io.backhaul.destination.testkit.SettableClock;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/** A sender on a test bench: time stands still unless somebody waits. */
final class Bench {

  final SettableClock clock = SettableClock.atNoon();
  final RecordingSleeper sleeper = new RecordingSleeper(clock);
  final MemoryLog log;
  SendPolicy policy = SendPolicy.standard().withInFlight(1);
  Breaker breaker = new Breaker("crm", CircuitReport.CLOSED, clock);
  RateGate gate = new RateGate("crm", 1_000_000, 64, clock, sleeper);
  SendListener listener = SendListener.NONE;

  Bench() {
    this(new MemoryLog());
  }

  Bench(MemoryLog log) {
    this.log = log;
  }

  Bench patience(Duration patience) {
    policy = policy.withPatience(patience);
    return this;
  }

  Bench inFlight(int batches) {
    policy = policy.withInFlight(batches);
    return this;
  }

  Sender sender(Destination destination) {
    return new Sender(
        destination,
        "acme/contacts",
        "contacts",
        policy,
        gate,
        breaker,
        log,
        listener,
        clock,
        sleeper);
  }

  SendReport send(Destination destination, Iterator<Change> changes) throws InterruptedException {
    return sender(destination).send(changes);
  }

  SendReport send(Destination destination, List<Change> changes) throws InterruptedException {
    return send(destination, changes.iterator());
  }

  static Change change(Op op, String name) {
    String fields = op == Op.DELETE ? null : "{\"name\":\"" + name + "\"}";
    return new Change("{\"id\":\"" + name + "\"}", op, fields, null, name.hashCode(), "");
  }

  static List<Change> upserts(int count) {
    return IntStream.range(0, count).mapToObj(i -> change(Op.UPSERT, "k" + i)).toList();
  }

  static List<Change> inserts(int count) {
    return IntStream.range(0, count).mapToObj(i -> change(Op.INSERT, "k" + i)).toList();
  }
}
