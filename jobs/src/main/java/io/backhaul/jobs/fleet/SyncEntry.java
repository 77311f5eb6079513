/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import io.backhaul.destination.send.CircuitReport;
import io.backhaul.jobs.spec.Priority;
import io.backhaul.jobs.spec.Schedule;
import java.time.Instant;
import java.util.Objects;

/**
 * What a fleet has written down of one sync: how its last run ended, and its job if it has one.
 *
 * @param destination name of the destination account within the tenant
 * @param last its last run that ended; its failures are those in a row
 * @param lastOutcome how its last job ended, {@code null} if none did
 * @param lastError why it was not done, redacted, or {@code null}
 * @param paused whether it is due only when somebody triggers it
 * @param job its job, or {@code null}
 * @param held what is known against its account
 */
public record SyncEntry(
    String tenant,
    String sync,
    String destination,
    Priority priority,
    LastRun last,
    JobEnd.Outcome lastOutcome,
    String lastError,
    boolean paused,
    QueuedJob job,
    CircuitReport held) {

  /**
   * A job in the queue.
   *
   * @param dueAt since when (UTC)
   * @param worker who has it, {@code null} if it waits
   * @param epoch of the lease, 0 if it waits
   * @param heardOf when the worker gave a sign of life, {@code null} if it waits (UTC)
   * @param reading whether it has read for long, and does not count for its account meanwhile
   * @param cancelled whether somebody wishes that it end early
   */
  public record QueuedJob(
      Instant dueAt,
      String worker,
      long epoch,
      Instant heardOf,
      boolean reading,
      boolean cancelled) {

    /** A job that waits. */
    public static QueuedJob waiting(Instant dueAt) {
      return new QueuedJob(dueAt, null, 0, null, false, false);
    }

    /** Whether a worker has it. */
    public boolean leased() {
      return worker != null;
    }

    boolean isHeldBy(String name) {
      return name.equals(worker);
    }

    QueuedJob cancel() {
      return new QueuedJob(dueAt, worker, epoch, heardOf, reading, true);
    }

    QueuedJob heardOfAt(Instant instant) {
      return new QueuedJob(dueAt, worker, epoch, instant, reading, cancelled);
    }

    QueuedJob reading(boolean now) {
      return new QueuedJob(dueAt, worker, epoch, heardOf, now, cancelled);
    }
  }

  public SyncEntry {
    Objects.requireNonNull(last, "last");
    Objects.requireNonNull(held, "held");
  }

  /** A sync that no fleet has met before. */
  public static SyncEntry of(FleetSync sync) {
    return new SyncEntry(
        sync.tenant(),
        sync.name(),
        sync.destination(),
        sync.priority(),
        LastRun.NEVER,
        null,
        null,
        false,
        null,
        CircuitReport.CLOSED);
  }

  /** {@code tenant/sync}. */
  public String id() {
    return tenant + "/" + sync;
  }

  /** {@code tenant/destination}. */
  public String account() {
    return tenant + "/" + destination;
  }

  /** In one word: leased, waiting, paused, parked or idle. */
  public String state(int maxConsecutiveFailures) {
    if (job != null) {
      return job.leased() ? "leased" : "waiting";
    }
    if (paused) {
      return "paused";
    }
    return last.failures() >= maxConsecutiveFailures ? "parked" : "idle";
  }

  /** The sync, of whose schedule nothing is written down. */
  FleetSync toSync() {
    return new FleetSync(tenant, sync, destination, priority, new Schedule.Manual());
  }

  SyncEntry with(QueuedJob other) {
    return new SyncEntry(
        tenant, sync, destination, priority, last, lastOutcome, lastError, paused, other, held);
  }

  /** As the spec has it now. */
  SyncEntry as(FleetSync spec) {
    return new SyncEntry(
        tenant,
        sync,
        spec.destination(),
        spec.priority(),
        last,
        lastOutcome,
        lastError,
        paused,
        job,
        spec.destination().equals(destination) ? held : CircuitReport.CLOSED);
  }

  SyncEntry with(CircuitReport other) {
    return new SyncEntry(
        tenant, sync, destination, priority, last, lastOutcome, lastError, paused, job, other);
  }

  SyncEntry with(LastRun run) {
    return new SyncEntry(
        tenant, sync, destination, priority, run, lastOutcome, lastError, paused, job, held);
  }

  SyncEntry ended(JobEnd.Outcome outcome, String error) {
    return new SyncEntry(
        tenant, sync, destination, priority, last, outcome, error, paused, job, held);
  }

  SyncEntry paused(boolean now) {
    return new SyncEntry(
        tenant, sync, destination, priority, last, lastOutcome, lastError, now, job, held);
  }
}
