/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import io.backhaul.diff.state.Outbox;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a diff found, and the outbox rows that come of it. Close it to let go of what it holds in
 * memory and on disk. Not thread-safe.
 */
public interface ChangeSet extends AutoCloseable {

  /**
   * Operations to deliver, those that wait ({@link Outbox#waits}) included, in the outbox's columns
   * but {@code run_id} and {@code planned_at}.
   */
  Dataset<Row> planned();

  /** Rows that failed validation and are not dead letters yet, in the same columns. */
  Dataset<Row> invalid();

  /**
   * Counts, exact. For a large first sync {@link #store} first: then they come from the outbox and
   * the rows are worked out once, not twice.
   */
  Counts counts();

  /**
   * Writes what is planned and invalid in one commit; no commit if there is neither. A run that a
   * guard stops afterwards takes it back with {@link Outbox#discard}.
   *
   * @return {@link #counts()}
   */
  Counts store(Outbox outbox, String runId);

  /** Whether {@link #store} should come before {@link #counts()}: a first sync. */
  boolean storeFirst();

  /** Whether the destination holds nothing yet, as far as state knows. */
  boolean firstSync();

  /** The strategy that was used, which may not be the one asked for. */
  Strategy strategy();

  /** Why another strategy than the one asked for was used. */
  Optional<String> fallbackReason();

  /**
   * Where the next run may start if everything planned here is settled; empty under {@link
   * Strategy#SNAPSHOT} as asked for, and for a run with a filter or a limit. Whoever settles lowers
   * a watermark to below the earliest row that is not settled, and keeps the old cursor of a change
   * feed until all are.
   */
  Optional<Cursor> cursor();

  /**
   * Remembers what was learned of the source, so that the next comparison has less to read. What is
   * found, now or then, does not depend on it; to be called at most once, before {@link #close}.
   */
  default void learn() {}

  @Override
  void close();
}
