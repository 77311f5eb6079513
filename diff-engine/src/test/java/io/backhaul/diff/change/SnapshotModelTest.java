/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.mapping.MappingSpec;
import io.backhaul.diff.validation.FieldRule;
import io.backhaul.diff.validation.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each mode against {@link SyncModel}: some hundred keys are some hundred random histories of
 * edits, partial deliveries, rejections and requeued letters, played side by side.
 */
class SnapshotModelTest {

  static final MappingSpec SPEC =
      new MappingSpec(
          List.of("region", "id"),
          "updated_at",
          List.of(
              new FieldMapping.FromColumn("name", "name"),
              new FieldMapping.FromColumn("score", "score")),
          Set.of());
  static final List<FieldRule> RULES = List.of(new FieldRule("name", new Rule.Required()));

  private static final StructType SCHEMA =
      new StructType()
          .add("region", DataTypes.StringType)
          .add("id", DataTypes.IntegerType)
          .add("name", DataTypes.StringType)
          .add("score", DataTypes.IntegerType)
          .add("updated_at", DataTypes.TimestampType);

  private static final int ROUNDS = 3;

  @TempDir Path folder;

  static Dataset<Row> rows(List<SyncModel.SourceRow> rows) {
    List<Row> all =
        rows.stream()
            .map(
                row ->
                    RowFactory.create(
                        row.region(),
                        row.id(),
                        row.name(),
                        row.score(),
                        Timestamp.from(Instant.ofEpochSecond(row.updatedAt()))))
            .toList();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(TestSync.SPARK.sparkContext());
    // Rows of the driver's would be filtered while Spark plans, as those of no table are.
    return TestSync.SPARK.createDataFrame(context.parallelize(all, 2), SCHEMA);
  }

  @ParameterizedTest
  @EnumSource
  void everyModeDoesWhatTheModelSays(Mode mode) {
    play(mode, new TestSync(folder, SPEC));
  }

  @ParameterizedTest
  @EnumSource(names = {"MIRROR", "INSERT"}) // state is looked at by hash, or by key alone
  void theSameComesOfDigests(Mode mode) throws IOException {
    TestSync sync = new TestSync(folder, SPEC);
    sync.byDigests(NarrowingTest.digests(folder));
    play(mode, sync);
  }

  private static void play(Mode mode, TestSync sync) {
    long seed = mode.name().hashCode();
    Random random = new Random(seed);
    int rounds = mode == Mode.UPDATE || mode == Mode.APPEND ? ROUNDS - 1 : ROUNDS; // like others
    SyncModel model = new SyncModel(random, mode, 150);
    sync.mode = mode;
    sync.rules = RULES;
    Map<SyncModel.LetterId, Long> hashes = new HashMap<>();
    int planned = 0;
    int quarantined = 0;
    for (int round = 0; round < rounds; round++) {
      model.edit(round == 0 ? 0.8 : 0.3);
      Dataset<Row> source = rows(model.source);
      sync.letters.clear();
      model.letters.forEach(
          (letter, requeued) ->
              sync.letters.add(
                  new TestSync.Letter(
                      letter.key(),
                      hashes.get(letter),
                      letter.stage(),
                      requeued ? "requeued" : "open")));
      SyncModel.Expected expected = model.expected();
      planned += expected.planned().size();
      quarantined += expected.quarantined().size();
      try (ChangeSet changes = sync.detect(source)) {
        Counts counts = changes.counts();
        Map<String, Row> found = TestSync.byKey(changes.planned());
        Map<String, Row> invalid = TestSync.byKey(changes.invalid());
        String place = "seed " + seed + ", round " + round;
        assertThat(ops(found)).as(place).isEqualTo(expected.planned());
        assertThat(invalid.keySet()).as(place).isEqualTo(expected.invalid());
        assertCounts(place, counts, expected);

        invalid.forEach((key, row) -> letter(model, hashes, key, row, "validation"));
        Set<String> applied =
            found.keySet().stream()
                .filter(key -> random.nextInt(3) > 0)
                .collect(Collectors.toSet());
        sync.settle(source, found.values(), applied::contains);
        found.forEach(
            (key, row) -> {
              if (applied.contains(key)) {
                model.applied(key, row.getAs("op"));
              } else if (random.nextBoolean()) {
                letter(model, hashes, key, row, "destination");
              }
            });
        model.letters.replaceAll((letter, requeued) -> requeued || random.nextInt(4) == 0);
      }
    }
    assertThat(planned).as("not a vacuous history").isGreaterThan(100);
    assertThat(quarantined).isPositive();
    assertThat(sync.stateRows()).hasSize(model.held.size());
  }

  private static void letter(
      SyncModel model, Map<SyncModel.LetterId, Long> hashes, String key, Row row, String stage) {
    SyncModel.LetterId letter = new SyncModel.LetterId(key, model.valuesOf(key), stage);
    model.letters.put(letter, false);
    hashes.put(letter, row.getAs("row_hash"));
  }

  static Map<String, String> ops(Map<String, Row> rows) {
    Map<String, String> ops = new TreeMap<>();
    rows.forEach((key, row) -> ops.put(key, row.getAs("op")));
    return ops;
  }

  private static void assertCounts(String place, Counts counts, SyncModel.Expected expected) {
    assertThat(counts.source()).as(place).isEqualTo(expected.source());
    assertThat(counts.sourceTotal()).as(place).isEqualTo(expected.source());
    assertThat(counts.unchanged()).as(place).isEqualTo(expected.unchanged());
    assertThat(counts.plannedTotal()).as(place).isEqualTo(expected.planned().size());
    assertThat(counts.invalid()).as(place).isEqualTo(expected.invalid().size());
    assertThat(counts.invalidRows()).as(place).isEqualTo(expected.invalidRows());
    assertThat(counts.quarantined()).as(place).isEqualTo(expected.quarantined().size());
    assertThat(counts.quarantinedRows()).as(place).isEqualTo(expected.quarantinedRows());
    assertThat(counts.source())
        .as(place)
        .isEqualTo(
            counts.unchanged()
                + counts.plannedFromSource()
                + counts.invalidRows()
                + counts.quarantinedRows());
  }
}
