/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

import java.time.Duration;
import java.util.List;

/**
 * How many workers of how many places the syncs need.
 *
 * @param workers applications
 * @param places jobs of each at once
 */
record SimulatedFleet(int workers, int places) {

  private static final double UTILISATION = 0.8;
  private static final int FEWEST_WORKERS = 4;
  private static final int MOST_PLACES = 16;

  /** Seconds of a place that a run needs beside reading and calls: start, settle, end and lease. */
  private static final double OVERHEAD_SECONDS = 3 + SimulatedWorker.POLL.toSeconds();

  /** Enough that on a day without trouble four of five places are taken. */
  static SimulatedFleet of(List<SimulatedSync> syncs) {
    double needed = 0;
    for (SimulatedSync sync : syncs) {
      double period =
          switch (sync.sync.priority()) {
            case HIGH -> Duration.ofMinutes(5).toSeconds();
            case NORMAL -> Duration.ofHours(1).toSeconds();
            case LOW -> Duration.ofDays(1).toSeconds();
          };
      double calls = Math.ceil(sync.rowsPerSecond * period / sync.vendor.batch);
      double call = Math.max(sync.vendor.latencyMillis / 1000.0, 1 / sync.vendor.requestsPerSecond);
      needed += (OVERHEAD_SECONDS + sync.readMillis / 1000 + calls * call) / period;
    }
    int atOnce = (int) Math.ceil(needed / UTILISATION);
    int places = Math.max(2, Math.min(MOST_PLACES, atOnce / FEWEST_WORKERS));
    return new SimulatedFleet(Math.max(FEWEST_WORKERS, (atOnce + places - 1) / places), places);
  }

  int jobsAtOnce() {
    return workers * places;
  }
}
