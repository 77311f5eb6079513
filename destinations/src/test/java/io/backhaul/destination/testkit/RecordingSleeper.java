/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.testkit;

import io.backhaul.destination.Sleeper;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Sleeps no real time: notes each pause and moves the clock on by it, so that hours of waiting are
 * tested in milliseconds. Thread-safe.
 */
public final class RecordingSleeper implements Sleeper {

  private final SettableClock clock;
  private final List<Duration> pauses = new CopyOnWriteArrayList<>();

  public RecordingSleeper(SettableClock clock) {
    this.clock = clock;
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (!duration.isNegative() && !duration.isZero()) {
      pauses.add(duration);
      clock.advance(duration);
    }
  }

  /** Every pause so far, in the order in which they began. */
  public List<Duration> pauses() {
    return List.copyOf(pauses);
  }

  /** The sum of all pauses. */
  public Duration total() {
    return pauses.stream().reduce(Duration.ZERO, Duration::plus);
  }
}
