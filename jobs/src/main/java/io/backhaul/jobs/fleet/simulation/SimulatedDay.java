/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

import io.backhaul.jobs.fleet.Calendar;
import io.backhaul.jobs.fleet.FleetLimits;
import io.backhaul.jobs.fleet.Job;
import io.backhaul.jobs.fleet.JobEnd;
import io.backhaul.jobs.fleet.JobLease;
import io.backhaul.jobs.fleet.JobQueue;
import io.backhaul.jobs.fleet.MemoryQueue;
import io.backhaul.jobs.spec.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One virtual day of a fleet, from its first to its last second. Used once, by one thread. */
final class SimulatedDay {

  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
  private static final Duration TICK = Duration.ofSeconds(5);
  private static final Duration NEW_WORKER = Duration.ofMinutes(3);

  /** A job with nothing of its own in the way that waits longer is starved. */
  private static final Duration STARVED = Duration.ofHours(1);

  /** The same where its tenant has all the places that one may have. */
  private static final Duration STARVED_AT_CAP = Duration.ofHours(6);

  private final SimulationOptions options;
  private final VirtualClock clock = new VirtualClock(START);
  private final Events events = new Events(clock);
  private final Tally tally = new Tally();
  private final Draws draws;
  private final Troubles troubles;
  private final SimulatedRun.World world;
  private final SimulatedFleet fleet;
  private final JobQueue queue;
  private final Calendar calendar;
  private final Map<String, SimulatedSync> syncs = new HashMap<>();
  private final Map<String, Account> accounts = new HashMap<>();
  private final Map<String, Instant> heldUntil = new HashMap<>();
  private final List<SimulatedWorker> workers = new ArrayList<>();
  private final FleetLimits limits;
  private final Instant[] atCap;
  private int workersStarted;

  SimulatedDay(SimulationOptions options, boolean trouble, FleetRules rules) {
    this.options = options;
    this.draws = new Draws(options.seed());
    this.troubles = new Troubles(trouble, START, Duration.ofHours(options.hours()));
    this.world = new SimulatedRun.World(events, clock, draws, troubles, tally, rules.patience());
    List<SimulatedSync> population = Population.of(options, START);
    for (SimulatedSync sync : population) {
      syncs.put(sync.sync.id(), sync);
      accounts.computeIfAbsent(sync.sync.account(), name -> new Account(name, sync.vendor, clock));
    }
    this.fleet = SimulatedFleet.of(population);
    this.atCap = new Instant[options.tenants()];
    Arrays.fill(atCap, Instant.EPOCH);
    this.limits = FleetLimits.of(fleet.jobsAtOnce());
    this.queue = new MemoryQueue(rules.line().apply(limits), limits.leaseTerm());
    this.calendar =
        new Calendar(
            population.stream().map(sync -> sync.sync).toList(),
            Population.lastRuns(population),
            limits.maxConsecutiveFailures(),
            parked -> tally.parked++,
            START);
  }

  DayResult run() {
    Instant end = START.plus(Duration.ofHours(options.hours()));
    events.after(Duration.ZERO, this::tick);
    for (int i = 0; i < fleet.workers(); i++) {
      Duration phase = SimulatedWorker.POLL.multipliedBy(i).dividedBy(fleet.workers());
      workers.add(newWorker());
      workers.get(i).start(phase);
    }
    for (SimulatedSync sync : syncs.values()) {
      if (sync.sync.schedule() instanceof Schedule.OnChange) {
        long phase = Math.round(draws.even(4, sync.number) * Duration.ofHours(1).toMillis());
        events.afterMillis(phase, () -> sourceMoves(sync, 1));
      }
    }
    if (troubles.any()) {
      for (int hour = 0; hour < options.hours(); hour++) {
        int number = hour;
        Duration at = Duration.ofHours(hour).plusSeconds(Math.round(draws.even(5, hour) * 3_000));
        events.after(at, () -> loseWorker(number));
      }
    }
    events.runUntil(end);
    return result(end);
  }

  private void tick() {
    Instant now = events.now();
    List<Job> due = calendar.due(now);
    for (Job job : due) {
      SimulatedSync sync = syncs.get(job.sync().id());
      sync.waitingSince = job.dueAt().isAfter(START) ? job.dueAt() : START;
      sync.queued = true;
      tally.added++;
    }
    queue.add(due);
    lookAtWork(now);
    events.after(TICK, this::tick);
  }

