/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.diff.mapping.Mapping;
import io.backhaul.diff.source.Snapshot;
import java.time.Instant;

/**
 * Hears how a run goes on, for a person to watch or to be told elsewhere. Called from several
 * threads; must not block and must not throw.
 */
public interface RunObserver {

  /** Hears nothing. */
  RunObserver NONE =
      new RunObserver() {
        @Override
        public void step(String run, Step step, long total) {}

        @Override
        public void delivered(Delivered soFar) {}
      };

  /** The run holds its sync's lease and begins; one that is skipped never does. */
  default void begun(String runId, Instant startedAt) {}

  /** A run of the sync that had died was settled, and this is how it ended. */
  default void recovered(RunReport report) {}

  /**
   * READ pinned the source, of which no row is read yet. The rows are the run's: their plan may be
   * looked at, nothing may be read.
   */
  default void pinned(Snapshot snapshot, Mapping mapping) {}

  /** The run came to its report. One that ends with an exception has none. */
  default void reported(RunReport report) {}

  /**
   * A step begins.
   *
   * @param run {@code tenant/sync}
   * @param total operations it will go through, -1 where that is not known
   */
  void step(String run, Step step, long total);

  /** DELIVER got this far. */
  void delivered(Delivered soFar);

  /** The run is over, however it ended. */
  default void ended() {}

  /** Both hear, this one first. */
  default RunObserver and(RunObserver other) {
    return new BothObservers(this, other);
  }

  /**
   * Operations with an outcome so far.
   *
   * @param circuit state of the circuit breaker that changed last: closed, open or half_open
   */
  record Delivered(long applied, long rejected, long other, String circuit) {
    /** All operations with an outcome. */
    public long total() {
      return applied + rejected + other;
    }
  }
}
