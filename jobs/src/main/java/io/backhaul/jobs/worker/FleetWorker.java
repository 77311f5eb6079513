/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import io.backhaul.destination.send.CircuitReport;
import io.backhaul.jobs.fleet.EndedJob;
import io.backhaul.jobs.fleet.FleetSync;
import io.backhaul.jobs.fleet.HeldAccount;
import io.backhaul.jobs.fleet.JobEnd;
import io.backhaul.jobs.fleet.JobLease;
import io.backhaul.jobs.fleet.Turn;
import io.backhaul.jobs.sync.Cancellation;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One application of a fleet: every few seconds, and whenever a job ends, it tells the queue what
 * ended, and takes as many jobs as it has places free. Used once, by one thread.
 */
public final class FleetWorker {

  private static final Logger LOG = LoggerFactory.getLogger(FleetWorker.class);

  private static final int TOGETHER_MILLIS = 200;

  /** A job that has sent nothing for so long leaves its account's place to others. */
  private static final Duration LONG_READ = Duration.ofSeconds(10);

  /** Exchanges in a row after which a queue that cannot be reached is given up. */
  private static final int MOST_FAILURES = 30;

  private final QueueTable table;
  private final JobRunner runner;
  private final WorkerSettings settings;
  private final Supplier<Turn> turns;
  private final Supplier<Map<String, String>> sources;
  private final WorkerListener listener;
  private final Clock clock;

  private final Map<JobLease, Running> running = new ConcurrentHashMap<>();
  private final List<EndedJob> untold = new ArrayList<>();
  private final BlockingQueue<EndedJob> ends = new LinkedBlockingQueue<>();
  private final Set<String> ran = new HashSet<>();
  private final List<String> parked = new ArrayList<>();
  private final Map<JobEnd.Outcome, Integer> outcomes = new EnumMap<>(JobEnd.Outcome.class);
  private final Semaphore woken = new Semaphore(0);
  private List<HeldAccount> held = List.of();
  private int lost;
  private int waiting;
  private int failures;

  /**
   * A worker of a fleet.
   *
   * @param turns the syncs whose jobs it can run, as they are at each exchange
   * @param sources versions of sources by sync, of those that are due on change
   */
  public FleetWorker(
      QueueTable table,
      Supplier<Turn> turns,
      JobRunner runner,
      WorkerSettings settings,
      Supplier<Map<String, String>> sources,
      WorkerListener listener,
      Clock clock) {
    this.table = table;
    this.turns = turns;
    this.runner = runner;
    this.settings = settings;
    this.sources = sources;
    this.listener = listener;
    this.clock = clock;
  }

  /** A job under way. */
  private static final class Running {
    private final Cancellation cancellation = new Cancellation();
    private final Instant since;
    private volatile boolean delivers;

    private Running(Instant since) {
      this.since = since;
    }

    private boolean readsForLong(Instant now) {
      return !delivers && !now.isBefore(since.plus(LONG_READ));
    }
  }

  /**
   * Works until the term is over and what it began has ended.
   *
   * @param stop ends the term at once, and the jobs early
   * @throws RuntimeException if the queue cannot be read or written again and again; jobs under way
   *     were ended early
   */
  public WorkerReport run(Term term, Cancellation stop) throws InterruptedException {
    Instant begun = now();
    stop.onRequest(
        () -> {
          endEarly("the end of its worker");
          woken.release();
        });
    table.goesFirst(true);
    ExecutorService places = Executors.newFixedThreadPool(settings.places(), FleetWorker::thread);
    SignsOfLife signs = table.signsOfLife(settings.name(), settings.leaseTerm());
    try {
      while (true) {
        if (stop.requested()) {
          endEarly("the end of its worker");
        }
        boolean takes = !stop.requested() && takes(term, begun);
        List<JobLease> given = exchange(term, takes ? settings.places() - running.size() : 0);
        given.forEach(lease -> start(lease, places));
        boolean idle = running.isEmpty() && ends.isEmpty() && untold.isEmpty() && failures == 0;
        if (idle && (!takes || term instanceof Term.Once)) {
          return report();
        }
        await();
      }
    } finally {
      endEarly("the end of its worker");
      places.shutdown();
      table.goesFirst(false);
      signs.end();
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "backhaul-job");
    thread.setDaemon(true);
    return thread;
  }

