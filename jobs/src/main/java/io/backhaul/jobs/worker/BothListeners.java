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

/** Two who hear how a worker goes on, one after the other. */
record BothListeners(WorkerListener first, WorkerListener second) implements WorkerListener {

  @Override
  public void began(JobLease lease) {
    first.began(lease);
    second.began(lease);
  }

  @Override
  public void ended(EndedJob job) {
    first.ended(job);
    second.ended(job);
  }

  @Override
  public void lost(JobLease lease) {
    first.lost(lease);
    second.lost(lease);
  }

  @Override
  public void parked(FleetSync sync, String error) {
    first.parked(sync, error);
    second.parked(sync, error);
  }

  @Override
  public void leftOut(List<SpecProblem> problems) {
    first.leftOut(problems);
    second.leftOut(problems);
  }

  @Override
  public void held(List<HeldAccount> accounts) {
    first.held(accounts);
    second.held(accounts);
  }
}
