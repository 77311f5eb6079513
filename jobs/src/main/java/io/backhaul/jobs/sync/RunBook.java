/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.apache.spark.sql.functions.max;

import io.backhaul.destination.send.RejectLimit;
import io.backhaul.diff.change.ChangeSet;
import io.backhaul.diff.change.Counts;
import io.backhaul.diff.change.Cursor;
import io.backhaul.diff.mapping.Mapping;
import io.backhaul.diff.source.Snapshot;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerTable;
import io.backhaul.jobs.spec.SyncSpec;
import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.spark.sql.Row;

/** Keeps the books of one run while it goes on, and closes them into a report. */
final class RunBook {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SyncSpec spec;
  private final RunOptions options;
  private final Clock clock;
  private final String runId;
  private final Instant startedAt;
  private final Map<String, Double> seconds = new TreeMap<>();
  private long leaseEpoch;
  private Snapshot snapshot;
  private String fingerprint;
  private Instant lagSince;
  private ChangeSet changes;
  private Counts counts;
  private boolean openLetters;
  private boolean firstSync;
  private String strategy;
  private String strategyNote;
  private Cursor cursor;
  private String newKeyBasis = "";
  private String scope;
  private int partitions;

  RunBook(SyncSpec spec, RunOptions options, Clock clock) {
    this.spec = spec;
    this.options = options;
    this.clock = clock;
    this.startedAt = clock.instant();
    this.lagSince = startedAt;
    this.strategy = spec.strategy().wireName();
    this.runId = idAt(startedAt) + "-" + String.format("%04x", RANDOM.nextInt(0x10000));
  }

  String runId() {
    return runId;
  }

  Instant startedAt() {
    return startedAt;
  }

  /** What sorts before the ids of all runs that started at {@code instant} or later. */
  static String idAt(Instant instant) {
    return TIME.format(instant);
  }

  void leaseEpoch(long epoch) {
    leaseEpoch = epoch;
  }

  /** Runs one step and adds its wall time. */
  <T> T time(Step step, Supplier<T> work) {
    long begun = System.nanoTime();
    try {
      return work.get();
    } finally {
      seconds.merge(step.wireName(), (System.nanoTime() - begun) / 1e9, Double::sum);
    }
  }

  /** After READ: what was pinned, and since when its rows may have been waiting. */
  void read(Snapshot pinned, Mapping mapping, Ledger ledger) {
    snapshot = pinned;
    fingerprint = mapping.fingerprint();
    if (pinned.committedAt() != null) {
      lagSince = pinned.committedAt();
    } else if (spec.mapping().updatedAt() == null && ledger.has(LedgerTable.RUNS)) {
      Row last =
          ledger.rows(LedgerTable.RUNS, spec.tenant(), spec.name()).agg(max("started_at")).head();
      if (last.get(0) != null) {
        lagSince = last.<Timestamp>getAs(0).toInstant();
      }
    }
  }

  /** After DIFF. */
  void compared(ChangeSet found, Planning.Letters letters) {
    changes = found;
    openLetters = letters.rows() != null;
    firstSync = found.firstSync();
    strategy = found.strategy().wireName();
    strategyNote = found.fallbackReason().orElse(null);
  }

  /** After the first count of what was found. */
  void counted(Counts found) {
    counts = found;
    cursor = changes.cursor().orElse(null);
  }

  Counts counts() {
    return counts;
  }

  void newKeyBasis(Row watermark) {
    String deletes = watermark == null ? null : watermark.getAs("deletes_run_id");
    newKeyBasis = deletes == null ? "" : deletes;
  }

  /** Before the plan is begun: how it is going to be delivered. */
  void delivery(Planning.Letters letters, int inPartitions) {
    // A retry that a person asked for must not meet the destination's memory of the first try.
    Instant retriedAt = letters.retriedAt();
    scope = retriedAt == null ? spec.id() : spec.id() + "#" + retriedAt.toEpochMilli();
    partitions = inPartitions;
  }

