/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Permits of this process alone, at a steady rate. Thread-safe. */
public final class SteadyPermits implements Permits {

  /** Longer than any run. */
  private static final Duration FOREVER = Duration.ofDays(365);

  private final RateLimiter limiter;

  /**
   * @param name of the destination
   * @param requestsPerSecond this process's share; requests are spread out, not sent in bursts
   */
  public SteadyPermits(String name, double requestsPerSecond, Clock clock) {
    this.limiter = limiter(name, requestsPerSecond, new MonotonicClock(clock));
  }

  /**
   * A hundredth of a second's worth at a time: a whole second's worth would let twice the rate
   * through around the moment of its renewal.
   */
  private static RateLimiter limiter(String name, double requestsPerSecond, Clock clock) {
    int permits = (int) Math.max(1, Math.min(requestsPerSecond / 100, Integer.MAX_VALUE));
    long nanos = Math.max(1, Math.round(permits / requestsPerSecond * 1e9));
    Instant start = clock.instant();
    return RateLimiter.of(
        name,
        RateLimiterConfig.custom()
            .limitForPeriod(permits)
            .limitRefreshPeriod(Duration.ofNanos(nanos))
            .timeoutDuration(FOREVER)
            .build(),
        () -> Duration.between(start, clock.instant()).toNanos());
  }

  @Override
  public Duration reserve() {
    return Duration.ofNanos(Math.max(0, limiter.reservePermission()));
  }
}
