/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Sleeper;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What every request to one destination passes: requests a second, requests in flight, and the
 * pauses the destination asked for. One gate serves all senders of a destination in this process,
 * so that a 429 to one of them slows all. Thread-safe.
 */
public final class RateGate {

  /** Longer than any run. */
  private static final Duration FOREVER = Duration.ofDays(365);

  /** Gates by destination, one set per executor process; tasks come and go, the limits stay. */
  private static final ConcurrentMap<String, RateGate> SHARED = new ConcurrentHashMap<>();

  private final double requestsPerSecond;
  private final int concurrency;
  private final Clock clock;
  private final Sleeper sleeper;
  private final RateLimiter limiter;
  private final Bulkhead bulkhead;
  private final AtomicReference<Instant> pausedUntil = new AtomicReference<>(Instant.MIN);

  /**
   * A gate of one's own.
   *
   * @param name of the destination, for metrics
   * @param requestsPerSecond this process's share; requests are spread out, not sent in bursts
   * @param concurrency this process's share
   */
  public RateGate(
      String name, double requestsPerSecond, int concurrency, Clock clock, Sleeper sleeper) {
    this.requestsPerSecond = requestsPerSecond;
    this.concurrency = concurrency;
    this.clock = new MonotonicClock(clock);
    this.sleeper = sleeper;
    this.limiter = limiter(name, requestsPerSecond, this.clock);
    this.bulkhead =
        Bulkhead.of(
            name,
            BulkheadConfig.custom()
                .maxConcurrentCalls(concurrency)
                .maxWaitDuration(FOREVER)
                .build());
  }

  /**
   * The gate of a destination in this process, made by the first who asks. Whoever asks with other
   * limits gets a new gate, since a destination file may have changed between two runs.
   *
   * @param destinationId tenant and name of the destination
   */
  public static RateGate shared(String destinationId, double requestsPerSecond, int concurrency) {
    return SHARED.compute(
        destinationId,
        (id, gate) ->
            gate != null
                    && gate.requestsPerSecond == requestsPerSecond
                    && gate.concurrency == concurrency
                ? gate
                : new RateGate(
                    id, requestsPerSecond, concurrency, Clock.systemUTC(), Sleeper.SYSTEM));
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

  /** How much of a pause the destination asked for is left. */
  public Duration pauseLeft() {
    Instant until = pausedUntil.get();
    if (until.equals(Instant.MIN)) {
      return Duration.ZERO;
    }
    Duration left = Duration.between(clock.instant(), until);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** The destination asks everyone to wait; a shorter wait than one under way changes nothing. */
  public void pause(Duration pause) {
    Instant until = clock.instant().plus(pause);
    pausedUntil.accumulateAndGet(until, (one, other) -> one.isAfter(other) ? one : other);
  }

  /**
   * Waits for its turn, pauses left out of account: ask {@link #pauseLeft()} before and after.
   *
   * @return to be closed when the request has ended
   */
  public Pass enter() throws InterruptedException {
    if (!bulkhead.tryAcquirePermission()) {
      // The bulkhead says no after FOREVER or on an interrupt, whose flag it sets again.
      Thread.interrupted();
      throw new InterruptedException();
    }
    try {
      sleeper.sleep(Duration.ofNanos(Math.max(0, limiter.reservePermission())));
      return new Pass();
    } catch (InterruptedException | RuntimeException | Error e) {
      bulkhead.onComplete();
      throw e;
    }
  }

  /** The right to one request; closing it twice is harmless. */
  public final class Pass implements AutoCloseable {
    private boolean open = true;

    private Pass() {}

    @Override
    public void close() {
      if (open) {
        open = false;
        bulkhead.onComplete();
      }
    }
  }
}