  private boolean takes(Term term, Instant begun) {
    return !(term instanceof Term.For some) || now().isBefore(begun.plus(some.duration()));
  }

  /** Tells what ended, and is given what it may begin; nothing if the queue cannot be reached. */
  private List<JobLease> exchange(Term term, int free) {
    ends.drainTo(untold);
    untold.forEach(ended -> running.remove(ended.lease()));
    Turn turn = turns.get();
    Instant now = now();
    Map<String, Instant> heldUntil = new HashMap<>(); // a worker has many jobs and one file
    Turn.Report report =
        new Turn.Report(
            settings.name(),
            List.copyOf(running.keySet()),
            readingForLong(now),
            List.copyOf(untold),
            free,
            sources.get(),
            term instanceof Term.Once ? haveRun() : Set.of(),
            worker -> heldUntil.computeIfAbsent(worker, table::heldUntil),
            now);
    Turn.Result result;
    try {
      result =
          table.change(
              settings.name(),
              page -> {
                Turn.Result taken = turn.take(page, report);
                return new QueueTable.Change<>(taken.page(), taken);
              });
      failures = 0;
    } catch (RuntimeException e) {
      if (++failures >= MOST_FAILURES) {
        throw e;
      }
      LOG.warn("the queue could not be reached; trying again", e);
      return List.of();
    }
    heard(result);
    return result.leases();
  }

  private Set<JobLease> readingForLong(Instant now) {
    return running.entrySet().stream()
        .filter(entry -> entry.getValue().readsForLong(now))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private Set<String> haveRun() {
    Set<String> all = new HashSet<>(ran);
    untold.forEach(job -> all.add(job.lease().job().sync().id()));
    return all;
  }

  private void heard(Turn.Result result) {
    for (EndedJob job : untold) {
      if (result.lost().contains(job.lease())) {
        lost++;
        listener.lost(job.lease());
      } else {
        outcomes.merge(job.end().outcome(), 1, Integer::sum);
        ran.add(job.lease().job().sync().id());
        listener.ended(job);
      }
    }
    for (FleetSync sync : result.parked()) {
      parked.add(sync.id());
      listener.parked(sync, error(sync));
    }
    untold.clear();
    running.forEach(
        (lease, run) -> {
          if (result.cancelled().contains(lease.job().sync().id())) {
            run.cancellation.request("a person");
          } else if (result.lost().contains(lease)) {
            run.cancellation.request("another worker, which has its job now");
          }
        });
    if (!result.held().equals(held)) {
      held = result.held();
      listener.held(held);
    }
    waiting = result.waiting();
  }

  private String error(FleetSync sync) {
    return untold.stream()
        .filter(job -> job.lease().job().sync().equals(sync))
        .map(EndedJob::error)
        .findFirst()
        .orElse(null);
  }

  private void start(JobLease lease, ExecutorService places) {
    Running job = new Running(now());
    running.put(lease, job);
    listener.began(lease);
    places.execute(
        () -> {
          ends.add(end(lease, job));
          woken.release();
        });
  }

  private EndedJob end(JobLease lease, Running job) {
    try {
      return runner.run(lease, job.cancellation, () -> job.delivers = true);
    } catch (Throwable e) { // whatever it is, the job has ended
      LOG.error("{} ended in a way that a job should not", lease.job().sync(), e);
      return new EndedJob(
          lease,
          new JobEnd(JobEnd.Outcome.FAILED, CircuitReport.CLOSED),
          job.since,
          null,
          e.getClass().getSimpleName());
    }
  }

  private void endEarly(String why) {
    running.values().forEach(run -> run.cancellation.request(why));
  }

  /** Waits for the end of a job, a wish to stop, or the time of the next exchange. */
  private void await() throws InterruptedException {
    if (woken.tryAcquire(settings.poll().toMillis(), TimeUnit.MILLISECONDS)) {
      // what ends at about the same time is told in one commit
      while (woken.tryAcquire(TOGETHER_MILLIS, TimeUnit.MILLISECONDS)) {
        woken.drainPermits();
      }
    }
  }

  private WorkerReport report() {
    return new WorkerReport(
        outcomes.getOrDefault(JobEnd.Outcome.DONE, 0),
        outcomes.getOrDefault(JobEnd.Outcome.DEFERRED, 0),
        outcomes.getOrDefault(JobEnd.Outcome.FAILED, 0),
        lost,
        parked,
        held,
        waiting);
  }

  /** As the table keeps it. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
