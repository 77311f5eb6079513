/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import java.time.Duration;

/** Told of progress while a partition is delivered. Called from several threads; must not block. */
public interface SendListener {

  /** Told nothing. */
  SendListener NONE =
      new SendListener() {
        @Override
        public void outcomes(Outcome outcome, int records) {}

        @Override
        public void circuit(String state) {}
      };

  /** Some records have their outcome, and it is in the journal. */
  void outcomes(Outcome outcome, int records);

  /** The circuit is now {@code closed}, {@code open} or {@code half_open}. */
  void circuit(String state);

  /**
   * A request has ended.
   *
   * @param heldBack how long the rate put it off; zero if it could be made at once
   * @param failed whether the destination throttled it, failed, or gave no answer
   */
  default void call(Duration heldBack, boolean failed) {}
}
