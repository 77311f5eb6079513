/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import io.backhaul.destination.send.CircuitReport;
import io.backhaul.jobs.fleet.SyncEntry.QueuedJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One exchange of a worker with the queue: it says which of its jobs ended, what is due is queued,
 * and it is given as many jobs as it has places. Works out the next page and changes nothing;
 * whoever asked writes the page, and asks again if somebody else was quicker.
 */
public final class Turn {

  /** How often in the term of a lease a worker gives a sign of life that only goes on. */
  private static final int BEATS_A_TERM = 3;

  /** More than a page gives at once: epochs of a page lie above all those of the pages before. */
  private static final long LEASES_A_PAGE = 1_000_000;

  private final Map<String, FleetSync> syncs = new LinkedHashMap<>();
  private final FleetLimits limits;

  /**
   * Turns of one worker.
   *
   * @param syncs whose jobs it can run; jobs of others are left alone
   */
  public Turn(Collection<FleetSync> syncs, FleetLimits limits) {
    syncs.forEach(sync -> this.syncs.put(sync.id(), sync));
    this.limits = limits;
  }

  /**
   * What a worker says.
   *
   * @param worker its name, which no other worker has
   * @param running what it works on; other leases under its name are free again
   * @param reading those of them that have read for long, and have sent nothing yet
   * @param ended what it worked on; told again until a page is written in which it is accounted for
   * @param free how many jobs it could take
   * @param sources version of a source by sync, of those that were looked at
   * @param notDue syncs that are not to be queued by their schedule
   * @param heldUntil until when a worker holds its jobs by what it says beside the page; asked of
   *     those only that were not heard of for the term of a lease
   * @param now by the clock that all workers share
   */
  public record Report(
      String worker,
      List<JobLease> running,
      Set<JobLease> reading,
      List<EndedJob> ended,
      int free,
      Map<String, String> sources,
      Set<String> notDue,
      Function<String, Instant> heldUntil,
      Instant now) {}

  /**
   * What comes of it, once the page is written.
   *
   * @param page to be written; {@code null} if nothing changed
   * @param leases what the worker may run
   * @param cancelled syncs of its running jobs that somebody wishes to end
   * @param lost leases that it no longer has, of running jobs too; their ends count for nothing
   * @param parked syncs that failed too often
   * @param held accounts that wait for their circuits
   * @param waiting jobs that no worker has, of this worker's syncs
   */
  public record Result(
      Page page,
      List<JobLease> leases,
      Set<String> cancelled,
      List<JobLease> lost,
      List<FleetSync> parked,
      List<HeldAccount> held,
      int waiting) {}

  /** Works out one exchange over the page as it is. */
  public Result take(Page page, Report report) {
    Map<String, SyncEntry> entries = page.with(syncs.values());
    entries.replaceAll((id, entry) -> current(entry, report));
    MemoryQueue queue = queue(entries, page.revision() * LEASES_A_PAGE);
    List<FleetSync> parked = new ArrayList<>();
    Calendar calendar = calendar(entries, parked, report.now());

    List<JobLease> lost = new ArrayList<>();
    for (EndedJob ended : report.ended()) {
      if (!queue.end(ended.lease(), ended.end(), report.now())) {
        lost.add(ended.lease());
        continue;
      }
      String id = ended.lease().job().sync().id();
      JobEnd.Outcome outcome = ended.end().outcome();
      if (outcome != JobEnd.Outcome.DEFERRED && syncs.containsKey(id)) {
        calendar.ended(
            ended.lease().job(),
            ended.startedAt(),
            report.now(),
            outcome == JobEnd.Outcome.FAILED,
            ended.sourceVersion());
      }
      entries.computeIfPresent(id, (key, entry) -> entry.ended(outcome, ended.error()));
    }
    report.sources().forEach((id, version) -> calendar.sourceIs(id, version, report.now()));
    queue.add(
        calendar.due(report.now()).stream()
            .filter(job -> !entries.get(job.sync().id()).paused())
            .filter(job -> !report.notDue().contains(job.sync().id()))
            .toList());
    List<JobLease> leases = queue.lease(report.worker(), report.free(), report.now());

    MemoryQueue.Contents contents = queue.contents();
    write(entries, contents, calendar);
    report.running().stream()
        .filter(lease -> !isHeld(lease, entries.get(lease.job().sync().id())))
        .forEach(lost::add);
    boolean changed = !withoutBeats(page.entries()).equals(withoutBeats(entries));
    return new Result(
        changed || beatIsDue(page, report) ? page.next(entries) : null,
        leases,
        cancelled(entries, report),
        lost,
        parked,
        queue.held(report.now()),
        contents.waiting().size());
  }

  /** The entry with what the spec says now, and with no lease that nobody stands for. */
  private SyncEntry current(SyncEntry entry, Report report) {
    FleetSync known = syncs.get(entry.id());
    SyncEntry current = known == null ? entry : entry.as(known);
    QueuedJob job = entry.job();
    if (job == null || !job.leased()) {
      return current;
    }
    if (!job.isHeldBy(report.worker())) {
      return heldByAnother(current, report);
    }
    if (!stoodFor(entry, report)) {
      return current.with(QueuedJob.waiting(job.dueAt()));
    }
    boolean reads = report.reading().stream().anyMatch(lease -> isOf(lease, entry));
    return current.with(job.heardOfAt(report.now()).reading(reads));
  }

