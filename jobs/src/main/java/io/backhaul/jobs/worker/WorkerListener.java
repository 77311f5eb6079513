/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import io.backhaul.jobs.fleet.EndedJob;
import io.backhaul.jobs.fleet.FleetSync;
import io.backhaul.jobs.fleet.HeldAccount;
import io.backhaul.jobs.fleet.Lease;
import java.util.List;

/** Hears how a worker goes on. Called by one thread. */
public interface WorkerListener {

  /** Hears nothing. */
  WorkerListener NONE = new WorkerListener() {};

  /** A job begins. */
  default void began(Lease lease) {}

  /** A job has ended. */
  default void ended(EndedJob job) {}

  /** The queue had given a job to another worker meanwhile. */
  default void lost(Lease lease) {}

  /** A sync failed too often and is due no more. */
  default void parked(FleetSync sync, String error) {}

  /** The accounts whose jobs wait for a circuit are others than before. */
  default void held(List<HeldAccount> accounts) {}
}
