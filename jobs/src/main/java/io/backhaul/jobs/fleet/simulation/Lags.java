/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

import java.util.Arrays;

/** How long changes took to arrive, in whole seconds; each second of a sync has one change. */
final class Lags {

  /** At each second, how many more runs than a second before delivered a change of this age. */
  private long[] steps = new long[4096];

  /** One change of each age between two, in seconds. */
  void add(long youngest, long oldest) {
    if (oldest < youngest) {
      return;
    }
    if (oldest + 1 >= steps.length) {
      steps = Arrays.copyOf(steps, Math.toIntExact((oldest + 2) * 2));
    }
    steps[Math.toIntExact(youngest)]++;
    steps[Math.toIntExact(oldest + 1)]--;
  }

  /** Zeros if nothing was delivered. */
  Percentiles percentiles() {
    return new Percentiles(at(0.50), at(0.95), at(0.99));
  }

  private long at(double share) {
    double wanted = share * total();
    long height = 0;
    long sum = 0;
    for (int second = 0; second < steps.length; second++) {
      height += steps[second];
      sum += height;
      if (sum > 0 && sum >= wanted) {
        return second;
      }
    }
    return 0;
  }

  private long total() {
    long height = 0;
    long sum = 0;
    for (long step : steps) {
      height += step;
      sum += height;
    }
    return sum;
  }
}
