/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import io.backhaul.diff.state.Conflicts;
import io.backhaul.jobs.fleet.Page;
import io.backhaul.jobs.fleet.SyncEntry;
import io.backhaul.jobs.fleet.Target;
import io.backhaul.jobs.ledger.LeaseBeat;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerTable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The page of all fleets in the ledger's table {@code queue}. Each write replaces the whole table
 * in one commit whose transaction carries the page's revision, and Delta takes each revision once:
 * several applications may write, on clusters of their own. Thread-safe.
 */
public final class QueueTable {

  private static final int MOST_TRIES = 100;

  /** Of {@code fairscheduler.xml}. */
  private static final String POOL = "queue";

  private final Ledger ledger;
  private final Clock clock;
  private final int maxConsecutiveFailures;

  /**
   * The table of a ledger.
   *
   * @param maxConsecutiveFailures from when on a sync is shown as parked
   */
  public QueueTable(Ledger ledger, Clock clock, int maxConsecutiveFailures) {
    this.ledger = ledger;
    this.clock = clock;
    this.maxConsecutiveFailures = maxConsecutiveFailures;
  }

  /**
   * What a change of the page comes to.
   *
   * @param page to be written, {@code null} to leave it as it is
   * @param result for who asked
   */
  public record Change<T>(Page page, T result) {}

  /** Works a change out from the page as it is. */
  @FunctionalInterface
  public interface Work<T> {
    /** Is called again with a newer page if another writer was quicker. */
    Change<T> on(Page page);
  }

  /**
   * Changes the page.
   *
   * @param writer names this writer among all
   * @return the result that belongs to the page that was written
   * @throws IllegalStateException if others kept being quicker
   */
  public <T> T change(String writer, Work<T> work) {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      Change<T> change = work.on(read());
      if (change.page() == null || write(change.page(), writer)) {
        return change.result();
      }
    }
    throw new IllegalStateException(
        "the queue could not be written, since others kept writing it; are there more than a few"
            + " dozen fleet applications on this ledger?");
  }

  /** Begins to say, beside the table and without any of Spark's cores, that a worker lives. */
  SignsOfLife signsOfLife(String worker, Duration leaseTerm) {
    return new SignsOfLife(LeaseBeat.of(ledger.root(), worker), ledger.hadoop(), leaseTerm, clock);
  }

  /** Until when a worker holds its jobs by that; long ago where it says nothing. */
  Instant heldUntil(String worker) {
    return LeaseBeat.of(ledger.root(), worker).heldUntil(ledger.hadoop());
  }

  /** Whether its Spark jobs, on this thread, are given the next core that is free. */
  void goesFirst(boolean first) {
    ledger.spark().sparkContext().setLocalProperty("spark.scheduler.pool", first ? POOL : null);
  }

  /** The page as it is now. */
  public Page read() {
    if (!ledger.has(LedgerTable.QUEUE)) {
      return Page.EMPTY;
    }
    List<Row> rows = ledger.ref(LedgerTable.QUEUE).read(ledger.spark(), Map.of()).collectAsList();
    long revision = 0;
    Map<String, SyncEntry> entries = new TreeMap<>();
    Set<Target> paused = new HashSet<>();
    for (Row row : rows) {
      revision = row.<Long>getAs("revision");
      Optional<Target> whole = QueueRow.paused(row);
      if (whole.isPresent()) {
        paused.add(whole.get());
      } else {
        SyncEntry entry = QueueRow.entry(row);
        entries.put(entry.id(), entry);
      }
    }
    return new Page(revision, entries, paused);
  }

  /** Whether the page was written; false if another writer took its revision. */
  private boolean write(Page page, String writer) {
    List<Row> rows = new ArrayList<>(page.entries().size());
    for (SyncEntry entry : page.entries().values()) {
      rows.add(
          QueueRow.of(
              entry, entry.state(maxConsecutiveFailures), page.revision(), clock.instant()));
    }
    for (Target paused : page.paused()) {
      rows.add(QueueRow.of(paused, page.revision(), clock.instant()));
    }
    Dataset<Row> frame = ledger.frame(LedgerTable.QUEUE, rows).coalesce(1);
    try {
      return ledger
          .replace(LedgerTable.QUEUE, Map.of(), frame, page.revision(), writer)
          .isPresent();
    } catch (RuntimeException e) {
      if (!Conflicts.isConflict(e)) {
        throw e;
      }
      return false;
    }
  }
}
