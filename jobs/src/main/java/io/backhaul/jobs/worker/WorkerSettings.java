/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import java.time.Duration;

/**
 * How a worker works.
 *
 * @param name which no other worker has
 * @param places jobs at once
 * @param leaseTerm after so long without a sign of life its jobs are given to others
 * @param poll longest time between two exchanges with the queue
 */
public record WorkerSettings(String name, int places, Duration leaseTerm, Duration poll) {

  public WorkerSettings {
    if (places < 1) {
      throw new IllegalArgumentException("a worker has at least one place");
    }
  }
}