  private void lookAtWork(Instant now) {
    int[] byTenant = new int[options.tenants()];
    for (SimulatedWorker worker : workers) {
      for (SimulatedRun run : worker.runs()) {
        if (++byTenant[run.sync.tenant] >= limits.perTenant()) {
          atCap[run.sync.tenant] = now;
        }
        tally.atWorkMillis += TICK.toMillis();
      }
    }
  }

  private void sourceMoves(SimulatedSync sync, int version) {
    sync.source = Integer.toString(version);
    calendar.sourceIs(sync.sync.id(), sync.source, events.now());
    events.after(Duration.ofHours(1), () -> sourceMoves(sync, version + 1));
  }

  private SimulatedWorker newWorker() {
    String name = "worker-" + ++workersStarted;
    return new SimulatedWorker(name, fleet.places(), queue, events, this::start, this::ended);
  }

  private SimulatedRun start(JobLease lease, Consumer<SimulatedRun> onEnd) {
    SimulatedSync sync = syncs.get(lease.job().sync().id());
    if (starves(sync, events.now())) {
      tally.starved++;
    }
    return new SimulatedRun(lease, sync, accounts.get(sync.sync.account()), world, onEnd);
  }

  private boolean starves(SimulatedSync sync, Instant now) {
    Instant held = heldUntil.getOrDefault(sync.sync.account(), Instant.EPOCH);
    Instant since = sync.waitingSince.isAfter(held) ? sync.waitingSince : held;
    return now.isAfter(since.plus(STARVED_AT_CAP))
        || (now.isAfter(since.plus(STARVED)) && now.isAfter(atCap[sync.tenant].plus(STARVED)));
  }

  private void ended(SimulatedRun run, boolean taken) {
    Instant now = events.now();
    if (!taken) {
      tally.fenced++;
      return;
    }
    SimulatedSync sync = run.sync;
    Instant until = run.end().circuit().openUntil();
    if (until != null) {
      heldUntil.merge(sync.sync.account(), until, (a, b) -> a.isAfter(b) ? a : b);
    }
    if (run.end().outcome() == JobEnd.Outcome.DEFERRED) {
      sync.waitingSince = now;
      return;
    }
    Job job = run.lease.job();
    tally.ended++;
    if (job.dueAt().isAfter(sync.lastEnded)) {
      sync.lastEnded = job.dueAt();
    } else {
      tally.twice++;
    }
    sync.queued = false;
    boolean failed = run.end().outcome() == JobEnd.Outcome.FAILED;
    calendar.ended(job, run.readAt, now, failed, run.source);
  }

  /** Every other time it is only cut off, and comes back when its jobs are others'. */
  private void loseWorker(int number) {
    int chosen = (int) (draws.even(6, number) * workers.size());
    SimulatedWorker lost = workers.get(chosen);
    if (number % 2 == 1) {
      lost.cutOff();
      events.after(NEW_WORKER, lost::reconnect);
      return;
    }
    lost.die();
    events.after(
        NEW_WORKER,
        () -> {
          SimulatedWorker fresh = newWorker();
          workers.set(chosen, fresh);
          fresh.start(Duration.ZERO);
        });
  }

  private DayResult result(Instant end) {
    JobQueue.Counts left = queue.counts();
    for (SimulatedSync sync : syncs.values()) {
      if (sync.queued) {
        // What should have gone out by now counts as if it arrived at the very end.
        sync.delivered(end, end, troubles.fails(sync) ? null : tally.lags(sync));
        tally.starved += starves(sync, end) ? 1 : 0;
      }
    }
    double offered = (double) fleet.jobsAtOnce() * Duration.between(START, end).toMillis();
    return new DayResult(
        Tally.percentiles(tally.untouched),
        Tally.percentiles(tally.touched),
        tally.calls,
        tally.wasted,
        tally.starved,
        tally.ended,
        tally.added - tally.ended - left.waiting() - left.leased(),
        tally.twice,
        tally.fenced,
        tally.parked,
        fleet.workers(),
        fleet.places(),
        tally.atWorkMillis / offered);
  }
}
