/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import io.backhaul.jobs.fleet.FleetLimits;
import java.time.Duration;

/**
 * How a worker works.
 *
 * @param name which no other worker has
 * @param places jobs at once
 * @param limits how the fleet is shared out
 * @param poll longest time between two exchanges with the queue
 */
public record WorkerSettings(String name, int places, FleetLimits limits, Duration poll) {

  public WorkerSettings {
    if (places < 1) {
      throw new IllegalArgumentException("a worker has at least one place");
    }
  }
}
