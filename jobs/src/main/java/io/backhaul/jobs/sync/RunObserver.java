/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

/**
 * Hears how a run goes on, for a person to watch. Called from several threads; must not block and
 * must not throw.
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
