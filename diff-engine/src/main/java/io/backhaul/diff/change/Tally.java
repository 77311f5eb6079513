/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.util.AccumulatorV2;

/**
 * Counts the rows that a pass over the source saw, without a pass of its own. Unlike Spark's long
 * accumulator it stays right when a stage is run again: each partition counts once, because a later
 * count of the same partition takes the earlier one's place.
 */
final class Tally extends AccumulatorV2<Long, Map<Integer, Tally.Seen>> {

  private static final long serialVersionUID = 1L;

  /**
   * What one partition saw.
   *
   * @param rows source rows
   * @param latestMicros the highest {@code updated_at} in microseconds since 1970; Long.MIN_VALUE
   *     where there was none
   */
  record Seen(long rows, long latestMicros) implements java.io.Serializable {
    static final Seen NOTHING = new Seen(0, Long.MIN_VALUE);

    Seen with(Seen other) {
      return new Seen(rows + other.rows, Math.max(latestMicros, other.latestMicros));
    }
  }

  private final Map<Integer, Seen> partitions = new HashMap<>();
  private long rows;
  private long latestMicros = Long.MIN_VALUE;
  private boolean touched;
  private int partition = -1;

  /** Counts rows of one key. */
  void saw(Long sourceRows, Long updatedAtMicros) {
    if (!touched) {
      touched = true;
      TaskContext task = TaskContext.get();
      partition = task == null ? -1 : task.partitionId();
    }
    if (sourceRows != null) {
      rows += sourceRows;
    }
    if (updatedAtMicros != null && updatedAtMicros > latestMicros) {
      latestMicros = updatedAtMicros;
    }
  }

  /** Everything that was seen. */
  Seen total() {
    return value().values().stream().reduce(Seen.NOTHING, Seen::with);
  }

  @Override
  public void add(Long sourceRows) {
    saw(sourceRows, null);
  }

  @Override
  public Map<Integer, Seen> value() {
    Map<Integer, Seen> all = new HashMap<>(partitions);
    if (touched) {
      all.put(partition, new Seen(rows, latestMicros));
    }
    return all;
  }

  @Override
  public void merge(AccumulatorV2<Long, Map<Integer, Seen>> other) {
    partitions.putAll(other.value());
  }

  @Override
  public boolean isZero() {
    return partitions.isEmpty() && !touched;
  }

  @Override
  public AccumulatorV2<Long, Map<Integer, Seen>> copy() {
    Tally copy = new Tally();
    copy.partitions.putAll(partitions);
    copy.rows = rows;
    copy.latestMicros = latestMicros;
    copy.touched = touched;
    copy.partition = partition;
    return copy;
  }

  @Override
  public void reset() {
    partitions.clear();
    rows = 0;
    latestMicros = Long.MIN_VALUE;
    touched = false;
    partition = -1;
  }
}
