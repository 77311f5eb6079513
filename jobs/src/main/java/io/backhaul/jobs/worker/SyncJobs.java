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
import io.backhaul.jobs.fleet.Lease;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.lineage.RunLineage;
import io.backhaul.jobs.spec.LineageSpec;
import io.backhaul.jobs.spec.PiiSpec;
import io.backhaul.jobs.spec.SpecException;
import io.backhaul.jobs.spec.SyncSpec;
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
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs syncs as jobs of a fleet: in the Spark pool of their priority, with little patience, since
 * the queue waits for a destination at no cost.
 */
public final class SyncJobs implements JobRunner {

  private static final Logger LOG = LoggerFactory.getLogger(SyncJobs.class);

  /** Waits out a hiccup of a destination, and leaves the place to others otherwise. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Another run of the sync, by hand or of a backfill, is awaited for so long. */
  private static final Duration NEIGHBOUR = Duration.ofMinutes(1);

  private static final Duration POLL = Duration.ofSeconds(5);

  private static final RunOptions OPTIONS =
      new RunOptions(false, null, null, PATIENCE, Map.of(), "schedule");

  private final Ledger ledger;
  private final Map<String, SyncSpec> specs = new HashMap<>();
  private final PiiSpec pii;
  private final Optional<LineageSpec> lineage;
  private final Clock clock;
  private final Sleeper sleeper;

  /**
   * The jobs of these syncs.
   *
   * @param pii how personal values are kept
   * @param lineage who is told of runs
   */
  public SyncJobs(
      Ledger ledger,
      Collection<SyncSpec> syncs,
      PiiSpec pii,
      Optional<LineageSpec> lineage,
      Clock clock,
      Sleeper sleeper) {
    this.ledger = ledger;
    syncs.forEach(spec -> specs.put(spec.id(), spec));
    this.pii = pii;
    this.lineage = lineage;
    this.clock = clock;
    this.sleeper = sleeper;
  }

  /** Remembers at which version the run found its source. */
  private static final class Pinned implements RunObserver {
    private volatile String version;

    @Override
    public void pinned(Snapshot snapshot, Mapping mapping) {
      version = snapshot.version() == null ? null : snapshot.version().toString();
    }

    @Override
    public void step(String run, Step step, long total) {}

    @Override
    public void delivered(Delivered soFar) {}
  }

  @Override
  public EndedJob run(Lease lease, Cancellation cancellation) {
    FleetSync sync = lease.job().sync();
    SyncSpec spec = specs.get(sync.id());
    ledger
        .spark()
        .sparkContext()
        .setLocalProperty("spark.scheduler.pool", sync.priority().wireName());
    Instant startedAt = clock.instant();
    Pinned pinned = new Pinned();
    Optional<RunLineage> told =
        lineage.map(to -> new RunLineage(to, spec, ledger.spark().version(), clock));
    try {
      RunReport report = run(spec, told.<RunObserver>map(pinned::and).orElse(pinned), cancellation);
      return ended(lease, outcome(report), report.startedAt(), pinned.version, error(report));
    } catch (MappingException | SpecException e) {
      LOG.warn("{} cannot run: {}", spec.id(), e.getMessage());
      return ended(lease, JobEnd.Outcome.FAILED, startedAt, null, e.getMessage());
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare
      LOG.error("{} failed ({})", spec.id(), e.getClass().getName());
      return ended(lease, JobEnd.Outcome.FAILED, startedAt, null, e.getClass().getSimpleName());
    } finally {
      told.ifPresent(RunLineage::close);
    }
  }

  private RunReport run(SyncSpec spec, RunObserver observer, Cancellation cancellation)
      throws InterruptedException {
    for (Duration waited = Duration.ZERO; ; waited = waited.plus(POLL)) {
      RunReport report =
          new SyncRun(ledger, spec, OPTIONS, clock, observer, pii, cancellation).run();
      if (report.status() != RunStatus.SKIPPED
          || cancellation.requested()
          || waited.compareTo(NEIGHBOUR) >= 0) {
        return report;
      }
      sleeper.sleep(POLL);
    }
  }

  private EndedJob ended(
      Lease lease, JobEnd.Outcome outcome, Instant startedAt, String version, String error) {
    SyncSpec spec = specs.get(lease.job().sync().id());
    CircuitReport circuit =
        new Circuits(ledger, clock).open(spec.tenant(), spec.destination().name());
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
