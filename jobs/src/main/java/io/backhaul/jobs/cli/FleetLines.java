/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import io.backhaul.jobs.alert.Alert;
import io.backhaul.jobs.fleet.EndedJob;
import io.backhaul.jobs.fleet.FleetSync;
import io.backhaul.jobs.fleet.HeldAccount;
import io.backhaul.jobs.fleet.JobEnd;
import io.backhaul.jobs.fleet.JobLease;
import io.backhaul.jobs.spec.SpecProblem;
import io.backhaul.jobs.worker.WorkerListener;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Tells of a fleet line by line. */
final class FleetLines implements WorkerListener {

  private final Consumer<String> tell;
  private final Clock clock;

  FleetLines(Consumer<String> tell, Clock clock) {
    this.tell = tell;
    this.clock = clock;
  }

  @Override
  public void began(JobLease lease) {
    tell.accept(
        lease.job().sync() + " begins" + (lease.probe() ? ", to see whether it works" : ""));
  }

  @Override
  public void ended(EndedJob job) {
    double seconds = Duration.between(job.startedAt(), clock.instant()).toMillis() / 1e3;
    String outcome = job.end().outcome().name().toLowerCase(Locale.ROOT);
    tell.accept(
        String.format(Locale.ROOT, "%s %s after %.1f s", sync(job), outcome, seconds)
            + (job.end().outcome() == JobEnd.Outcome.DONE || job.error() == null
                ? ""
                : ": " + job.error()));
  }

  @Override
  public void lost(JobLease lease) {
    tell.accept(lease.job().sync() + " was given to another worker meanwhile");
  }

  @Override
  public void parked(FleetSync sync, String error) {
    tell.accept(Alert.parked(sync.tenant(), sync.name(), error, clock.instant()).text());
  }

  @Override
  public void leftOut(List<SpecProblem> problems) {
    problems.forEach(problem -> tell.accept("left out: " + problem));
  }

  @Override
  public void held(List<HeldAccount> accounts) {
    for (HeldAccount one : accounts) {
      tell.accept(
          "%s is left alone until %s (%s); %d jobs wait for it"
              .formatted(one.account(), one.until(), one.reason(), one.jobs()));
    }
  }

  private static FleetSync sync(EndedJob job) {
    return job.lease().job().sync();
  }
}
