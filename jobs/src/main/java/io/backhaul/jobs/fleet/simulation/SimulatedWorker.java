/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

import io.backhaul.jobs.fleet.JobLease;
import io.backhaul.jobs.fleet.JobQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * One application of a fleet: every few seconds it tells the queue which of its jobs ended, and
 * leases as many as it has places free.
 */
final class SimulatedWorker {

  static final Duration POLL = Duration.ofSeconds(5);

  private final String name;
  private final int places;
  private final JobQueue queue;
  private final Events events;
  private final BiFunction<JobLease, Consumer<SimulatedRun>, SimulatedRun> starter;
  private final BiConsumer<SimulatedRun, Boolean> onEnded;
  private final Set<SimulatedRun> runs = new LinkedHashSet<>();
  private final List<SimulatedRun> ended = new ArrayList<>();
  private boolean dead;
  private boolean cutOff;

  /**
   * @param onEnded hears of each run that ended, and whether the queue took its end
   */
  SimulatedWorker(
      String name,
      int places,
      JobQueue queue,
      Events events,
      BiFunction<JobLease, Consumer<SimulatedRun>, SimulatedRun> starter,
      BiConsumer<SimulatedRun, Boolean> onEnded) {
    this.name = name;
    this.places = places;
    this.queue = queue;
    this.events = events;
    this.starter = starter;
    this.onEnded = onEnded;
  }

  void start(Duration phase) {
    events.after(phase, this::poll);
  }

  /** Its machine is gone, with all that ran on it. */
  void die() {
    dead = true;
    runs.forEach(SimulatedRun::die);
    runs.clear();
  }

  /** It does not reach the queue, and goes on with what it has. */
  void cutOff() {
    cutOff = true;
  }

  void reconnect() {
    cutOff = false;
  }

  private void ended(SimulatedRun run) {
    runs.remove(run);
    ended.add(run);
  }

  /** What it works on, dead or cut off or not. */
  Set<SimulatedRun> runs() {
    return runs;
  }

  private void poll() {
    if (dead) {
      return;
    }
    if (!cutOff) {
      for (SimulatedRun run : ended) {
        onEnded.accept(run, queue.end(run.lease, run.end(), events.now()));
      }
      ended.clear();
      for (JobLease lease : queue.lease(name, places - runs.size(), events.now())) {
        runs.add(starter.apply(lease, this::ended));
      }
    }
    events.after(POLL, this::poll);
  }
}
