/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.maintain;

import io.backhaul.diff.delta.LogChoice;
import io.backhaul.diff.state.Conflicts;
import io.backhaul.diff.state.TableRef;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerTable;
import io.backhaul.jobs.ledger.LedgerViews;
import io.backhaul.jobs.spec.Retention;
import io.backhaul.jobs.sync.Causes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Upkeep of the ledger: rows past their term are removed, small files put together, files that
 * nothing names deleted. Needs no lease and takes none, because it may run at any moment beside
 * runs of the ledger's syncs: what they append conflicts with nothing here, what they rewrite they
 * repeat on a conflict ({@link Conflicts}), and where this class is the later one, it leaves the
 * table for the next time. Journals are left alone: they are how a dead run is settled.
 */
public final class Maintenance {

  /** Files below this size are put together... */
  static final long SMALL = 64L << 20;

  /** ...into files of up to this one, which several cores can still share a table by. */
  private static final long LARGE = 256L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);

  private final Ledger ledger;
  private final Retention retention;
  private final Clock clock;
  private final Consumer<String> observer;
  private final SparkSession own;
  private final Vacuum vacuum;

  /**
   * @param observer is told the name of each table before work on it begins
   */
  public Maintenance(Ledger ledger, Retention retention, Clock clock, Consumer<String> observer) {
    this.ledger = ledger;
    this.retention = retention;
    this.clock = clock;
    this.observer = observer;
    this.own = ledger.spark().newSession();
    own.conf().set(LogChoice.SETTING, LogChoice.setting(ledger.spark()));
    own.conf().set("spark.sql.session.timeZone", "UTC");
    own.conf().set("spark.databricks.delta.optimize.minFileSize", SMALL);
    own.conf().set("spark.databricks.delta.optimize.maxFileSize", LARGE);
    own.conf().set("spark.databricks.delta.retentionDurationCheck.enabled", false);
    // a vacuum lists folders in so many tasks, 10,000 unless told otherwise: minutes for nothing
    int tasks = 4 * ledger.spark().sparkContext().defaultParallelism();
    own.conf().set("spark.sql.sources.parallelPartitionDiscovery.parallelism", tasks);
    this.vacuum = new Vacuum(own, retention.vacuum());
  }

  /**
   * One table and its terms.
   *
   * @param compacted whether its small files are put together; not where each partition is one file
   */
  private record Job(String name, TableRef table, Expiry expiry, boolean compacted) {}

  /**
   * Goes over all tables; a table that fails does not keep the others from it.
   *
   * @param dryRun whether to change nothing, and say what would be done
   */
  public List<TableUpkeep> run(boolean dryRun) {
    List<TableUpkeep> done = new ArrayList<>();
    for (Job job : jobs()) {
      observer.accept(job.name());
      Attempt attempt = new Attempt(job);
      done.add(dryRun ? attempt.dryRun() : attempt.run());
    }
    return done;
  }

  private List<Job> jobs() {
    List<Job> jobs = new ArrayList<>();
    for (LedgerTable table : LedgerTable.values()) {
      if (ledger.has(table)) {
        Expiry expiry = expiry(table);
        jobs.add(new Job(table.tableName(), ledger.ref(table), expiry, expiry != Expiry.NEVER));
      }
    }
    for (LedgerViews.PerSync one : LedgerViews.perSync(ledger, "outbox")) {
      Expiry expiry =
          Expiry.runsSettledAndBefore(ago(retention.outbox()), ledger, one.tenant(), one.sync());
      jobs.add(new Job("outbox " + one.tenant() + "/" + one.sync(), one.table(), expiry, false));
    }
    for (String kind : List.of("state", "source_hashes")) {
      for (LedgerViews.PerSync one : LedgerViews.perSync(ledger, kind)) {
        String name = kind + " " + one.tenant() + "/" + one.sync();
        jobs.add(new Job(name, one.table(), Expiry.NEVER, true));
      }
    }
    return jobs;
  }

  private Expiry expiry(LedgerTable table) {
    return switch (table) {
      case RUNS -> Expiry.daysBefore(ago(retention.runs()));
      case DELIVERIES -> Expiry.daysBefore(ago(retention.deliveries()));
      case FRESHNESS -> Expiry.daysBefore(ago(retention.freshness()));
      case FIELD_FAILURES -> Expiry.daysBefore(ago(retention.fieldFailures()));
      case DEAD_LETTERS -> Expiry.lettersResolvedBefore(ago(retention.deadLetters()));
      case CIRCUITS, DAILY_CALLS, WATERMARKS, LEASES, QUEUE -> Expiry.NEVER;
    };
  }

  private Instant ago(Duration term) {
    return clock.instant().minus(term);
  }

  /** Work on one table, as far as it got. */
  private final class Attempt {
    private final Job job;
    private long rowsExpired;
    private long filesCompacted;
    private long bytesFreed;
    private String note;
    private boolean failed;

    private Attempt(Job job) {
      this.job = job;
    }

    private TableUpkeep run() {
      step(this::expire);
      step(this::compact);
      step(() -> bytesFreed = vacuum.run(job.table()));
      return upkeep();
    }

    private TableUpkeep dryRun() {
      step(() -> past().forEach(condition -> rowsExpired += rows().where(condition).count()));
      step(() -> filesCompacted = job.compacted() ? job.table().smallFiles(own, SMALL) : 0);
      step(() -> bytesFreed = vacuum.dryRun(job.table()));
      return upkeep();
    }

    private void step(Runnable work) {
      if (failed) {
        return;
      }
      try {
        work.run();
      } catch (Exception e) { // Scala throws checked exceptions where Java expects none
        if (Conflicts.isConflict(e) || Conflicts.isFileGone(e)) {
          LOG.info("another writer changed {}", job.name(), e);
          note = "another writer was at work on it; left for the next time";
        } else {
          LOG.error("upkeep of {} failed", job.name(), e);
          note = Causes.text(e);
          failed = true;
        }
      }
    }

    private void expire() {
      for (Column condition : past()) {
        rowsExpired +=
            Conflicts.retried(
                () -> {
                  long rows = rows().where(condition).count();
                  if (rows > 0) {
                    job.table().deltaTable(own).delete(condition);
                  }
                  return rows;
                });
      }
    }

    private void compact() {
      if (job.compacted()) {
        filesCompacted =
            job.table()
                .deltaTable(own)
                .optimize()
                .executeCompaction()
                .selectExpr("CAST(metrics.numFilesRemoved AS BIGINT)")
                .head()
                .getLong(0);
      }
    }

    private List<Column> past() {
      return job.expiry().past(rows());
    }

    private Dataset<Row> rows() {
      return job.table().read(own);
    }

    private TableUpkeep upkeep() {
      return new TableUpkeep(job.name(), rowsExpired, filesCompacted, bytesFreed, note, failed);
    }
  }
}
