/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.backfill;

import io.backhaul.destination.Sleeper;
import io.backhaul.jobs.fleet.SyncEntry;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.spec.PiiSpec;
import io.backhaul.jobs.spec.Priority;
import io.backhaul.jobs.spec.SyncSpec;
import io.backhaul.jobs.sync.Cancellation;
import io.backhaul.jobs.sync.DryRun;
import io.backhaul.jobs.sync.RunObserver;
import io.backhaul.jobs.sync.RunOptions;
import io.backhaul.jobs.sync.RunReport;
import io.backhaul.jobs.sync.RunStatus;
import io.backhaul.jobs.sync.SyncRun;
import io.backhaul.jobs.worker.QueueTable;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Sends rows of a sync again, whether they changed or not, in runs of about as many rows as a chunk
 * has: the rows whose keys' hashes have the same remainder. Each is a run as any other, of low
 * priority. One that is called again after it was ended, or died, goes on where it was.
 */
public final class Backfill {

  private static final Duration POLL = Duration.ofSeconds(5);

  /** For how long a chunk lets the fleet go first, which may be off. */
  private static final Duration COURTESY = Duration.ofMinutes(2);

  private final Ledger ledger;
  private final SyncSpec spec;
  private final BackfillRequest request;
  private final Clock clock;
  private final Sleeper sleeper;
  private final RunObserver observer;
  private final PiiSpec pii;

  /**
   * A backfill of a sync.
   *
   * @param pii how personal values are kept
   * @throws IllegalArgumentException if rows are chosen by when they changed, and the sync does not
   *     say where that stands
   */
  public Backfill(
      Ledger ledger,
      SyncSpec spec,
      BackfillRequest request,
      Clock clock,
      Sleeper sleeper,
      RunObserver observer,
      PiiSpec pii) {
    if (request.since() != null && spec.mapping().updatedAt() == null) {
      throw new IllegalArgumentException(
          spec.id() + " has no updated_at, the column that --since looks at; use --where");
    }
    this.ledger = ledger;
    this.spec = spec.with(Priority.LOW);
    this.request = request;
    this.clock = clock;
    this.sleeper = sleeper;
    this.observer = observer;
    this.pii = pii;
  }

  /**
   * Runs the chunks that are not done, until one does not end well.
   *
   * @param cancellation ends it early, with the run that is under way
   */
  public BackfillReport run(Cancellation cancellation) throws InterruptedException {
    String id = request.id(spec.id());
    Progress progress = Progress.of(ledger, spec.tenant(), spec.name(), id);
    if (progress.finished() && request.again()) {
      progress = progress.next();
    }
    int doneBefore = progress.done().size();
    if (progress.chunks() == 0) {
      progress = progress.in(chunks());
    }
    ledger.spark().sparkContext().setLocalProperty("spark.scheduler.pool", Priority.LOW.wireName());
    List<RunReport> runs = new ArrayList<>();
    boolean well = true;
    for (int chunk = 1; chunk <= progress.chunks() && well; chunk++) {
      if (!progress.done().contains(chunk)) {
        RunReport run = run(chunk, progress, id, cancellation);
        runs.add(run);
        well = ended(run);
      }
    }
    return new BackfillReport(id, progress.chunks(), doneBefore, runs, well);
  }

  private static boolean ended(RunReport run) {
    return switch (run.status()) {
      case SUCCEEDED -> true;
      case PARTIAL -> !run.unfinished();
      case FAILED, STOPPED, SKIPPED -> false;
    };
  }

  private int chunks() {
    RunOptions whole =
        new RunOptions(true, null, rows(), RunOptions.DEFAULT.patience(), request.accepted(), "");
    long rows = DryRun.plan(ledger, spec, whole, pii).source();
    return Math.toIntExact(Math.max(1, (rows + request.chunk() - 1) / request.chunk()));
  }

  private RunReport run(int chunk, Progress progress, String id, Cancellation cancellation)
      throws InterruptedException {
    letTheFleetGoFirst(cancellation);
    RunOptions options =
        new RunOptions(
            true,
            null,
            and(rows(), ofChunk(chunk, progress.chunks())),
            RunOptions.DEFAULT.patience(),
            request.accepted(),
            progress.trigger(id, chunk));
    while (true) {
      RunReport run = new SyncRun(ledger, spec, options, clock, observer, pii, cancellation).run();
      if (run.status() != RunStatus.SKIPPED || cancellation.requested()) {
        return run;
      }
      sleeper.sleep(POLL); // a regular run has the sync
    }
  }

  private void letTheFleetGoFirst(Cancellation cancellation) throws InterruptedException {
    QueueTable queue = new QueueTable(ledger, clock, 1);
    for (Duration waited = Duration.ZERO;
        waited.compareTo(COURTESY) < 0 && !cancellation.requested();
        waited = waited.plus(POLL)) {
      SyncEntry entry = queue.read().entries().get(spec.id());
      if (entry == null || entry.job() == null) {
        return;
      }
      sleeper.sleep(POLL);
    }
  }

  private String rows() {
    String since =
        request.since() == null
            ? null
            : "`%s` >= TIMESTAMP '%s'".formatted(spec.mapping().updatedAt(), request.since());
    return and(request.where(), since);
  }

  private String ofChunk(int chunk, int chunks) {
    if (chunks == 1) {
      return null;
    }
    String key =
        spec.mapping().key().stream()
            .map(column -> "`" + column + "`")
            .collect(Collectors.joining(", "));
    return "pmod(xxhash64(%s), %d) = %d".formatted(key, chunks, chunk - 1);
  }

  private static String and(String one, String other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return "(" + one + ") AND (" + other + ")";
  }
}
