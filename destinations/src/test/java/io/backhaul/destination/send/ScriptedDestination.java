/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.JobHandle;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A destination that answers as a test says and remembers what it was sent. Thread-safe. */
final class ScriptedDestination implements Destination {

  /** Answers the {@code n}th request, counted from 1. */
  @FunctionalInterface
  interface Answer {
    Delivery to(Batch batch, int n);
  }

  /** Answers the {@code n}th poll, counted from 1. */
  @FunctionalInterface
  interface Poll {
    Delivery of(JobHandle job, Batch batch, int n);
  }

  private final Capabilities capabilities;
  private final Answer answer;
  private final List<Batch> requests = new ArrayList<>();
  private Poll poll = (job, batch, n) -> applied(batch);
  private int polls;

  ScriptedDestination(Capabilities capabilities, Answer answer) {
    this.capabilities = capabilities;
    this.answer = answer;
  }

  /** A destination that takes every operation, {@code maxRecords} at a time. */
  static ScriptedDestination taking(int maxRecords, Answer answer) {
    return new ScriptedDestination(limits(maxRecords, false), answer);
  }

  static Capabilities limits(int maxRecords, boolean idempotencyKeys) {
    return new Capabilities(
        Set.of(Op.values()), maxRecords, 1 << 20, 1000, 64, idempotencyKeys, Set.of());
  }

  ScriptedDestination polled(Poll script) {
    poll = script;
    return this;
  }

  static Delivery applied(Batch batch) {
    return settled(
        batch,
        batch.changes().stream()
            .map(change -> (RecordResult) new RecordResult.Applied(change.key(), "id"))
            .toList());
  }

  static Delivery settled(Batch batch, List<RecordResult> results) {
    return Delivery.Settled.of(batch, results, 200, RateHint.NONE);
  }

  static DestinationException busy() {
    return DestinationException.unavailable("BUSY", 503, Duration.ZERO, "the server is busy");
  }

  static DestinationException throttled(Duration hint) {
    return DestinationException.unavailable("HTTP_429", 429, hint, "slow down");
  }

  static DestinationException lost() {
    return DestinationException.inDoubt("TIMEOUT", 0, "no answer in time");
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public ObjectSchema describe(String object) {
    return ObjectSchema.open(object);
  }

  @Override
  public Delivery write(Batch batch) {
    int n;
    synchronized (this) {
      requests.add(batch);
      n = requests.size();
    }
    return answer.to(batch, n);
  }

  @Override
  public Delivery resume(JobHandle job, Batch batch) {
    int n;
    synchronized (this) {
      n = ++polls;
    }
    return poll.of(job, batch, n);
  }

  /** Every batch sent, in order. */
  synchronized List<Batch> requests() {
    return List.copyOf(requests);
  }

  /** Keys in the order in which they were sent, request after request. */
  synchronized List<String> keysSent() {
    return requests.stream().flatMap(batch -> batch.changes().stream()).map(Change::key).toList();
  }

  synchronized int polls() {
    return polls;
  }

  @Override
  public void close() {}
}
