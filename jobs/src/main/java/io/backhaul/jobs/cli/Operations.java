/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Probe;
import io.backhaul.jobs.backfill.BackfillReport;
import io.backhaul.jobs.backfill.BackfillRequest;
import io.backhaul.jobs.bench.BenchOptions;
import io.backhaul.jobs.bench.BenchResult;
import io.backhaul.jobs.deadletter.DeadLetterBox;
import io.backhaul.jobs.fleet.Target;
import io.backhaul.jobs.fleet.Wish;
import io.backhaul.jobs.maintain.TableUpkeep;
import io.backhaul.jobs.rehearse.RehearsalReport;
import io.backhaul.jobs.report.DestinationIds;
import io.backhaul.jobs.report.SyncStatus;
import io.backhaul.jobs.spec.SpecProblem;
import io.backhaul.jobs.sync.DryRun;
import io.backhaul.jobs.sync.RunOptions;
import io.backhaul.jobs.sync.RunReport;
import io.backhaul.jobs.worker.FleetSettings;
import io.backhaul.jobs.worker.Term;
import io.backhaul.jobs.worker.WorkerReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * All that the commands ask for. Every method throws {@link io.backhaul.jobs.spec.SpecException} if
 * the configuration it needs is wrong.
 */
interface Operations extends AutoCloseable {

  /**
   * A configuration in which nothing is wrong.
   *
   * @param warnings what is not wrong, and somebody should know
   * @param notes what could not be checked, and why
   * @param probes what destinations answered when they were asked as whom they see us
   */
  record Checked(
      int syncs,
      int destinations,
      List<String> warnings,
      List<String> notes,
      List<Probed> probes) {}

  /** A destination that took our credentials. */
  record Probed(String destination, Probe probe) {}

  /**
   * Rows of a query.
   *
   * @param more whether there were more than asked for
   */
  record Answer(List<String> columns, List<ObjectNode> rows, boolean more) {}

  /**
   * Checks the configuration.
   *
   * @param sync one sync with its destination, or {@code null} for the whole folder
   * @param asking whom to ask beside the files
   */
  Checked validate(String sync, Asking asking);

  /** Whom {@link #validate} asks beside the files. */
  enum Asking {
    NOBODY,
    /** Sources for their columns, destinations for their fields. */
    SCHEMAS,
    /** And destinations whether they take our credentials. */
    CREDENTIALS
  }

  /** What a run of the sync would do now. */
  DryRun.Plan plan(String sync, RunOptions options);

  /** Runs the sync once. */
  RunReport sync(String sync, RunOptions options);

  /** Sends rows of the sync again, in runs of a chunk each. */
  BackfillReport backfill(String sync, BackfillRequest request);

  /** Runs the sync once against the sandbox of its destination, and leaves the ledger alone. */
  RehearsalReport rehearse(String sync, RunOptions options);

  /**
   * How the syncs in the ledger are.
   *
   * @param sync one sync, or {@code null} for all
   */
  List<SyncStatus> status(String sync);

  /**
   * What the destination of a sync calls its records.
   *
   * @param sync {@code tenant/name}
   * @param known in the order of the keys
   */
  record Ids(String sync, List<DestinationIds.Known> known) {}

  /**
   * Ids of a sync's records.
   *
   * @param keys whose, or none for those with the lowest keys
   * @param limit how many of these
   */
  Ids ids(String sync, List<String> keys, int limit);

  /**
   * Dead letters, the newest first.
   *
   * @param status open, requeued, resolved, discarded, or {@code null} for any
   */
  List<ObjectNode> letters(DeadLetterBox.Filter filter, String status, int limit);

  /**
   * One dead letter, all its columns; personal fields of its payload in clear where their key is at
   * hand, else with {@code protected}, which says what it takes.
   */
  Optional<ObjectNode> letter(String letterId);

  /** Lets the next run send these letters' records again; returns how many there are. */
  long retry(DeadLetterBox.Filter filter);

  /** Gives these letters up; returns how many there are. */
  long discard(DeadLetterBox.Filter filter);

  /**
   * Asks the ledger.
   *
   * @param limit most rows to return, or {@code null} for all
   */
  Answer sql(String statement, Integer limit);

  /**
   * Keeps the ledger's tables small.
   *
   * @param dryRun whether to change nothing
   */
  List<TableUpkeep> maintain(boolean dryRun);

  /**
   * How a fleet application ended.
   *
   * @param broken what is wrong with files whose syncs were left out
   */
  record FleetEnd(WorkerReport report, List<SpecProblem> broken) {}

  /**
   * Runs syncs that are due.
   *
   * @param tell hears how it goes, line by line
   */
  FleetEnd fleet(Term term, FleetSettings settings, Consumer<String> tell);

  /** The sync that a name stands for, in the files or, where no file has it, in the queue. */
  Target target(String sync);

  /** Makes a wish known to fleets; returns the syncs it is for. */
  Set<String> wish(Wish wish, Target target);

  /** Forgets what is known against a destination; returns whether anything was. */
  boolean closeCircuit(String tenant, String destination);

  /**
   * Plays the demo.
   *
   * @param folder what it leaves behind
   * @param rows customers in its table
   * @param out where it tells what it does
   * @param columns width of its tables
   * @return its two runs, or the first alone if that failed
   */
  List<RunReport> demo(Path folder, long rows, PrintWriter out, int columns) throws IOException;

  /**
   * Measures.
   *
   * @param tell hears how it goes, line by line
   */
  BenchResult bench(BenchOptions options, Consumer<String> tell) throws IOException;

  @Override
  void close();
}
