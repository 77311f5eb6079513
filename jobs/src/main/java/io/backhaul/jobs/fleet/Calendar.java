/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import io.backhaul.jobs.spec.Schedule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Which syncs are due, kept up to date run by run: what is not due costs nothing. A sync has at
 * most one job at a time. One that fails too often in a row is parked: it is due no more until
 * somebody resumes it. Not thread-safe.
 */
public final class Calendar {

  private static final class Entry {
    private final FleetSync sync;
    private final List<Entry> children = new ArrayList<>();
    private LastRun last;
    private String source;
    private Instant dueAt;
    private boolean queued;
    private boolean parked;

    private Entry(FleetSync sync, LastRun last) {
      this.sync = sync;
      this.last = last;
    }
  }

  private record Appointment(Instant at, Entry entry) implements Comparable<Appointment> {
    @Override
    public int compareTo(Appointment other) {
      int byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : entry.sync.id().compareTo(other.entry.sync.id());
    }
  }

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final PriorityQueue<Appointment> appointments = new PriorityQueue<>();
  private final int maxConsecutiveFailures;
  private final Consumer<FleetSync> onParked;

  /**
   * A calendar of these syncs.
   *
   * @param lastRuns by id of the sync; what is missing never ran
   * @param maxConsecutiveFailures failed runs in a row after which a sync is parked
   * @param onParked hears of each sync that is parked; the place for an alert
   */
  public Calendar(
      Collection<FleetSync> syncs,
      Map<String, LastRun> lastRuns,
      int maxConsecutiveFailures,
      Consumer<FleetSync> onParked,
      Instant now) {
    this.maxConsecutiveFailures = maxConsecutiveFailures;
    this.onParked = onParked;
    for (FleetSync sync : syncs) {
      Entry entry = new Entry(sync, lastRuns.getOrDefault(sync.id(), LastRun.NEVER));
      entry.parked = entry.last.failures() >= maxConsecutiveFailures;
      entries.put(sync.id(), entry);
    }
    for (Entry entry : entries.values()) {
      if (entry.sync.schedule() instanceof Schedule.After after) {
        for (String parent : after.parents()) {
          Optional.ofNullable(entries.get(entry.sync.tenant() + "/" + parent))
              .ifPresent(known -> known.children.add(entry));
        }
      }
    }
    entries.values().forEach(entry -> appoint(entry, now));
  }

  /** Jobs that are due by now and were not given out before, those that are due longest first. */
  public List<Job> due(Instant now) {
    List<Job> jobs = new ArrayList<>();
    while (!appointments.isEmpty() && !appointments.element().at().isAfter(now)) {
      Appointment next = appointments.remove();
      Entry entry = next.entry();
      if (next.at().equals(entry.dueAt) && !entry.queued && !entry.parked) {
        entry.queued = true;
        jobs.add(new Job(entry.sync, entry.dueAt));
      }
    }
    return jobs;
  }

  /** When the next job is due, as far as that is known by now. */
  public Optional<Instant> next() {
    return Optional.ofNullable(appointments.peek()).map(Appointment::at);
  }

  /**
   * A job that was given out has ended; not to be called for one that is only deferred.
   *
   * @param startedAt when it began to read its source
   * @param version of the source that it read, or {@code null}
   */
  public void ended(Job job, Instant startedAt, Instant endedAt, boolean failed, String version) {
    Entry entry = entry(job.sync().id());
    entry.queued = false;
    entry.last = entry.last.then(startedAt, endedAt, failed, version);
    if (entry.last.failures() >= maxConsecutiveFailures) {
      entry.parked = true;
      onParked.accept(entry.sync);
    } else {
      appoint(entry, endedAt);
    }
    entry.children.forEach(child -> appoint(child, endedAt));
  }

  /** The source of a sync has this version now. */
  public void sourceIs(String sync, String version, Instant now) {
    Entry entry = entry(sync);
    entry.source = version;
    appoint(entry, now);
  }

  /** What is known of a sync's last run. */
  public LastRun last(String sync) {
    return entry(sync).last;
  }

  /** A sync that is parked is due again, and its failures are forgotten. */
  public void resume(String sync, Instant now) {
    Entry entry = entry(sync);
    entry.last = entry.last.forgiven();
    entry.parked = false;
    appoint(entry, now);
  }

  private Entry entry(String id) {
    Entry entry = entries.get(id);
    if (entry == null) {
      throw new IllegalArgumentException("no sync " + id + " is in the calendar");
    }
    return entry;
  }

  private void appoint(Entry entry, Instant now) {
    if (entry.queued || entry.parked) {
      return;
    }
    Optional<Instant> due =
        DueRule.dueAt(
            entry.sync,
            entry.last,
            parent -> lastRun(entry.sync.tenant() + "/" + parent),
            entry.source,
            now);
    entry.dueAt = due.orElse(null);
    due.ifPresent(at -> appointments.add(new Appointment(at, entry)));
  }

  private LastRun lastRun(String id) {
    Entry entry = entries.get(id);
    return entry == null ? LastRun.NEVER : entry.last;
  }
}
