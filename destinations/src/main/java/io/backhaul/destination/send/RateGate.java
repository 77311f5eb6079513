/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Sleeper;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

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

  /** What one gate is told apart by from the next of the same destination. */
  private record Limits(Object rate, int concurrency) {}

  private final Limits limits;
  private final Clock clock;
  private final Sleeper sleeper;
  private final Permits permits;
  private final Bulkhead bulkhead;
  private final AtomicReference<Pause> pause = new AtomicReference<>(Pause.NONE);

  /** What the destination asked for. */
  private record Pause(Instant toldAt, Instant until) {
    private static final Pause NONE = new Pause(Instant.MIN, Instant.MIN);
  }

  /**
   * A gate of one's own.
   *
   * @param name of the destination, for metrics
   * @param requestsPerSecond this process's share; requests are spread out, not sent in bursts
   * @param concurrency this process's share
   */
  public RateGate(
      String name, double requestsPerSecond, int concurrency, Clock clock, Sleeper sleeper) {
    this(
        name,
        new Limits(requestsPerSecond, concurrency),
        new SteadyPermits(name, requestsPerSecond, clock),
        clock,
        sleeper);
  }

  private RateGate(String name, Limits limits, Permits permits, Clock clock, Sleeper sleeper) {
    this.limits = limits;
    this.clock = new MonotonicClock(clock);
    this.sleeper = sleeper;
    this.permits = permits;
    this.bulkhead =
        Bulkhead.of(
            name,
            BulkheadConfig.custom()
                .maxConcurrentCalls(limits.concurrency())
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
    return shared(
        destinationId,
        new Limits(requestsPerSecond, concurrency),
        () -> new SteadyPermits(destinationId, requestsPerSecond, Clock.systemUTC()));
  }

  /**
   * The gate of a destination in this process that gets its permits elsewhere; whoever asks with
   * other permits, or another concurrency, gets a new gate.
   *
   * @param destinationId tenant and name of the destination
   * @param concurrency this process's share
   */
  public static RateGate shared(String destinationId, Permits permits, int concurrency) {
    return shared(destinationId, new Limits(permits, concurrency), () -> permits);
  }

  private static RateGate shared(String destinationId, Limits limits, Supplier<Permits> permits) {
    return SHARED.compute(
        destinationId,
        (id, gate) ->
            gate != null && gate.limits.equals(limits)
                ? gate
                : new RateGate(id, limits, permits.get(), Clock.systemUTC(), Sleeper.SYSTEM));
  }

  /** How much of a pause the destination asked for is left. */
  public Duration pauseLeft() {
    Duration others = permits.pauseLeft();
    Pause known = pause.get();
    if (known.equals(Pause.NONE)) {
      return others;
    }
    Duration left = Duration.between(clock.instant(), known.until());
    return left.compareTo(others) > 0 ? left : others;
  }

  /** The destination asks everyone to wait; a shorter wait than one under way changes nothing. */
  public void pause(Duration asked) {
    Instant now = clock.instant();
    Instant until = now.plus(asked);
    pause.updateAndGet(
        known -> new Pause(now, until.isAfter(known.until()) ? until : known.until()));
    permits.pause(asked);
  }

  /**
   * Somebody else found the destination to work: a pause that was asked for before is over.
   *
   * @param closedAt when (UTC)
   */
  public void lift(Instant closedAt) {
    pause.updateAndGet(known -> known.toldAt().isBefore(closedAt) ? Pause.NONE : known);
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
      Duration wait = permits.reserve();
      sleeper.sleep(wait);
      return new Pass(wait);
    } catch (InterruptedException | RuntimeException | Error e) {
      bulkhead.onComplete();
      throw e;
    }
  }

  /** The right to one request; closing it twice is harmless. */
  public final class Pass implements AutoCloseable {
    private final Duration waited;
    private boolean open = true;

    private Pass(Duration waited) {
      this.waited = waited;
    }

    /** How long the rate held the request back. */
    Duration waited() {
      return waited;
    }

    @Override
    public void close() {
      if (open) {
        open = false;
        bulkhead.onComplete();
      }
    }
  }
}
