/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

import io.backhaul.destination.send.Breaker;
import io.backhaul.destination.send.CircuitReport;
import io.backhaul.destination.send.RejectLimit;
import io.backhaul.jobs.fleet.JobEnd;
import io.backhaul.jobs.fleet.JobLease;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * One run of a made-up sync: reads, makes its calls one after another through the account's gate
 * and a breaker of its own, as a partition does, and settles.
 */
final class SimulatedRun {

  private static final long START_MILLIS = 1_500;
  private static final long SETTLE_MILLIS = 1_500;
  private static final long REFUSAL_MILLIS = 100;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Duration MAX_BACKOFF = Duration.ofMinutes(1);

  /**
   * What all runs of a day share.
   *
   * @param patience longest time in all that a run waits for a throttled or broken destination
   */
  record World(
      Events events, Clock clock, Draws draws, Troubles troubles, Tally tally, Duration patience) {}

  final JobLease lease;
  final SimulatedSync sync;
  final Instant readAt;
  final String source;
  private final Account account;
  private final World world;
  private final Consumer<SimulatedRun> onEnd;
  private final long number;
  private Breaker breaker;
  private JobEnd end;
  private boolean dead;
  private long callsLeft;
  private long rejected;
  private Duration patience;
  private Duration backoff = RETRY_AFTER;

  SimulatedRun(
      JobLease lease,
      SimulatedSync sync,
      Account account,
      World world,
      Consumer<SimulatedRun> onEnd) {
    this.lease = lease;
    this.sync = sync;
    this.account = account;
    this.world = world;
    this.onEnd = onEnd;
    this.number = sync.runs++;
    this.readAt = world.clock().instant();
    this.source = sync.source;
    this.patience = world.patience();
    if (lease.circuit().openUntil() != null) {
      breaker = new Breaker(sync.sync.account(), lease.circuit(), world.clock());
    }
    long query =
        world.troubles().isSlow(sync)
            ? Troubles.SLOW_QUERY_MILLIS
            : world.draws().millis(sync.readMillis, 10 + number, sync.number);
    after(START_MILLIS + query, this::deliver);
  }

  /** The worker is gone: nothing of this happens any more. */
  void die() {
    dead = true;
  }

  JobEnd end() {
    return end;
  }

  private void deliver() {
    callsLeft = sync.calls(readAt);
    next();
  }

  private void next() {
    if (callsLeft == 0) {
      sync.delivered(
          readAt,
          world.clock().instant(),
          world.troubles().fails(sync) ? null : world.tally().lags(sync));
      boolean failed = rejected > 0;
      after(SETTLE_MILLIS, () -> end(failed ? JobEnd.Outcome.FAILED : JobEnd.Outcome.DONE));
      return;
    }
    Duration paused = account.pauseLeft();
    Duration open = breaker == null ? Duration.ZERO : breaker.pauseLeft();
    Duration wait = open.compareTo(paused) > 0 ? open : paused;
    if (!wait.isZero()) {
      waitOut(wait);
      return;
    }
    after(account.turn().toMillis(), this::call);
  }

  /** Spends patience; without it the run ends, and its rows wait for the next. */
  private void waitOut(Duration wait) {
    if (wait.compareTo(patience) > 0) {
      after(SETTLE_MILLIS, () -> end(JobEnd.Outcome.DEFERRED));
      return;
    }
    patience = patience.minus(wait);
    after(wait.toMillis() + 1, this::next);
  }

  private void call() {
    boolean throttled = world.troubles().throttles(sync.vendor, world.clock().instant());
    long latency =
        throttled
            ? REFUSAL_MILLIS
            : world.draws().millis(sync.vendor.latencyMillis, callsLeft, sync.number);
    after(latency, () -> answered(throttled));
  }

  private void answered(boolean throttled) {
    world.tally().calls++;
    if (throttled) {
      world.tally().wasted++;
      refused();
      return;
    }
    if (breaker != null) {
      breaker.tryBegin().ifPresent(breaker::succeeded);
    }
    backoff = RETRY_AFTER;
    callsLeft--;
    sync.callsInJournal++;
    if (world.troubles().fails(sync)) {
      world.tally().wasted++;
      rejected += sync.vendor.batch;
      if (RejectLimit.ofShare(0.5).exceededBy(rejected, rejected)) {
        after(SETTLE_MILLIS, () -> end(JobEnd.Outcome.FAILED));
        return;
      }
    }
    next();
  }

  private void refused() {
    if (breaker == null) {
      // A closed breaker that was told of successes alone is as good as a new one.
      breaker = new Breaker(sync.sync.account(), CircuitReport.CLOSED, world.clock());
    }
    breaker.tryBegin().ifPresent(call -> breaker.failed(call, "HTTP_429"));
    account.pause(RETRY_AFTER);
    Duration wait = backoff;
    Duration doubled = backoff.multipliedBy(2);
    backoff = doubled.compareTo(MAX_BACKOFF) > 0 ? MAX_BACKOFF : doubled;
    if (breaker.pauseLeft().isZero()) {
      waitOut(wait);
    } else {
      next();
    }
  }

  private void end(JobEnd.Outcome outcome) {
    end = new JobEnd(outcome, breaker == null ? lease.circuit() : breaker.report());
    onEnd.accept(this);
  }

  private void after(long millis, Runnable action) {
    world
        .events()
        .afterMillis(
            millis,
            () -> {
              if (!dead) {
                action.run();
              }
            });
  }
}
