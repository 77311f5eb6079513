/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.source.Snapshot;
import io.backhaul.diff.source.SnapshotSource;
import io.backhaul.diff.source.SourceSpec;
import io.delta.tables.DeltaTable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The three strategies beside each other on one Delta source. */
class StrategiesTest {

  @TempDir Path folder;
  private String path;
  private SnapshotSource source;

  @BeforeEach
  void anEmptySource() {
    path = folder.resolve("customers").toString();
    source = SnapshotSource.of(new SourceSpec.Delta(path, null));
    SnapshotModelTest.rows(List.of())
        .write()
        .format("delta")
        .option("delta.enableChangeDataFeed", true)
        .save(path);
  }

  private TestSync sync(Strategy strategy, Mode mode) {
    TestSync sync = new TestSync(folder.resolve(strategy.wireName()), SnapshotModelTest.SPEC);
    sync.strategy = strategy;
    sync.mode = mode;
    sync.rules = SnapshotModelTest.RULES;
    return sync;
  }

  /** Brings the edited keys of the model into the Delta table, and touches no other row. */
  private void store(SyncModel model, Set<String> edited) {
    if (edited.isEmpty()) {
      return;
    }
    DeltaTable.forPath(TestSync.SPARK, path)
        .delete(
            expr("concat('{\"region\":', coalesce(concat('\"', region, '\"'), 'null'), ',\"id\":',"
                    + " id, '}')")
                .isin(edited.toArray()));
    List<SyncModel.SourceRow> now =
        model.source.stream().filter(row -> edited.contains(row.key())).toList();
    if (!now.isEmpty()) {
      SnapshotModelTest.rows(now).coalesce(1).write().format("delta").mode("append").save(path);
    }
  }

  /** What settling would make of the proposal, given which planned rows were not settled. */
  private static Cursor settled(
      ChangeSet changes, Cursor before, Strategy strategy, List<Row> unsettled) {
    Cursor proposal = changes.cursor().orElse(before);
    if (unsettled.isEmpty() || proposal == null) {
      return proposal;
    }
    if (strategy == Strategy.CHANGE_FEED) {
      return before;
    }
    Instant earliest =
        unsettled.stream()
            .map(row -> row.<java.sql.Timestamp>getAs("source_updated_at"))
            .filter(at -> at != null)
            .map(at -> at.toInstant().minus(1, ChronoUnit.MICROS))
            .reduce(proposal.instant(), (a, b) -> a.isBefore(b) ? a : b);
    return new Cursor(
        proposal.kind(),
        earliest.toString(),
        proposal.sourceVersion(),
        proposal.mappingFingerprint());
  }

  /** A watermark does not see deletes, so that it has a mode of its own here. */
  @ParameterizedTest
  @CsvSource({"WATERMARK, UPSERT", "CHANGE_FEED, MIRROR"})
  void everyStrategyPlansTheSameAndEndsInTheSameState(Strategy other, Mode mode) {
    Random random = new Random(7);
    SyncModel model = new SyncModel(random, mode, 60);
    Map<Strategy, TestSync> syncs = new EnumMap<>(Strategy.class);
    for (Strategy strategy : List.of(Strategy.SNAPSHOT, other)) {
      syncs.put(strategy, sync(strategy, mode));
    }
    int candidates = 0;
    int all = 0;
    for (int round = 0; round < 3; round++) {
      store(model, model.edit(round == 0 ? 0.9 : 0.15));
      int salt = random.nextInt();
      // One fate for a key in a round, whoever plans it: 0 rejected, 1 deferred, else applied.
      // Nothing is deferred at first, so that there is a settled version to start from.
      int deferred = round == 0 ? 0 : 1;
      Predicate<String> applies = key -> Math.floorMod(key.hashCode() * 31 + salt, 5) > deferred;
      Predicate<String> rejects = key -> Math.floorMod(key.hashCode() * 31 + salt, 5) == 0;
      boolean requeue = round == 2;
      Map<Strategy, Map<String, String>> planned = new EnumMap<>(Strategy.class);
      Map<Strategy, Set<String>> invalid = new EnumMap<>(Strategy.class);
      for (TestSync sync : syncs.values()) {
        if (requeue) {
          sync.letters.replaceAll(
              l -> new TestSync.Letter(l.key(), l.rowHash(), l.stage(), "requeued"));
        }
        Snapshot snapshot = source.pin(TestSync.SPARK);
        try (ChangeSet changes = sync.detect(source, snapshot)) {
          Counts counts = changes.counts();
          if (round > 0 && sync.strategy == other) {
            assertThat(changes.fallbackReason()).isEmpty();
            candidates += (int) counts.source();
          } else if (round > 0) {
            all += (int) counts.source();
          }
          Map<String, Row> found = TestSync.byKey(changes.planned());
          Map<String, Row> failed = TestSync.byKey(changes.invalid());
          planned.put(sync.strategy, SnapshotModelTest.ops(found));
          invalid.put(sync.strategy, failed.keySet());
          sync.settle(snapshot.rows(), found.values(), applies);
          List<Row> unsettled = new ArrayList<>();
          found.forEach(
              (key, row) -> {
                if (rejects.test(key)) {
                  open(sync, key, row, "destination");
                } else if (!applies.test(key)) {
                  unsettled.add(row);
                }
              });
          failed.forEach((key, row) -> open(sync, key, row, "validation"));
          sync.cursor = settled(changes, sync.cursor, sync.strategy, unsettled);
        }
      }
      assertThat(planned.get(other))
          .as("round %s", round)
          .isEqualTo(planned.get(Strategy.SNAPSHOT));
      assertThat(invalid.get(other))
          .as("round %s", round)
          .isEqualTo(invalid.get(Strategy.SNAPSHOT));
    }
    assertThat(candidates).as("fewer rows were looked at").isPositive().isLessThan(all);
    assertThat(held(syncs.get(other))).isNotEmpty().isEqualTo(held(syncs.get(Strategy.SNAPSHOT)));
  }

