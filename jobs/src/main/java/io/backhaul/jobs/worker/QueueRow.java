/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import io.backhaul.destination.send.CircuitReport;
import io.backhaul.jobs.fleet.JobEnd;
import io.backhaul.jobs.fleet.LastRun;
import io.backhaul.jobs.fleet.SyncEntry;
import io.backhaul.jobs.fleet.SyncEntry.QueuedJob;
import io.backhaul.jobs.fleet.Target;
import io.backhaul.jobs.ledger.LedgerTable;
import io.backhaul.jobs.spec.Priority;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** A sync's entry as a row of {@code queue}. Instants are kept to the microsecond. */
final class QueueRow {

  /** Stands for all syncs and all destinations, none of which can be called so. */
  private static final String ALL = "*";

  private QueueRow() {}

  static Row of(SyncEntry entry, String state, long revision, Instant now) {
    QueuedJob job = entry.job();
    LastRun last = entry.last();
    CircuitReport held = entry.held().openUntil() == null ? null : entry.held();
    return RowFactory.create(
        entry.tenant(),
        entry.sync(),
        entry.destination(),
        entry.priority().wireName(),
        state,
        job == null ? null : timestamp(job.dueAt()),
        job == null ? null : job.worker(),
        job == null || !job.leased() ? null : job.epoch(),
        job == null ? null : timestamp(job.heardOf()),
        job != null && job.cancelled(),
        entry.paused(),
        held == null ? null : timestamp(held.openUntil()),
        held == null ? null : timestamp(held.openedAt()),
        held == null ? null : held.consecutiveOpens(),
        held == null ? null : held.lastError(),
        timestamp(last.startedAt()),
        timestamp(last.endedAt()),
        timestamp(last.succeededAt()),
        last.failures(),
        last.sourceVersion(),
        entry.lastOutcome() == null ? null : entry.lastOutcome().name().toLowerCase(Locale.ROOT),
        entry.lastError(),
        revision,
        timestamp(now),
        job != null && job.reading());
  }

  /** A pause of all syncs of a tenant or an account, in the place of a sync. */
  static Row of(Target paused, long revision, Instant now) {
    Object[] columns = new Object[LedgerTable.QUEUE.schema().size()];
    set(columns, "tenant", tenant(paused));
    set(columns, "sync", ALL);
    set(columns, "destination", paused instanceof Target.OneAccount one ? one.destination() : ALL);
    set(columns, "state", "paused");
    set(columns, "cancelled", false);
    set(columns, "paused", true);
    set(columns, "consecutive_failures", 0);
    set(columns, "revision", revision);
    set(columns, "updated_at", timestamp(now));
    set(columns, "reading", false);
    return RowFactory.create(columns);
  }

  private static void set(Object[] columns, String name, Object value) {
    columns[LedgerTable.QUEUE.schema().fieldIndex(name)] = value;
  }

  private static String tenant(Target paused) {
    if (paused instanceof Target.OneAccount one) {
      return one.tenant();
    }
    if (paused instanceof Target.OneTenant one) {
      return one.tenant();
    }
    throw new IllegalArgumentException("a sync is paused in its own row");
  }

  /** What is paused as a whole; empty if the row is a sync's. */
  static Optional<Target> paused(Row row) {
    if (!ALL.equals(row.getAs("sync"))) {
      return Optional.empty();
    }
    String tenant = row.getAs("tenant");
    String destination = row.getAs("destination");
    return Optional.of(
        ALL.equals(destination)
            ? new Target.OneTenant(tenant)
            : new Target.OneAccount(tenant, destination));
  }

  static SyncEntry entry(Row row) {
    Instant dueAt = instant(row, "due_at");
    String worker = row.getAs("worker");
    QueuedJob job =
        dueAt == null
            ? null
            : new QueuedJob(
                dueAt,
                worker,
                worker == null ? 0 : row.<Long>getAs("epoch"),
                instant(row, "heard_of"),
                reads(row),
                row.<Boolean>getAs("cancelled"));
    String outcome = row.getAs("last_outcome");
    return new SyncEntry(
        row.getAs("tenant"),
        row.getAs("sync"),
        row.getAs("destination"),
        Priority.valueOf(upper(row.getAs("priority"))),
        last(row),
        outcome == null ? null : JobEnd.Outcome.valueOf(upper(outcome)),
        row.getAs("last_error"),
        row.<Boolean>getAs("paused"),
        job,
        held(row));
  }

  private static LastRun last(Row row) {
    Instant startedAt = instant(row, "last_started_at");
    int failures = row.<Integer>getAs("consecutive_failures");
    return startedAt == null
        ? LastRun.NEVER
        : new LastRun(
            startedAt,
            instant(row, "last_ended_at"),
            instant(row, "last_succeeded_at"),
            failures,
            row.getAs("last_source_version"));
  }

  private static CircuitReport held(Row row) {
    Instant until = instant(row, "held_until");
    return until == null
        ? CircuitReport.CLOSED
        : new CircuitReport(
            "open",
            instant(row, "held_since"),
            until,
            row.<Integer>getAs("held_opens"),
            row.getAs("held_reason"));
  }

  /** An earlier version of Backhaul made the table without it. */
  private static boolean reads(Row row) {
    Object index = row.schema().getFieldIndex("reading").getOrElse(() -> null);
    return index != null && Boolean.TRUE.equals(row.get((Integer) index));
  }

  private static String upper(String word) {
    return word.toUpperCase(Locale.ROOT);
  }

  private static Instant instant(Row row, String column) {
    Timestamp timestamp = row.getAs(column);
    return timestamp == null ? null : timestamp.toInstant();
  }

  /** A time before all times, at which what never was is said to have been, is no time. */
  private static Timestamp timestamp(Instant instant) {
    return instant == null || instant.equals(Instant.MIN) ? null : Timestamp.from(instant);
  }
}
