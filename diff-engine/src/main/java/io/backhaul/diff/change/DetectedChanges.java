/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.backhaul.diff.platform.KeptRows;
import io.backhaul.diff.state.Outbox;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** A change set over rows that {@link Detection} worked out or is yet to work out. */
final class DetectedChanges implements ChangeSet {

  private final Detection.Facts facts;
  private final Dataset<Row> rows;
  private final boolean storeFirst;
  private final Deque<Runnable> release = new ArrayDeque<>();
  private Dataset<Row> all;
  private Dataset<Row> kept;
  private Counts counts;
  private Optional<Cursor> cursor = Optional.empty();

  /**
   * @param rows as {@link OutboxRows#of} makes them
   * @param storeFirst whether {@code rows} is too much to be kept beside the outbox
   */
  DetectedChanges(Detection.Facts facts, Dataset<Row> rows, boolean storeFirst) {
    this.facts = facts;
    this.rows = rows;
    this.storeFirst = storeFirst;
  }

  /** Lets go of something else on {@link #close}. */
  DetectedChanges releasing(Runnable action) {
    release.addFirst(action);
    return this;
  }

  @Override
  public Dataset<Row> planned() {
    return with(Outbox.PLANNED);
  }

  @Override
  public Dataset<Row> invalid() {
    return with(Outbox.INVALID);
  }

  private Dataset<Row> with(String disposition) {
    return current()
        .where(col("disposition").equalTo(disposition))
        .select(OutboxRows.columns(facts.keySchema()));
  }

  private Dataset<Row> current() {
    if (kept == null && facts.limit() != null) {
      keep();
    }
    return kept != null ? kept : rows;
  }

  @Override
  public Counts counts() {
    if (counts == null) {
      counted(facts.nothing() ? Detection.Breakdown.NOTHING : breakdown(keep()));
    }
    return counts;
  }

  /** Takes down what was seen, before a later look at some of the rows can blur it. */
  private void counted(Detection.Breakdown found) {
    counts = facts.counts(found);
    cursor = facts.cursor();
  }

  /**
   * Keeps the rows, less those beyond the limit, and returns them with those. Too many to be kept
   * are computed again by whoever asks for more than their number: with their payloads, 5 million
   * took four times as long to put on disk as to find.
   */
  private Dataset<Row> keep() {
    if (all != null) {
      return all;
    }
    facts.countAnew();
    all = storeFirst ? rows : KeptRows.keep(rows, StorageLevel.MEMORY_AND_DISK());
    if (!storeFirst) {
      release.add(() -> KeptRows.release(all));
    }
    kept = all;
    if (facts.limit() != null) {
      kept = limited(all);
    }
    return all;
  }

  /**
   * The planned rows with the lowest hash of key; the others are held back. Rows that wait do not
   * count: they would be the same ones each time.
   */
  private Dataset<Row> limited(Dataset<Row> all) {
    Column counts = col("disposition").equalTo(Outbox.PLANNED).and(not(Outbox.waits()));
    Dataset<Row> first =
        all.where(counts)
            .orderBy(xxhash64(col("key")), col("key"))
            .limit((int) Math.min(facts.limit(), Integer.MAX_VALUE));
    Dataset<Row> limited =
        KeptRows.keep(all.where(not(counts)).union(first), StorageLevel.MEMORY_AND_DISK());
    release.add(() -> KeptRows.release(limited));
    return limited;
  }

  private static Detection.Breakdown breakdown(Dataset<Row> rows) {
    Map<String, Long> planned = new TreeMap<>();
    long[] sums = new long[6];
    long waiting = 0;
    for (Row row :
        rows.groupBy("disposition", "op", "gone")
            .agg(
                count(lit(1)),
                coalesce(sum("source_rows"), lit(0L)),
                sum(when(Outbox.waits(), 1L).otherwise(0L)))
            .collectAsList()) {
      long records = row.getLong(3);
      long sourceRows = row.getLong(4);
      switch (row.getString(0)) {
        case Outbox.PLANNED -> {
          planned.merge(row.getString(1), records, Long::sum);
          sums[0] += row.getBoolean(2) ? records : 0;
          sums[1] += sourceRows;
          waiting += row.getLong(5);
        }
        case Outbox.INVALID -> {
          sums[2] += records;
          sums[3] += sourceRows;
        }
        default -> {
          sums[4] += records;
          sums[5] += sourceRows;
        }
      }
    }
    return new Detection.Breakdown(
        planned, sums[0], sums[1], waiting, sums[2], sums[3], sums[4], sums[5]);
  }

  @Override
  public Counts store(Outbox outbox, String runId) {
    if (storeFirst && counts == null) {
      facts.countAnew();
      outbox.write(
          runId,
          rows.where(col("disposition").notEqual(OutboxRows.QUARANTINED))
              .select(OutboxRows.columns(facts.keySchema())));
      counted(facts.breakdown(outbox.summary(runId)));
      return counts;
    }
    if (!counts().nothingToDo()) {
      outbox.write(
          runId,
          kept.where(col("disposition").notEqual(OutboxRows.QUARANTINED))
              .select(OutboxRows.columns(facts.keySchema())));
    }
    return counts;
  }

  @Override
  public boolean storeFirst() {
    return storeFirst;
  }

  @Override
  public boolean firstSync() {
    return facts.stateBytes() == 0;
  }

  @Override
  public Strategy strategy() {
    return facts.strategy();
  }

  @Override
  public Optional<String> fallbackReason() {
    return Optional.ofNullable(facts.fallbackReason());
  }

  @Override
  public Optional<Cursor> cursor() {
    counts();
    return cursor;
  }

  @Override
  public void close() {
    while (!release.isEmpty()) {
      release.removeLast().run();
    }
  }
}