  private static void open(TestSync sync, String key, Row row, String stage) {
    sync.letters.removeIf(
        l ->
            l.key().equals(key)
                && l.stage().equals(stage)
                && l.rowHash() == row.<Long>getAs("row_hash"));
    sync.letters.add(new TestSync.Letter(key, row.getAs("row_hash"), stage, "open"));
  }

  private static Map<String, Long> held(TestSync sync) {
    Map<String, Long> held = new TreeMap<>();
    sync.stateRows()
        .forEach(
            row -> held.put(row.getAs("region") + "/" + row.getAs("id"), row.getAs("row_hash")));
    return held;
  }

  private static SyncModel.SourceRow row(int id, String name, long updatedAt) {
    return new SyncModel.SourceRow("EU", id, name, 1, updatedAt);
  }

  private void append(SyncModel.SourceRow... rows) {
    Dataset<Row> more = SnapshotModelTest.rows(List.of(rows));
    more.coalesce(1).write().format("delta").mode("append").save(path);
  }

  private Counts run(TestSync sync) {
    Snapshot snapshot = source.pin(TestSync.SPARK);
    try (ChangeSet changes = sync.detect(source, snapshot)) {
      Counts counts = changes.counts();
      sync.settle(snapshot.rows(), changes, key -> true);
      sync.cursor = changes.cursor().orElse(sync.cursor);
      return counts;
    }
  }

  private Optional<String> reason(TestSync sync) {
    try (ChangeSet changes = sync.detect(source, source.pin(TestSync.SPARK))) {
      assertThat(changes.strategy() == sync.strategy).isEqualTo(changes.fallbackReason().isEmpty());
      return changes.fallbackReason();
    }
  }

  @Test
  void aWatermarkReadsOnlyWhatMovedAndItsOverlap() {
    TestSync sync = sync(Strategy.WATERMARK, Mode.UPSERT);
    append(row(1, "a", 100), row(2, "b", 200));
    assertThat(reason(sync)).contains("no earlier run is settled");
    assertThat(run(sync).source()).isEqualTo(2);
    assertThat(sync.cursor.instant()).isEqualTo(Instant.ofEpochSecond(200));

    append(row(3, "late", 150), row(4, "new", 300));
    Counts found = run(sync);
    assertThat(found.source()).as("2 and 4; 3 arrived below the cursor").isEqualTo(2);
    assertThat(found.sourceTotal()).isEqualTo(-1);
    assertThat(found.planned()).isEqualTo(Map.of("upsert", 1L));

    sync.overlap = Duration.ofSeconds(150);
    assertThat(run(sync).planned()).as("3 is within the overlap").isEqualTo(Map.of("upsert", 1L));
  }

  @Test
  void aRowFromTheFutureDoesNotCarryTheWatermarkAlong() {
    TestSync sync = sync(Strategy.WATERMARK, Mode.UPSERT);
    append(row(1, "a", 32_503_680_000L));
    Instant before = Instant.now();
    run(sync);
    assertThat(sync.cursor.instant())
        .isBetween(before.truncatedTo(ChronoUnit.MILLIS), Instant.now());
  }

  @Test
  void aStrategyThatCannotDoItsWorkSaysWhyAndComparesEverything() {
    TestSync watermark = sync(Strategy.WATERMARK, Mode.UPSERT);
    TestSync feed = sync(Strategy.CHANGE_FEED, Mode.UPSERT);
    append(row(1, "a", 100));
    run(watermark);
    run(feed);
    assertThat(reason(watermark)).isEmpty();
    assertThat(reason(feed)).isEmpty();

    watermark.mode = Mode.MIRROR;
    assertThat(reason(watermark)).hasValueSatisfying(r -> assertThat(r).contains("mirror"));
    feed.full = true;
    assertThat(reason(feed)).contains("a full run compares everything");
    feed.full = false;
    Cursor settled = feed.cursor;
    feed.cursor = watermark.cursor;
    assertThat(reason(feed)).contains("the last settled run used the strategy watermark");
    feed.cursor =
        new Cursor(settled.kind(), settled.value(), settled.sourceVersion(), "another mapping");
    assertThat(reason(feed)).contains("the mapping is another one than at the last settled run");
    feed.cursor =
        new Cursor(settled.kind(), "other", settled.sourceVersion(), settled.mappingFingerprint());
    assertThat(reason(feed)).contains("the source table was dropped and made again");
    feed.cursor = settled;
    TestSync.SPARK.sql(
        "ALTER TABLE delta.`"
            + path
            + "` SET TBLPROPERTIES ('delta.enableChangeDataFeed' = false)");
    append(row(2, "b", 200));
    assertThat(reason(feed)).isPresent();
  }

  @Tag("fault-37")
  @Test
  void mirrorUnderAChangeFeedSeesThatTheSourceIsEmpty() {
    TestSync feed = sync(Strategy.CHANGE_FEED, Mode.MIRROR);
    append(row(1, "a", 100));
    run(feed);
    DeltaTable.forPath(TestSync.SPARK, path).delete();
    try (ChangeSet changes = feed.detect(source, source.pin(TestSync.SPARK))) {
      assertThat(changes.fallbackReason()).isEmpty();
      assertThat(changes.counts().planned()).isEqualTo(Map.of("delete", 1L));
      assertThat(
              Guards.check(
                  GuardSpec.OFF, Mode.MIRROR, changes.counts(), changes.firstSync(), Map.of()))
          .hasSize(1);
    }
  }
}