  /** What is known so far. */
  RunHeader header() {
    return new RunHeader(
        runId,
        spec.tenant(),
        spec.name(),
        spec.destination().name(),
        spec.object(),
        spec.mode().wireName(),
        options.trigger(),
        startedAt.toString(),
        strategy,
        strategyNote,
        firstSync,
        options.full(),
        options.filtered(),
        counts == null
            ? RunHeader.PlannedCounts.NONE
            : new RunHeader.PlannedCounts(
                counts.source(),
                counts.unchanged(),
                counts.plannedTotal(),
                counts.waiting(),
                counts.invalidRows(),
                counts.quarantinedRows(),
                counts.planned()),
        snapshot == null ? null : snapshot.version(),
        snapshot == null ? null : snapshot.pinnedAt().toString(),
        lagSince.toString(),
        spec.mapping().updatedAt() == null,
        !options.filtered(),
        cursor == null ? null : cursor.kind(),
        cursor == null ? null : cursor.value(),
        fingerprint,
        newKeyBasis,
        scope,
        partitions,
        spec.delivery().wireName(),
        spec.onInDoubt().name().toLowerCase(Locale.ROOT),
        openLetters,
        leaseEpoch,
        options.accepted(),
        seconds);
  }

  RunReport succeeded() {
    return report(Settlement.Settled.NOTHING, RunStatus.SUCCEEDED, null, null);
  }

  RunReport stopped(String why) {
    return report(Settlement.Settled.NOTHING, RunStatus.STOPPED, null, why);
  }

  RunReport failed(Settlement.Settled settled, String deferredCode, String why) {
    return report(settled, RunStatus.FAILED, deferredCode, why);
  }

  RunReport cancelled(String by) {
    return report(
        Settlement.Settled.NOTHING,
        RunStatus.PARTIAL,
        Cancellation.CODE,
        "cancelled by " + by + " before anything was sent; the next run carries it");
  }

  RunReport skipped(Lease.Holder holder) {
    return report(
        Settlement.Settled.NOTHING,
        RunStatus.SKIPPED,
        null,
        "run "
            + holder.runId()
            + " holds "
            + spec.id()
            + " until "
            + holder.expiresAt()
            + " unless it renews its lease; nothing was read or sent");
  }

  RunReport ended(Settlement.Settled settled, Delivery.Ended ended) {
    if (RejectLimit.EXCEEDED.equals(ended.deferredCode())) {
      return report(
          settled, RunStatus.STOPPED, ended.deferredCode(), rejecting(settled, ended.error()));
    }
    if (Canary.REJECTED.equals(ended.deferredCode())) {
      String why = ended.error() + "; the others were not sent. " + remedy(settled);
      return report(settled, RunStatus.STOPPED, ended.deferredCode(), why);
    }
    if (ended.error() != null) {
      return failed(settled, ended.deferredCode(), ended.error());
    }
    boolean whole =
        settled.rejected() + settled.deferred() + settled.unknown() + counts.invalidRows() == 0;
    return report(
        settled,
        whole ? RunStatus.SUCCEEDED : RunStatus.PARTIAL,
        ended.deferredCode() == null && counts.waiting() > 0
            ? Outcomes.LOOKUP_MISSING
            : ended.deferredCode(),
        null);
  }

  private String rejecting(Settlement.Settled settled, String partition) {
    return "the destination rejected "
        + settled.rejected()
        + " records of "
        + spec.id()
        + ", more than guards.max_rejected ("
        + spec.maxRejected()
        + ") allows: "
        + partition
        + "; nothing more was sent. "
        + remedy(settled);
  }

  private String remedy(Settlement.Settled settled) {
    return "Mend the mapping or the destination's object, then backhaul dlq retry "
        + spec.id()
        + "; if so many are right to be rejected, run again with --accept rejected="
        + settled.rejected()
        + " or a larger max_rejected";
  }

  /** Writes the run's row. */
  RunReport written(Ledger ledger, RunReport report) {
    new Runs(ledger).write(header(), report, null);
    return report;
  }

  private RunReport report(
      Settlement.Settled settled, RunStatus status, String deferredCode, String error) {
    return Runs.report(header(), settled, status, clock.instant(), deferredCode, error);
  }
}
