/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import java.io.Serializable;
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
   * @param held keys that state has
   * @param latestMicros the highest {@code updated_at} in microseconds since 1970; Long.MIN_VALUE
   *     where there was none
   * @param differing keys that differ
   * @param differingRows source rows behind them
   */
  record Seen(long rows, long held, long latestMicros, long differing, long differingRows)
      implements Serializable {
    static final Seen NOTHING = new Seen(0, 0, Long.MIN_VALUE, 0, 0);

    Seen with(Seen other) {
      return new Seen(
          rows + other.rows,
          held + other.held,
          Math.max(latestMicros, other.latestMicros),
          differing + other.differing,
          differingRows + other.differingRows);
    }
  }

  private final Map<Integer, Seen> partitions = new HashMap<>();
  private long rows;
  private long held;
  private long latestMicros = Long.MIN_VALUE;
  private long differing;
  private long differingRows;
  private boolean touched;
  private int partition = -1;

  /**
   * Counts one key.
   *
   * @param sourceRows {@code null} where only state has the key
   * @param updatedAtMicros {@code null} where that is not known
   */
  void saw(Long sourceRows, Long updatedAtMicros, boolean inState, boolean differs) {
    if (!touched) {
      touched = true;
      TaskContext task = TaskContext.get();
      partition = task == null ? -1 : task.partitionId();
    }
    long count = sourceRows == null ? 0 : sourceRows;
    rows += count;
    held += inState ? 1 : 0;
    if (updatedAtMicros != null && updatedAtMicros > latestMicros) {
      latestMicros = updatedAtMicros;
    }
    if (differs) {
      differing++;
      differingRows += count;
    }
  }

  private Seen own() {
    return new Seen(rows, held, latestMicros, differing, differingRows);
  }

  /** Everything that was seen. */
  Seen total() {
    return value().values().stream().reduce(Seen.NOTHING, Seen::with);
  }

  @Override
  public void add(Long sourceRows) {
    saw(sourceRows, null, false, false);
  }

  @Override
  public Map<Integer, Seen> value() {
    Map<Integer, Seen> all = new HashMap<>(partitions);
    if (touched) {
      all.put(partition, own());
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
    copy.held = held;
    copy.differing = differing;
    copy.differingRows = differingRows;
    copy.latestMicros = latestMicros;
    copy.touched = touched;
    copy.partition = partition;
    return copy;
  }

  @Override
  public void reset() {
    partitions.clear();
    rows = 0;
    held = 0;
    differing = 0;
    differingRows = 0;
    latestMicros = Long.MIN_VALUE;
    touched = false;
    partition = -1;
  }
}
