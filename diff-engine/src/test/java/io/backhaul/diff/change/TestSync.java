/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.lit;

import io.backhaul.diff.mapping.LookupIds;
import io.backhaul.diff.mapping.Mapping;
import io.backhaul.diff.mapping.MappingSpec;
import io.backhaul.diff.mapping.Masking;
import io.backhaul.diff.source.Snapshot;
import io.backhaul.diff.source.SnapshotSource;
import io.backhaul.diff.state.StateDigests;
import io.backhaul.diff.state.SyncState;
import io.backhaul.diff.state.TableRef;
import io.backhaul.diff.state.TestStates;
import io.backhaul.diff.testkit.SparkSessions;
import io.backhaul.diff.validation.FieldRule;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** One sync as a test drives it: what to set before a run, and a run's two halves. */
final class TestSync {

  static final SparkSession SPARK = SparkSessions.shared();

  private static final StructType LETTERS =
      new StructType()
          .add("key", DataTypes.StringType)
          .add("row_hash", DataTypes.LongType)
          .add("stage", DataTypes.StringType)
          .add("status", DataTypes.StringType);

  final List<Letter> letters = new ArrayList<>();
  MappingSpec spec;
  List<FieldRule> rules = List.of();

  /** What other syncs have delivered. */
  Map<String, LookupIds> ids = Map.of();

  Mode mode = Mode.UPSERT;

  /** In the place of the strategy's own, if set. */
  ChangeDetector detector;

  Strategy strategy = Strategy.SNAPSHOT;
  OnMappingChange onMappingChange = OnMappingChange.RESYNC;
  Send send = Send.ALL;
  Set<String> identityFields = Set.of();
  Cursor cursor;
  Duration overlap = Duration.ZERO;
  boolean full;
  Long limit;
  String where;
  final Masking masking = Masking.random();
  private StateDigests digests;

  private final TableRef stateTable;

  /** How many runs were settled: state takes each only once. */
  int run;

  /** A dead letter as the detector is told of it. */
  record Letter(String key, long rowHash, String stage, String status) {}

  TestSync(Path folder, MappingSpec spec) {
    this.stateTable = new TableRef.ByPath(folder.resolve("state").toString());
    this.spec = spec;
  }

  static Dataset<Row> sql(String query) {
    return SPARK.sql(query);
  }

  Mapping mapping(Dataset<Row> source) {
    return Mapping.resolve(SPARK, spec, rules, source.schema(), ids);
  }

  SyncState state(Dataset<Row> source) {
    StructType keys = mapping(source).keySchema();
    return digests == null
        ? new SyncState(SPARK, stateTable, keys)
        : TestStates.large(SPARK, stateTable, keys).digestedIn(digests);
  }

  List<Row> stateRows() {
    return stateTable.exists(SPARK) ? stateTable.read(SPARK).collectAsList() : List.of();
  }

  ChangeSet detect(Dataset<Row> source) {
    Long version = digests == null ? null : 1L; // the rows of a test can be read twice
    return detect(null, new Snapshot(source, version, null, Instant.now(), null));
  }

  /** From now on the snapshot is compared by digests, however small state is. */
  void byDigests(StateDigests digests) {
    this.digests = digests;
    this.detector = new SnapshotDiff(new Detection.Sizes(0, 20_000, 500_000));
  }

  ChangeSet detect(SnapshotSource source, Snapshot snapshot) {
    Dataset<Row> openLetters =
        letters.isEmpty()
            ? null
            : SPARK.createDataFrame(
                letters.stream()
                    .map(l -> RowFactory.create(l.key(), l.rowHash(), l.stage(), l.status()))
                    .toList(),
                LETTERS);
    return (detector != null ? detector : ChangeDetector.of(strategy))
        .detect(
            new DetectRequest(
                SPARK,
                source,
                snapshot,
                mapping(snapshot.rows()),
                state(snapshot.rows()),
                mode,
                onMappingChange,
                send,
                identityFields,
                cursor,
                overlap,
                full,
                limit,
                where,
                openLetters,
                digests,
                masking));
  }

  /** Settles the planned rows that {@code applied} picks by their key, as acknowledged. */
  void settle(Dataset<Row> source, ChangeSet changes, Predicate<String> applied) {
    settle(source, changes.planned().collectAsList(), applied);
  }

  /** As the other, of planned rows that were collected before. */
  void settle(Dataset<Row> source, Collection<Row> planned, Predicate<String> applied) {
    run++;
    List<Row> kept = planned.stream().filter(row -> applied.test(row.getAs("key"))).toList();
    if (kept.isEmpty()) {
      return;
    }
    Dataset<Row> rows =
        SPARK
            .createDataFrame(kept, kept.get(0).schema())
            .select(
                col("op"),
                col("source_key"),
                col("row_hash"),
                coalesce(col("fields"), col("payload")).as("fields"),
                lit("id-" + run).as("destination_id"),
                col("mapping_fingerprint"),
                current_timestamp().as("synced_at"),
                lit("run-" + run).as("run_id"));
    state(source).advance(rows, mode, run);
  }

  /** Runs once and has everything acknowledged. */
  Counts sync(Dataset<Row> source) {
    try (ChangeSet changes = detect(source)) {
      Counts counts = changes.counts();
      settle(source, changes, key -> true);
      return counts;
    }
  }

  static Map<String, Row> byKey(Dataset<Row> rows) {
    return rows.collectAsList().stream()
        .collect(Collectors.toMap(row -> row.getAs("key"), row -> row));
  }
}
