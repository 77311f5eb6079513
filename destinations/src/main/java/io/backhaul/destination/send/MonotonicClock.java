/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * Another clock without its jumps back: when that one is set back, this one goes on from where it
 * was. Waits computed on it never grow because somebody corrected the time. Thread-safe.
 */
public final class MonotonicClock extends Clock {

  private final Clock clock;
  private Instant last = Instant.MIN;
  private Duration lead = Duration.ZERO;

  public MonotonicClock(Clock clock) {
    this.clock = clock;
  }

  @Override
  public synchronized Instant instant() {
    Instant now = clock.instant().plus(lead);
    if (now.isBefore(last)) {
      lead = lead.plus(Duration.between(now, last));
      now = last;
    }
    last = now;
    return now;
  }

  @Override
  public ZoneId getZone() {
    return clock.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return new MonotonicClock(clock.withZone(zone));
  }
}
