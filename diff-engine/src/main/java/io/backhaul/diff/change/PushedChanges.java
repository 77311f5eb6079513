/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import io.backhaul.diff.state.Outbox;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What was found among the rows that the database named, told as of the whole source. */
final class PushedChanges implements ChangeSet {

  private final ChangeSet found;
  private final long leftOut;
  private final Runnable learning;
  private final Deque<Runnable> release = new ArrayDeque<>();

  /**
   * @param leftOut rows that were not looked at, because the destination holds them as they are
   * @param learning see {@link #learn}
   */
  PushedChanges(ChangeSet found, long leftOut, Runnable learning) {
    this.found = found;
    this.leftOut = leftOut;
    this.learning = learning;
  }

  /** Lets go of something else on {@link #close}. */
  PushedChanges releasing(Runnable action) {
    release.addFirst(action);
    return this;
  }

  @Override
  public Dataset<Row> planned() {
    return found.planned();
  }

  @Override
  public Dataset<Row> invalid() {
    return found.invalid();
  }

  @Override
  public Counts counts() {
    return whole(found.counts());
  }

  @Override
  public Counts store(Outbox outbox, String runId) {
    return whole(found.store(outbox, runId));
  }

  private Counts whole(Counts counts) {
    return new Counts(
        counts.source() + leftOut,
        counts.sourceTotal() + leftOut,
        counts.unchanged() + leftOut,
        counts.planned(),
        counts.waiting(),
        counts.deletesInferred(),
        counts.invalid(),
        counts.invalidRows(),
        counts.quarantined(),
        counts.quarantinedRows(),
        counts.heldBack(),
        counts.stateRows() + leftOut);
  }

  @Override
  public boolean storeFirst() {
    return found.storeFirst();
  }

  @Override
  public boolean firstSync() {
    return found.firstSync();
  }

  @Override
  public Strategy strategy() {
    return found.strategy();
  }

  @Override
  public Optional<String> fallbackReason() {
    return found.fallbackReason();
  }

  @Override
  public Optional<Cursor> cursor() {
    return found.cursor();
  }

  @Override
  public void learn() {
    learning.run();
  }

  @Override
  public void close() {
    found.close();
    while (!release.isEmpty()) {
      release.removeLast().run();
    }
  }
}
