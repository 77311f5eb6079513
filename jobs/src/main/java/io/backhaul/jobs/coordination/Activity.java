/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.coordination;

import com.codahale.metrics.MetricRegistry;
import io.backhaul.destination.send.Outcome;
import io.backhaul.destination.send.SendListener;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Counts what one partition does, in this process's metrics, and tells the driver once a second and
 * at the end. Thread-safe.
 */
final class Activity implements SendListener, AutoCloseable {

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Before the names of metrics that count for one process; those of the driver count for all. */
  static final String OF_A_PROCESS = "executor.";

  private final String sync;
  private final String destination;
  private final SendListener next;
  private final MetricRegistry metrics;
  private final Consumer<Counted> driver;
  private final Clock clock;
  private Map<Count, Long> counts = new EnumMap<>(Count.class);
  private Duration held = Duration.ZERO;
  private Instant toldAt;

  Activity(
      String sync,
      String destination,
      SendListener next,
      MetricRegistry metrics,
      Consumer<Counted> driver,
      Clock clock) {
    this.sync = sync;
    this.destination = destination;
    this.next = next;
    this.metrics = metrics;
    this.driver = driver;
    this.clock = clock;
    this.toldAt = clock.instant();
  }

  /** Adds to the counters of a sync and to the sum of all. */
  static void add(MetricRegistry metrics, String before, Counted counted) {
    for (Count count : Count.values()) {
      long more = counted.of(count);
      metrics.counter(before + counted.prefix() + "." + count.metric()).inc(more);
      metrics.counter(before + "all." + count.metric()).inc(more);
    }
  }

  /** Spark shows a plugin's metrics only if there are some when it starts. */
  static void begin(MetricRegistry metrics, String before) {
    for (Count count : Count.values()) {
      metrics.counter(before + "all." + count.metric());
    }
  }

  @Override
  public void outcomes(Outcome outcome, int records) {
    next.outcomes(outcome, records);
    Count count =
        switch (outcome) {
          case APPLIED -> Count.APPLIED;
          case REJECTED -> Count.REJECTED;
          case DEFERRED -> Count.DEFERRED;
          case UNKNOWN -> Count.UNKNOWN;
        };
    synchronized (this) {
      count(count, records);
    }
    tellNowAndThen();
  }

  @Override
  public void circuit(String state) {
    next.circuit(state);
  }

  @Override
  public void call(Duration heldBack, boolean failed) {
    next.call(heldBack, failed);
    synchronized (this) {
      count(Count.CALLS, 1);
      count(Count.FAILED_CALLS, failed ? 1 : 0);
      if (!heldBack.isZero()) {
        count(Count.RATE_WAITS, 1);
        held = held.plus(heldBack);
      }
    }
    tellNowAndThen();
  }

  private void count(Count count, long more) {
    counts.merge(count, more, Long::sum);
  }

  private void tellNowAndThen() {
    synchronized (this) {
      if (clock.instant().isBefore(toldAt.plus(INTERVAL))) {
        return;
      }
    }
    close();
  }

  /** Tells what was not told yet. */
  @Override
  public void close() {
    Map<Count, Long> told;
    synchronized (this) {
      told = counts;
      counts = new EnumMap<>(Count.class);
      toldAt = clock.instant();
      told.put(Count.RATE_WAIT_MILLIS, held.toMillis());
      held = held.minusMillis(held.toMillis());
    }
    Counted counted = new Counted(sync, destination, told);
    add(metrics, OF_A_PROCESS, counted);
    driver.accept(counted);
  }
}
