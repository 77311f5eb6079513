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
import java.util.Arrays;
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
  private long[] counts = new long[Count.values().length];
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
      long more = counted.counts().get(count.ordinal());
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
      counts[count.ordinal()] += records;
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
      counts[Count.CALLS.ordinal()]++;
      counts[Count.FAILED_CALLS.ordinal()] += failed ? 1 : 0;
      if (!heldBack.isZero()) {
        counts[Count.RATE_WAITS.ordinal()]++;
        held = held.plus(heldBack);
      }
    }
    tellNowAndThen();
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
    long[] told;
    synchronized (this) {
      told = counts;
      counts = new long[told.length];
      toldAt = clock.instant();
      told[Count.RATE_WAIT_MILLIS.ordinal()] = held.toMillis();
      held = held.minusMillis(held.toMillis());
    }
    Counted counted = new Counted(sync, destination, Arrays.stream(told).boxed().toList());
    add(metrics, OF_A_PROCESS, counted);
    driver.accept(counted);
  }
}
