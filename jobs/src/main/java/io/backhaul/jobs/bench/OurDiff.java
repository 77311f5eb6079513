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
  private final SyncSpec spec;
  private final Ledger ledger;
  private final Path after;

  /**
   * @param ledger where state and its digest are kept
   * @param after the table to compare with it
   */
  OurDiff(SparkSession spark, SyncSpec spec, Ledger ledger, Path after) {
    this.spark = spark;
    this.spec = spec;
    this.ledger = ledger;
    this.after = after;
  }

  @Override
  public String name() {
    return "backhaul";
  }

  /** Fills the state with the rows of a table. */
  void fill(Path before) {
    Snapshot snapshot = source(before).pin(spark);
    Mapping mapping = mapping(snapshot);
    try (ChangeSet changes = detect(before, snapshot, mapping)) {
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
      state(mapping).digestedIn(digests()).advance(applied, Mode.MIRROR, 1);
    }
  }

  /** The sums of ids are worked out after the clock has stopped: no run needs them. */
  @Override
  public Timed<Difference> round(Meter meter) throws Exception {
    Timed<ChangeSet> timed = meter.time(this::counted);
    try (ChangeSet changes = timed.answer()) {
      return new Timed<>(timed.lap(), difference(changes));
    }
  }

  private ChangeSet counted() {
    Snapshot snapshot = source(after).pin(spark);
    ChangeSet changes = detect(after, snapshot, mapping(snapshot));
    changes.counts();
    return changes;
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

  private static SnapshotSource source(Path table) {
    return SnapshotSource.of(new SourceSpec.Delta(table.toString(), null));
  }

  private Mapping mapping(Snapshot snapshot) {
    return Mapping.resolve(spark, spec.mapping(), spec.rules(), snapshot.rows().schema());
  }

  private ChangeSet detect(Path table, Snapshot snapshot, Mapping mapping) {
    return ChangeDetector.of(Strategy.SNAPSHOT)
        .detect(
            new DetectRequest(
                spark,
                source(table),
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
