/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

/**
 * Made-up numbers that depend on what they are for and not on when they are asked for, so that two
 * days differ only in what they are meant to.
 */
record Draws(long seed) {

  /** Between 0 and 1, evenly. */
  double even(long what, long which) {
    long mixed = mix(mix(mix(seed) ^ what) ^ which);
    return (mixed >>> 11) * 0x1.0p-53;
  }

  /** Around {@code usual}; one in a hundred is three times as long or more. */
  long millis(double usual, long what, long which) {
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      sum += even(what * 4 + i, which);
    }
    return Math.round(usual * Math.exp((sum - 2) * 0.85));
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long value) {
    long mixed = value + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
