/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import io.backhaul.jobs.fleet.EndedJob;
import io.backhaul.jobs.fleet.FleetSync;
import io.backhaul.jobs.fleet.HeldAccount;
import io.backhaul.jobs.fleet.JobLease;
import io.backhaul.jobs.spec.SpecProblem;
import java.util.List;

/** Hears how a worker goes on. Called by one thread. */
public interface WorkerListener {

  /** Hears nothing. */
  WorkerListener NONE = new WorkerListener() {};

  /** A job begins. */
  default void began(JobLease lease) {}

  /** A job has ended. */
  default void ended(EndedJob job) {}

  /** The queue had given a job to another worker meanwhile. */
  default void lost(JobLease lease) {}

  /** A sync failed too often and is due no more. */
  default void parked(FleetSync sync, String error) {}

  /** Files were read, and what is wrong with some was not known before; may be empty. */
  default void leftOut(List<SpecProblem> problems) {}

  /** The accounts whose jobs wait for a circuit are others than before. */
  default void held(List<HeldAccount> accounts) {}

  /** Both hear, this one first. */
  default WorkerListener and(WorkerListener other) {
    return new BothListeners(this, other);
  }
}
