/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

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

  /** The breaker is now {@code closed}, {@code open} or {@code half_open}. */
  void circuit(String state);
}
