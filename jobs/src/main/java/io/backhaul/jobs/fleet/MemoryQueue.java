/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import io.backhaul.destination.send.CircuitReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A queue within one process, which is gone with it. Thread-safe. */
public final class MemoryQueue implements JobQueue {

  private static final class Worker {
    private Instant heardOf = Instant.MIN;
    private final Map<String, JobLease> leases = new LinkedHashMap<>();
  }

  private final Line line;
  private final Duration leaseTerm;
  private final CircuitBook circuits = new CircuitBook();
  private final Map<String, Worker> workers = new HashMap<>();
  private final Set<String> syncs = new HashSet<>();
  private final Set<Long> reading = new HashSet<>();
  private long epoch;
  private int leased;

  /**
   * An empty queue.
   *
   * @param line an empty line, which nobody else uses
   * @param leaseTerm after so long without a sign of life a worker's jobs are free again
   */
  public MemoryQueue(Line line, Duration leaseTerm) {
    this.line = line;
    this.leaseTerm = leaseTerm;
  }

  /**
   * What a queue holds.
   *
   * @param waiting jobs that no worker has
   * @param leased jobs that a worker has
   * @param circuits what is known against accounts, by name
   * @param epoch of the newest lease
   */
  public record Contents(
      List<Job> waiting, List<Leased> leased, Map<String, CircuitReport> circuits, long epoch) {

    public Contents {
      waiting = List.copyOf(waiting);
      leased = List.copyOf(leased);
      circuits = Map.copyOf(circuits);
    }
  }

  /**
   * A job at work.
   *
   * @param heardOf when its worker gave a sign of life (UTC)
   * @param reading whether it has read for long
   */
  public record Leased(JobLease lease, Instant heardOf, boolean reading) {}

  /**
   * A queue that goes on where another one was.
   *
   * @param line as above
   */
  public static MemoryQueue of(Line line, Duration leaseTerm, Contents contents) {
    MemoryQueue queue = new MemoryQueue(line, leaseTerm);
    queue.epoch = contents.epoch();
    queue.add(contents.waiting());
    for (Leased leased : contents.leased()) {
      Job job = leased.lease().job();
      queue.syncs.add(job.sync().id());
      queue
          .heard(leased.lease().worker(), leased.heardOf())
          .leases
          .put(job.sync().id(), leased.lease());
      queue.leased++;
      line.working(job);
      if (leased.reading()) {
        queue.reading.add(leased.lease().epoch());
        line.reads(job);
      }
    }
    contents
        .circuits()
        .forEach(
            (account, circuit) -> {
              queue.circuits.put(account, circuit);
              line.circuit(account, circuit);
            });
    return queue;
  }

  /** What it holds now. */
  public synchronized Contents contents() {
    List<Leased> atWork = new ArrayList<>();
    for (Worker worker : workers.values()) {
      for (JobLease lease : worker.leases.values()) {
        atWork.add(new Leased(lease, worker.heardOf, reading.contains(lease.epoch())));
      }
    }
    return new Contents(line.waiting(), atWork, circuits.open(), epoch);
  }

  @Override
  public synchronized void add(Collection<Job> jobs) {
    for (Job job : jobs) {
      if (syncs.add(job.sync().id())) {
        line.add(job);
      }
    }
  }

  @Override
  public synchronized List<JobLease> lease(String name, int most, Instant now) {
    free(now);
    Worker worker = heard(name, now);
    List<JobLease> given = new ArrayList<>();
    while (given.size() < most) {
      Optional<Job> job = line.take(now);
      if (job.isEmpty()) {
        break;
      }
      var circuit = circuits.of(job.get().sync().account());
      JobLease lease = new JobLease(job.get(), name, ++epoch, circuit, circuit.openUntil() != null);
      worker.leases.put(job.get().sync().id(), lease);
      given.add(lease);
    }
    leased += given.size();
    return given;
  }

  @Override
  public synchronized void beat(String name, Instant now) {
    free(now);
    heard(name, now);
  }

  @Override
  public synchronized boolean end(JobLease lease, JobEnd end, Instant now) {
    free(now);
    Job job = lease.job();
    Worker worker = workers.get(lease.worker());
    JobLease held = worker == null ? null : worker.leases.get(job.sync().id());
    if (held == null || held.epoch() != lease.epoch()) {
      return false;
    }
    worker.leases.remove(job.sync().id());
    reading.remove(lease.epoch());
    leased--;
    if (circuits.note(lease, end, now)) {
      line.circuit(job.sync().account(), circuits.of(job.sync().account()));
    }
    line.left(job);
    switch (end.outcome()) {
      case DONE, FAILED -> syncs.remove(job.sync().id());
      case DEFERRED -> line.add(job);
    }
    return true;
  }

  /** Whatever is known against an account is forgotten, and its jobs may start. */
  public synchronized void closeCircuit(String account) {
    if (circuits.of(account).openUntil() != null) {
      circuits.close(account);
      line.circuit(account, circuits.of(account));
    }
  }

  @Override
  public synchronized List<HeldAccount> held(Instant now) {
    return line.held(now);
  }

  @Override
  public synchronized Counts counts() {
    return new Counts(line.size(), leased);
  }

  private Worker heard(String name, Instant now) {
    Worker worker = workers.computeIfAbsent(name, key -> new Worker());
    worker.heardOf = now.isAfter(worker.heardOf) ? now : worker.heardOf;
    return worker;
  }

  /** Jobs of workers that are taken for dead wait again, with the place that their age gives. */
  private void free(Instant now) {
    workers
        .values()
        .removeIf(
            worker -> {
              if (worker.heardOf.plus(leaseTerm).isAfter(now)) {
                return false;
              }
              for (JobLease lease : worker.leases.values()) {
                reading.remove(lease.epoch());
                leased--;
                line.left(lease.job());
                line.add(lease.job());
              }
              return true;
            });
  }
}
