/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.apache.spark.sql.functions.col;

import io.backhaul.diff.change.ChangeSet;
import io.backhaul.diff.state.Outbox;
import io.backhaul.jobs.spec.SyncSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * A run up to the end of DELIVER: planned, begun in the journal, delivered as a test asks, and not
 * settled. Left as it is, it is a run whose process died.
 */
final class UnsettledRun {

  /** Nobody renews it, and a machine may be slow. */
  private static final Lease.Terms LONG =
      new Lease.Terms(Duration.ofMinutes(10), Duration.ofMinutes(5));

  private final SyncBed bed;
  private final SyncSpec spec;
  private final Outbox outbox;
  private final JournalFolder folder;
  private final RunHeader header;

  /** Given back at once, so that the next run need not wait; executors go by its ten minutes. */
  private final Lease lease;

  private UnsettledRun(
      SyncBed bed, SyncSpec spec, Outbox outbox, JournalFolder folder, RunHeader header) {
    this.bed = bed;
    this.spec = spec;
    this.outbox = outbox;
    this.folder = folder;
    this.header = header;
    this.lease = lease();
    lease.close();
  }

  private Lease lease() {
    return Lease.acquire(bed.ledger(), bed.clock(), "acme", "contacts", header.runId(), LONG)
        .lease()
        .orElseThrow();
  }

  /** READ, DIFF and PLAN. */
  static UnsettledRun planned(SyncBed bed) {
    return planned(bed, 0);
  }

  /** READ, DIFF, and PLAN as a large plan is stored: laid out for its delivery. */
  static UnsettledRun laidOut(SyncBed bed) {
    return planned(bed, 2);
  }

  private static UnsettledRun planned(SyncBed bed, int layout) {
    SyncSpec spec = bed.spec();
    RunBook book = new RunBook(spec, RunOptions.DEFAULT, Clock.systemUTC());
    Planning planning = new Planning(bed.ledger(), spec, RunOptions.DEFAULT, null, null);
    var snapshot = planning.read();
    book.read(snapshot, planning.mapping(), bed.ledger());
    Outbox outbox = new Outbox(SyncBed.spark(), bed.ledger().outbox("acme", "contacts"));
    if (layout > 0) {
      outbox.layOut(layout);
    }
    try (ChangeSet changes = planning.diff(snapshot)) {
      book.compared(changes, planning.letters());
      book.counted(changes.store(outbox, book.runId()));
    }
    book.newKeyBasis(planning.watermark());
    book.delivery(
        planning.letters(),
        Delivery.partitions(SyncBed.spark(), spec, book.counts().plannedTotal()));
    JournalFolder folder =
        JournalFolder.of(bed.ledger().journals(), "acme", "contacts", book.runId());
    folder.begin(bed.ledger().hadoop(), book.header());
    return new UnsettledRun(bed, spec, outbox, folder, book.header());
  }

  /** DELIVER; may be called by two threads at once, as by two attempts of every partition. */
  Delivery.Ended deliver() {
    return new Delivery(
            bed.ledger(), RunObserver.NONE, RunOptions.DEFAULT, bed.clock(), new Cancellation())
        .deliver(spec, outbox, header, folder, null, CircuitNews.NONE, lease, Long.MAX_VALUE);
  }

  /** SETTLE. */
  Settlement.Settled settle() {
    return settle(Long.MAX_VALUE);
  }

  /** SETTLE of a run that is large if it has this many operations. */
  Settlement.Settled settle(long large) {
    try (Lease held = lease()) {
      Settlement.Settled settled =
          new Settlement(bed.ledger(), Clock.systemUTC(), large)
              .settle(header, outbox, folder, held, large == Long.MAX_VALUE ? "NOT_SENT" : null);
      folder.remove(bed.ledger().hadoop());
      return settled;
    }
  }

  /** What SETTLE reads first. */
  Outcomes outcomes() {
    return Outcomes.joined(
        header,
        outbox.of(header.runId()).where(col("disposition").equalTo(Outbox.PLANNED)),
        JournalOutcomes.read(SyncBed.spark(), folder),
        "NOT_SENT");
  }

  /** The same where the plan is laid out. */
  Outcomes sideBySide() {
    return Outcomes.sideBySide(
        header,
        outbox.asWritten(header.runId(), header.partitions()).orElseThrow(),
        folder,
        JournalOutcomes.onePerPartition(bed.ledger().hadoop(), folder));
  }

  /** Keys that a partition delivers, in order. */
  List<String> keys(int partition) {
    return outbox
        .deliverable(header.runId(), header.partitions())
        .where(col("partition").equalTo(partition))
        .select("key")
        .as(Encoders.STRING())
        .collectAsList();
  }

  /** The write of dead letters alone. */
  void writeLetters(Outcomes outcomes, long fence) {
    Dataset<Row> invalid =
        outbox.of(header.runId()).where(col("disposition").equalTo(Outbox.INVALID));
    new DeadLetters(bed.ledger())
        .write(header, DeadLetters.of(invalid, outcomes), outcomes, bed.clock().instant(), fence);
  }

  /** Of the lease that it worked under. */
  long fence() {
    return lease.nextFence();
  }

  JournalFolder folder() {
    return folder;
  }

  String runId() {
    return header.runId();
  }
}
