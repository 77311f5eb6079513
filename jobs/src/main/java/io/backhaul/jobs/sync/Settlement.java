/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_date;

import io.backhaul.destination.Op;
import io.backhaul.diff.change.Cursor;
import io.backhaul.diff.change.Mode;
import io.backhaul.diff.change.Strategy;
import io.backhaul.diff.state.Conflicts;
import io.backhaul.diff.state.Outbox;
import io.backhaul.diff.state.SyncState;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerTable;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * SETTLE: writes what a run's journal says into the ledger. Every write is idempotent, and they
 * come in an order that a death between any two leaves safe: deliveries, dead letters and what is
 * counted from them; then state, which thereby never runs ahead of the destination; then the
 * watermark. Whoever calls writes the run's row and removes the journal last.
 */
final class Settlement {

  private static final long VERSIONS_BEHIND = 20;

  /** A smaller run takes less time when its outcomes are joined once and kept with their fields. */
  private static final long SIDE_BY_SIDE = 100_000;

  private final Ledger ledger;
  private final Clock clock;
  private final long sideBySide;

  Settlement(Ledger ledger, Clock clock) {
    this(ledger, clock, SIDE_BY_SIDE);
  }

  /**
   * @param sideBySide planned operations from which on plan and journal are not shuffled
   */
  Settlement(Ledger ledger, Clock clock, long sideBySide) {
    this.ledger = ledger;
    this.clock = clock;
    this.sideBySide = sideBySide;
  }

  /**
   * What settling found.
   *
   * @param outcomes operations by outcome
   */
  record Settled(long applied, long rejected, long deferred, long unknown) {
    static final Settled NOTHING = new Settled(0, 0, 0, 0);
  }

  /**
   * Settles one run; a run that is settled already comes out the same.
   *
   * @param outbox that holds the plan; the one that wrote it, if it is at hand
   * @param deferredCode why operations that the journal does not name were not sent
   * @throws BrokenBalanceException if planned operations and outcomes do not match; then nothing
   *     was written
   * @throws LeaseLostException if another run holds the sync; then state was not written
   */
  Settled settle(
      RunHeader header, Outbox outbox, JournalFolder folder, Lease lease, String deferredCode) {
    Dataset<Row> planned =
        outbox.of(header.runId()).where(col("disposition").equalTo(Outbox.PLANNED));
    Dataset<Row> invalid =
        outbox.of(header.runId()).where(col("disposition").equalTo(Outbox.INVALID));
    try (Outcomes outcomes = outcomes(header, outbox, planned, folder, deferredCode)) {
      Balance.check(header, outcomes, folder);
      lease.confirm();
      record(header, invalid, outcomes, lease);
      lease.check();
      advanceState(header, planned, outcomes, lease);
      advanceWatermark(header, outcomes, lease);
      return new Settled(
          outcomes.count("applied"),
          outcomes.count("rejected"),
          outcomes.count("deferred"),
          outcomes.count("unknown"));
    }
  }

  /**
   * A large plan that lies as it was delivered is read beside its journal, where each partition has
   * one attempt and everything was sent.
   */
  private Outcomes outcomes(
      RunHeader header,
      Outbox outbox,
      Dataset<Row> planned,
      JournalFolder folder,
      String deferredCode) {
    if (deferredCode == null
        && header.counts().waiting() == 0
        && header.counts().planned() >= sideBySide) {
      Optional<Dataset<Row>> laidOut = outbox.asWritten(header.runId(), header.partitions());
      SortedMap<Integer, List<String>> attempts =
          JournalOutcomes.onePerPartition(ledger.hadoop(), folder);
      if (laidOut.isPresent() && !attempts.isEmpty()) {
        return Outcomes.sideBySide(header, laidOut.get(), folder, attempts);
      }
    }
    return Outcomes.joined(
        header, planned, JournalOutcomes.read(ledger.spark(), folder), deferredCode);
  }

