/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import io.backhaul.destination.Sleeper;
import io.backhaul.destination.send.CircuitReport;
import io.backhaul.diff.mapping.Mapping;
import io.backhaul.diff.mapping.MappingException;
import io.backhaul.diff.source.Snapshot;
import io.backhaul.jobs.fleet.EndedJob;
import io.backhaul.jobs.fleet.FleetSync;
import io.backhaul.jobs.fleet.JobEnd;
import io.backhaul.jobs.fleet.JobLease;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.lineage.RunLineage;
import io.backhaul.jobs.spec.SpecException;
import io.backhaul.jobs.sync.Cancellation;
import io.backhaul.jobs.sync.Circuits;
import io.backhaul.jobs.sync.RunObserver;
import io.backhaul.jobs.sync.RunOptions;
import io.backhaul.jobs.sync.RunReport;
import io.backhaul.jobs.sync.RunStatus;
import io.backhaul.jobs.sync.Step;
import io.backhaul.jobs.sync.SyncRun;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs syncs as jobs of a fleet: in the Spark pool of their priority, with little patience, since
 * the queue waits for a destination at no cost.
 */
final class SyncJobs implements JobRunner {

  private static final Logger LOG = LoggerFactory.getLogger(SyncJobs.class);

  /** Waits out a hiccup of a destination, and leaves the place to others otherwise. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Another run of the sync, by hand or of a backfill, is awaited for so long. */
  private static final Duration NEIGHBOUR = Duration.ofMinutes(1);

  private static final Duration POLL = Duration.ofSeconds(5);

  private static final RunOptions OPTIONS =
      new RunOptions(false, null, null, PATIENCE, Map.of(), "schedule");

  private final Ledger ledger;
  private final FleetFiles files;
  private final Clock clock;
  private final Sleeper sleeper;

  /** The jobs of the syncs that these files have. */
  SyncJobs(Ledger ledger, FleetFiles files, Clock clock, Sleeper sleeper) {
    this.ledger = ledger;
    this.files = files;
    this.clock = clock;
    this.sleeper = sleeper;
  }

  /** Remembers at which version the run found its source, and says when it begins to send. */
  private static final class Watched implements RunObserver {
    private final Runnable delivers;
    private volatile String version;

    private Watched(Runnable delivers) {
      this.delivers = delivers;
    }

    @Override
    public void pinned(Snapshot snapshot, Mapping mapping) {
      version = snapshot.version() == null ? null : snapshot.version().toString();
    }

    @Override
    public void step(String run, Step step, long total) {
      if (step == Step.DELIVER) {
        delivers.run();
      }
    }

    @Override
    public void delivered(Delivered soFar) {}
  }

  @Override
  public EndedJob run(JobLease lease, Cancellation cancellation, Runnable delivers) {
    FleetSync sync = lease.job().sync();
    ledger
        .spark()
        .sparkContext()
        .setLocalProperty("spark.scheduler.pool", sync.priority().wireName());
    Instant startedAt = clock.instant();
    Watched watched = new Watched(delivers);
    try {
      RunReport report = run(files.read(sync.id()), watched, cancellation);
      return ended(lease, outcome(report), report.startedAt(), watched.version, error(report));
    } catch (MappingException | SpecException e) {
      LOG.warn("{} cannot run: {}", sync, e.getMessage());
      return ended(lease, JobEnd.Outcome.FAILED, startedAt, null, e.getMessage());
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare
      LOG.error("{} failed ({})", sync, e.getClass().getName());
      return ended(lease, JobEnd.Outcome.FAILED, startedAt, null, e.getClass().getSimpleName());
    }
  }

  private RunReport run(FleetFiles.Current current, Watched watched, Cancellation cancellation)
      throws InterruptedException {
    Optional<RunLineage> told =
        current
            .workspace()
            .lineage()
            .map(to -> new RunLineage(to, current.spec(), ledger.spark().version(), clock));
    try {
      return run(current, told.<RunObserver>map(watched::and).orElse(watched), cancellation);
    } finally {
      told.ifPresent(RunLineage::close);
    }
  }

  /** Again and again while another run holds the sync, for a while. */
  private RunReport run(FleetFiles.Current current, RunObserver observer, Cancellation cancellation)
      throws InterruptedException {
    for (Duration waited = Duration.ZERO; ; waited = waited.plus(POLL)) {
      RunReport report =
          new SyncRun(
                  ledger,
                  current.spec(),
                  OPTIONS,
                  clock,
                  observer,
                  current.workspace().pii(),
                  cancellation)
              .run();
      if (report.status() != RunStatus.SKIPPED
          || cancellation.requested()
          || waited.compareTo(NEIGHBOUR) >= 0) {
        return report;
      }
      sleeper.sleep(POLL);
    }
  }

  private EndedJob ended(
      JobLease lease, JobEnd.Outcome outcome, Instant startedAt, String version, String error) {
    FleetSync sync = lease.job().sync();
    CircuitReport circuit = new Circuits(ledger, clock).open(sync.tenant(), sync.destination());
    return new EndedJob(
        lease,
        new JobEnd(outcome, circuit == null ? CircuitReport.CLOSED : circuit),
        startedAt,
        version,
        error);
  }

  /** A run that another one kept out, or that somebody cancelled, is done: its time comes again. */
  private static JobEnd.Outcome outcome(RunReport report) {
    return switch (report.status()) {
      case SUCCEEDED, SKIPPED -> JobEnd.Outcome.DONE;
      case PARTIAL ->
          report.count("deferred") > 0 && !Cancellation.CODE.equals(report.deferredCode())
              ? JobEnd.Outcome.DEFERRED
              : JobEnd.Outcome.DONE;
      case FAILED, STOPPED -> JobEnd.Outcome.FAILED;
    };
  }

  private static String error(RunReport report) {
    return report.error() == null ? report.deferredCode() : report.error();
  }
}
