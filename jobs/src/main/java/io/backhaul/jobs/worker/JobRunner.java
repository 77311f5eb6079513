/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import io.backhaul.jobs.fleet.EndedJob;
import io.backhaul.jobs.fleet.JobLease;
import io.backhaul.jobs.sync.Cancellation;

/** Runs jobs. Thread-safe: a worker runs several at once. */
@FunctionalInterface
public interface JobRunner {

  /**
   * Runs one job and comes back when it has ended, however it did.
   *
   * @param cancellation ends the run early
   * @param delivers to be called when the run has read what it needs and begins to send
   */
  EndedJob run(JobLease lease, Cancellation cancellation, Runnable delivers);
}