  /** Writes the tables that do not depend on each other, side by side. */
  private void record(RunHeader header, Dataset<Row> invalid, Outcomes outcomes, Lease lease) {
    // In the JVM's own pool, which has a thread less than there are cores, runs would wait for each
    // other; threads that this one starts are in its Spark pool, too.
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      record(header, invalid, outcomes, lease, threads);
    } finally {
      threads.shutdown();
    }
  }

  private void record(
      RunHeader header,
      Dataset<Row> invalid,
      Outcomes outcomes,
      Lease lease,
      ExecutorService threads) {
    Instant now = clock.instant();
    List<CompletableFuture<Void>> writes = new ArrayList<>();
    if (header.counts().planned() > 0) {
      writes.add(CompletableFuture.runAsync(() -> deliveries(header, outcomes), threads));
    }
    if (outcomes.count("applied") > 0) {
      writes.add(CompletableFuture.runAsync(() -> freshness(header, outcomes), threads));
    }
    boolean letters = header.counts().invalid() > 0 || outcomes.anyLetters();
    if (letters || header.openLetters()) {
      Dataset<Row> written = DeadLetters.of(invalid, outcomes);
      writes.add(
          CompletableFuture.runAsync(
              () -> {
                new DeadLetters(ledger).write(header, written, outcomes, now, lease.nextFence());
                KillPoint.DEAD_LETTERS_WRITTEN.pass();
              },
              threads));
      if (letters) {
        writes.add(
            CompletableFuture.runAsync(
                () ->
                    ledger.append(
                        LedgerTable.FIELD_FAILURES,
                        DeadLetters.fieldFailures(header, written).coalesce(1),
                        header.syncId(),
                        header.leaseEpoch()),
                threads));
      }
    }
    try {
      CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private void deliveries(RunHeader header, Outcomes outcomes) {
    ledger.append(
        LedgerTable.DELIVERIES,
        outcomes
            .rows()
            .withColumn("tenant", lit(header.tenant()))
            .withColumn("sync", lit(header.sync()))
            .withColumn("run_id", lit(header.runId()))
            .withColumn("date", to_date(lit(header.startedAt()))),
        header.syncId(),
        header.leaseEpoch());
    KillPoint.DELIVERIES_WRITTEN.pass();
  }

  private void freshness(RunHeader header, Outcomes outcomes) {
    List<Double> percentiles = outcomes.lagPercentiles();
    List<Row> sketch = new ArrayList<>();
    outcomes
        .lagBuckets()
        .forEach((bucket, records) -> sketch.add(RowFactory.create(bucket, records)));
    Row row =
        RowFactory.create(
            header.tenant(),
            header.sync(),
            header.runId(),
            outcomes.count("applied"),
            percentiles.get(0),
            percentiles.get(1),
            percentiles.get(2),
            percentiles.get(3),
            header.lagEstimated(),
            sketch,
            Timestamp.from(clock.instant()),
            header.date());
    ledger.append(
        LedgerTable.FRESHNESS,
        ledger.frame(LedgerTable.FRESHNESS, List.of(row)),
        header.syncId(),
        header.leaseEpoch());
  }

  private void advanceState(
      RunHeader header, Dataset<Row> planned, Outcomes outcomes, Lease lease) {
    if (outcomes.count("applied") == 0) {
      return;
    }
    StructType keySchema = (StructType) planned.schema().apply("source_key").dataType();
    SyncState state =
        new SyncState(ledger.spark(), ledger.state(header.tenant(), header.sync()), keySchema)
            .digestedIn(ledger.digests(header.tenant(), header.sync()));
    Mode mode = Mode.valueOf(header.mode().toUpperCase(Locale.ROOT));
    boolean advanced =
        state.advance(
            outcomes
                .applied()
                .withColumn("synced_at", col("delivered_at"))
                .withColumn("run_id", lit(header.runId())),
            mode,
            lease.nextFence());
    if (!advanced) {
      throw new LeaseLostException(header.tenant(), header.sync(), header.runId());
    }
    KillPoint.STATE_MERGED.pass();
  }

  /** A cursor moves only to below the first row that the next run must find again. */
  private void advanceWatermark(RunHeader header, Outcomes outcomes, Lease lease) {
    boolean deletes = outcomes.count("applied", Op.DELETE.wireName()) > 0;
    boolean moves = header.settlesCursor() && header.cursorKind() != null;
    if (!deletes && !moves) {
      return;
    }
    List<Row> rows =
        ledger.rows(LedgerTable.WATERMARKS, header.tenant(), header.sync()).collectAsList();
    Row current = rows.isEmpty() ? null : rows.get(0);
    String kind = text(current, "cursor_kind");
    String value = text(current, "cursor_value");
    String fingerprint = text(current, "mapping_fingerprint");
    Long version = current == null ? null : current.getAs("source_version");
    boolean allSettled = outcomes.unsettled() == 0;
    boolean timestamps = Cursor.kind(Strategy.WATERMARK).equals(header.cursorKind());
    if (moves && (allSettled || (timestamps && outcomes.earliestUnsettled() != null))) {
      kind = header.cursorKind();
      value = header.cursorValue();
      fingerprint = header.mappingFingerprint();
      if (allSettled) {
        version = header.sourceVersion();
      } else if (value != null) {
        Instant below = outcomes.earliestUnsettled().minus(1, ChronoUnit.MICROS);
        value = below.isBefore(Instant.parse(value)) ? below.toString() : value;
      }
    }
    writeWatermark(
        header,
        kind,
        value,
        version,
        fingerprint,
        deletes ? header.runId() : text(current, "deletes_run_id"),
        lease);
  }

  /**
   * Moves the cursor of a change feed over versions that held nothing for this sync, if they are
   * many; not each time, because an unchanged run is to cost one commit.
   *
   * @param current the sync's row of {@code watermarks}, or {@code null}
   */
  void settleUnchanged(RunHeader header, Row current, Lease lease) {
    Long settled = current == null ? null : current.getAs("source_version");
    if (settled != null && header.sourceVersion() - settled < VERSIONS_BEHIND) {
      return;
    }
    writeWatermark(
        header,
        header.cursorKind(),
        header.cursorValue(),
        header.sourceVersion(),
        header.mappingFingerprint(),
        text(current, "deletes_run_id"),
        lease);
  }

  private void writeWatermark(
      RunHeader header,
      String kind,
      String value,
      Long version,
      String fingerprint,
      String deletesRunId,
      Lease lease) {
    Row row =
        RowFactory.create(
            header.tenant(),
            header.sync(),
            kind,
            value,
            version,
            fingerprint,
            deletesRunId,
            header.runId(),
            Timestamp.from(clock.instant()));
    long fence = lease.nextFence();
    OptionalLong written =
        Conflicts.retried(
            () ->
                ledger.replace(
                    LedgerTable.WATERMARKS,
                    Map.of("tenant", header.tenant(), "sync", header.sync()),
                    ledger.frame(LedgerTable.WATERMARKS, List.of(row)),
                    fence,
                    header.runId()));
    if (written.isEmpty()) {
      throw new LeaseLostException(header.tenant(), header.sync(), header.runId());
    }
    KillPoint.WATERMARK_ADVANCED.pass();
  }

  private static String text(Row row, String column) {
    return row == null ? null : row.getAs(column);
  }
}