  /** A worker whose tasks keep all cores busy cannot write the page; it is no dead one for that. */
  private SyncEntry heldByAnother(SyncEntry entry, Report report) {
    QueuedJob job = entry.job();
    if (job.heardOf().plus(limits.leaseTerm()).isAfter(report.now())) {
      return entry;
    }
    Instant heldUntil = report.heldUntil().apply(job.worker());
    return heldUntil.isAfter(report.now())
        ? entry.with(job.heardOfAt(heldUntil.minus(limits.leaseTerm())))
        : entry.with(QueuedJob.waiting(job.dueAt()));
  }

  /** A worker may have been given a lease by a commit of which it did not hear. */
  private static boolean stoodFor(SyncEntry entry, Report report) {
    return report.running().stream().anyMatch(lease -> isOf(lease, entry))
        || report.ended().stream().anyMatch(ended -> isOf(ended.lease(), entry));
  }

  private static boolean isHeld(JobLease lease, SyncEntry entry) {
    QueuedJob job = entry.job();
    return job != null && job.isHeldBy(lease.worker()) && job.epoch() == lease.epoch();
  }

  private static boolean isOf(JobLease lease, SyncEntry entry) {
    return lease.job().sync().id().equals(entry.id()) && lease.epoch() == entry.job().epoch();
  }

  /** Jobs of syncs that this worker does not know count for shares, and are never taken. */
  private MemoryQueue queue(Map<String, SyncEntry> entries, long epoch) {
    List<Job> waiting = new ArrayList<>();
    List<MemoryQueue.Leased> leased = new ArrayList<>();
    Map<String, CircuitReport> circuits = new HashMap<>();
    for (SyncEntry entry : entries.values()) {
      if (entry.held().openUntil() != null) {
        circuits.put(entry.account(), entry.held());
      }
      QueuedJob queued = entry.job();
      if (queued == null) {
        continue;
      }
      FleetSync known = syncs.get(entry.id());
      Job job = new Job(known == null ? entry.toSync() : known, queued.dueAt());
      if (queued.leased()) {
        JobLease lease =
            new JobLease(job, queued.worker(), queued.epoch(), CircuitReport.CLOSED, false);
        leased.add(new MemoryQueue.Leased(lease, queued.heardOf(), queued.reading()));
      } else if (known != null) {
        waiting.add(job);
      }
    }
    return MemoryQueue.of(
        new FairLine(limits),
        limits.leaseTerm(),
        new MemoryQueue.Contents(waiting, leased, circuits, epoch));
  }

  private Calendar calendar(Map<String, SyncEntry> entries, List<FleetSync> parked, Instant now) {
    Map<String, LastRun> last = new HashMap<>();
    syncs.keySet().forEach(id -> last.put(id, entries.get(id).last()));
    return new Calendar(syncs.values(), last, limits.maxConsecutiveFailures(), parked::add, now);
  }

  private void write(
      Map<String, SyncEntry> entries, MemoryQueue.Contents contents, Calendar calendar) {
    Map<String, QueuedJob> jobs = new HashMap<>();
    for (Job job : contents.waiting()) {
      jobs.put(job.sync().id(), QueuedJob.waiting(job.dueAt()));
    }
    for (MemoryQueue.Leased leased : contents.leased()) {
      JobLease lease = leased.lease();
      String id = lease.job().sync().id();
      QueuedJob before = entries.get(id).job();
      boolean cancelled = before != null && before.epoch() == lease.epoch() && before.cancelled();
      jobs.put(
          id,
          new QueuedJob(
              lease.job().dueAt(),
              lease.worker(),
              lease.epoch(),
              leased.heardOf(),
              leased.reading(),
              cancelled));
    }
    entries.replaceAll(
        (id, entry) -> {
          SyncEntry now =
              entry.with(contents.circuits().getOrDefault(entry.account(), CircuitReport.CLOSED));
          if (!syncs.containsKey(id)) {
            return now.job() != null && now.job().leased() ? now.with(jobs.get(id)) : now;
          }
          return now.with(calendar.last(id)).with(jobs.get(id));
        });
  }

  private static Set<String> cancelled(Map<String, SyncEntry> entries, Report report) {
    return report.running().stream()
        .map(lease -> lease.job().sync().id())
        .filter(
            id -> {
              QueuedJob job = entries.get(id).job();
              return job != null && job.isHeldBy(report.worker()) && job.cancelled();
            })
        .collect(Collectors.toSet());
  }

  private boolean beatIsDue(Page page, Report report) {
    Duration apart = limits.leaseTerm().dividedBy(BEATS_A_TERM);
    return page.entries().values().stream()
        .map(SyncEntry::job)
        .anyMatch(
            job ->
                job != null
                    && job.isHeldBy(report.worker())
                    && !job.heardOf().plus(apart).isAfter(report.now()));
  }

  private static Map<String, SyncEntry> withoutBeats(Map<String, SyncEntry> entries) {
    Map<String, SyncEntry> still = new HashMap<>(entries);
    still.replaceAll(
        (id, entry) ->
            entry.job() == null ? entry : entry.with(entry.job().heardOfAt(Instant.EPOCH)));
    return still;
  }
}
