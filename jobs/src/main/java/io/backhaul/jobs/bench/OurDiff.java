/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.backhaul.diff.change.ChangeDetector;
import io.backhaul.diff.change.ChangeSet;
import io.backhaul.diff.change.DetectRequest;
import io.backhaul.diff.change.Mode;
import io.backhaul.diff.change.Strategy;
import io.backhaul.diff.mapping.Mapping;
import io.backhaul.diff.source.Snapshot;
import io.backhaul.diff.source.SnapshotSource;
import io.backhaul.diff.source.SourceSpec;
import io.backhaul.diff.state.StateDigests;
import io.backhaul.diff.state.SyncState;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.spec.SyncSpec;
import java.nio.file.Path;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * READ and DIFF as a run does them, against a state that holds what an earlier table held. It is
 * filled without a run: as the acknowledgement of all that a first diff plans.
 */
final class OurDiff implements Contender {

  private final SparkSession spark;
  private final String name;
  private final SyncSpec spec;
  private final Ledger ledger;
  private final SnapshotSource after;
  private final ChangeDetector detector;

  /**
   * @param ledger where state and its digest are kept
   * @param after the Delta table to compare with it
   */
  OurDiff(SparkSession spark, SyncSpec spec, Ledger ledger, Path after) {
    this(spark, "backhaul", spec, ledger, delta(after), ChangeDetector.of(Strategy.SNAPSHOT));
  }

  /**
   * @param ledger where state and its digest are kept
   * @param after the source to compare with it
   */
  OurDiff(
      SparkSession spark,
      String name,
      SyncSpec spec,
      Ledger ledger,
      SnapshotSource after,
      ChangeDetector detector) {
    this.spark = spark;
    this.name = name;
    this.spec = spec;
    this.ledger = ledger;
    this.after = after;
    this.detector = detector;
  }

  private static SnapshotSource delta(Path table) {
    return SnapshotSource.of(new SourceSpec.Delta(table.toString(), null));
  }

  @Override
  public String name() {
    return name;
  }

  /** Fills the state with the rows of a Delta table. */
  void fill(Path before) {
    fill(delta(before));
  }

  /** Fills the state with the rows of a source. */
  void fill(SnapshotSource before) {
    try (Snapshot snapshot = before.pin(spark);
        ChangeSet changes = detect(before, snapshot)) {
      Dataset<Row> applied =
          changes
              .planned()
              .select(
                  col("op"),
                  col("source_key"),
                  col("row_hash"),
                  coalesce(col("fields"), col("payload")).as("fields"),
                  lit(null).cast("string").as("destination_id"),
                  col("mapping_fingerprint"),
                  current_timestamp().as("synced_at"),
                  lit("20260101T000000000Z-0000").as("run_id"));
      state(mapping(snapshot)).digestedIn(digests()).advance(applied, Mode.MIRROR, 1);
      changes.learn();
    }
  }

  /** What was found, until its rows are not needed any more. */
  private record Found(Snapshot snapshot, ChangeSet changes) implements AutoCloseable {
    @Override
    public void close() {
      changes.close();
      snapshot.close();
    }
  }

  /** The sums of ids are worked out after the clock has stopped: no run needs them. */
  @Override
  public Timed<Difference> round(Meter meter) throws Exception {
    Timed<Found> timed = meter.time(this::counted);
    try (Found found = timed.answer()) {
      return new Timed<>(timed.lap(), difference(found.changes()));
    }
  }

  private Found counted() {
    Snapshot snapshot = after.pin(spark);
    ChangeSet changes = detect(after, snapshot);
    changes.counts();
    return new Found(snapshot, changes);
  }

  private static Difference difference(ChangeSet changes) {
    Row upserts = sums(changes, "upsert");
    Row deletes = sums(changes, "delete");
    if (upserts.getLong(0) + deletes.getLong(0) != changes.counts().plannedTotal()) {
      throw new WrongAnswerException("backhaul", changes.counts(), upserts + " and " + deletes);
    }
    return new Difference(
        upserts.getLong(0), deletes.getLong(0), upserts.getLong(1), deletes.getLong(1));
  }

  private static Row sums(ChangeSet changes, String op) {
    return changes
        .planned()
        .where(col("op").equalTo(op))
        .agg(count(lit(1)), coalesce(sum(col("source_key.id")), lit(0L)))
        .head();
  }

  private Mapping mapping(Snapshot snapshot) {
    return Mapping.resolve(spark, spec.mapping(), spec.rules(), snapshot.rows().schema());
  }

  private ChangeSet detect(SnapshotSource source, Snapshot snapshot) {
    Mapping mapping = mapping(snapshot);
    return detector.detect(
        new DetectRequest(
            spark,
            source,
            snapshot,
            mapping,
            state(mapping),
            Mode.MIRROR,
            spec.onMappingChange(),
            spec.send(),
            Set.of(),
            null,
            spec.overlap(),
            false,
            null,
            null,
            null,
            digests(),
            null));
  }

  private SyncState state(Mapping mapping) {
    return new SyncState(spark, ledger.state(spec.tenant(), spec.name()), mapping.keySchema());
  }

  private StateDigests digests() {
    return ledger.digests(spec.tenant(), spec.name());
  }
}
