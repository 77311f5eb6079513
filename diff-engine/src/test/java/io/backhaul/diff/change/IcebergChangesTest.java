/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.mapping.MappingSpec;
import io.backhaul.diff.source.Snapshot;
import io.backhaul.diff.source.SnapshotSource;
import io.backhaul.diff.source.SourceSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pinned Iceberg snapshot where the diff looks at a source twice, and where it keeps a cursor.
 */
class IcebergChangesTest {

  private static final String TABLE = "changing.shop.customers";
  private static final SnapshotSource SOURCE =
      SnapshotSource.of(new SourceSpec.Spark("iceberg", null, TABLE, Map.of(), Set.of()));

  /** One for all tests: a session keeps the catalog that it made first. */
  @TempDir static Path warehouse;

  @TempDir Path folder;
  private TestSync sync;

  @BeforeEach
  void aTable() {
    String catalog = "spark.sql.catalog.changing";
    TestSync.SPARK.conf().set(catalog, "org.apache.iceberg.spark.SparkCatalog");
    TestSync.SPARK.conf().set(catalog + ".type", "hadoop");
    TestSync.SPARK.conf().set(catalog + ".warehouse", warehouse.toString());
    sql("CREATE TABLE " + TABLE + " (id BIGINT, v STRING, at TIMESTAMP) USING iceberg");
    sql(
        "INSERT INTO %s SELECT id, CAST(id AS STRING), TIMESTAMP'2024-01-01 00:00:00' FROM range(500)"
            .formatted(TABLE));
    sync =
        new TestSync(
            folder,
            new MappingSpec(
                List.of("id"), "at", List.of(new FieldMapping.FromColumn("v", "v")), Set.of()));
  }

  @AfterEach
  void noTable() {
    sql("DROP TABLE " + TABLE);
  }

  private static void sql(String statement) {
    TestSync.sql(statement);
  }

  private Map<String, String> sync(Snapshot pinned, long sourceRows) {
    try (ChangeSet changes = sync.detect(SOURCE, pinned)) {
      assertThat(changes.counts().source()).isEqualTo(sourceRows);
      assertThat(changes.fallbackReason()).isEmpty();
      Map<String, Row> planned = TestSync.byKey(changes.planned());
      sync.settle(pinned.rows(), planned.values(), key -> true);
      sync.cursor = changes.cursor().orElse(sync.cursor);
      return SnapshotModelTest.ops(planned);
    }
  }

  @Test
  void digestsAndComparisonSeeTheSameRowsWhateverIsCommittedInBetween() throws IOException {
    sync.mode = Mode.MIRROR;
    sync.byDigests(NarrowingTest.digests(folder));
    assertThat(sync(SOURCE.pin(TestSync.SPARK), 500)).hasSize(500);
    sql("UPDATE %s SET v = 'five' WHERE id = 5".formatted(TABLE));
    sql("DELETE FROM %s WHERE id = 7".formatted(TABLE));
    Snapshot pinned = SOURCE.pin(TestSync.SPARK);
    sql("DELETE FROM %s WHERE id < 100".formatted(TABLE));

    assertThat(sync(pinned, 499)).isEqualTo(Map.of("{\"id\":5}", "upsert", "{\"id\":7}", "delete"));
    assertThat(sync(pinned, 499)).isEmpty();
    assertThat(sync(SOURCE.pin(TestSync.SPARK), 400)).hasSize(99);
  }

  /** Ids of snapshots are drawn by lot: a smaller one is no older one. */
  @Test
  void aWatermarkIsNotTakenForThatOfAnotherTable() {
    sync.strategy = Strategy.WATERMARK;
    Snapshot first = SOURCE.pin(TestSync.SPARK);
    try (ChangeSet changes = sync.detect(SOURCE, first)) {
      sync.settle(first.rows(), changes, key -> true);
      Cursor cursor = changes.cursor().orElseThrow();
      assertThat(cursor.sourceVersion()).isEqualTo(first.version());
      sync.cursor =
          new Cursor(cursor.kind(), cursor.value(), Long.MAX_VALUE, cursor.mappingFingerprint());
    }
    sql("INSERT INTO %s VALUES (500, 'new', TIMESTAMP'2024-01-02 00:00:00')".formatted(TABLE));

    Snapshot second = SOURCE.pin(TestSync.SPARK);
    try (ChangeSet changes = sync.detect(SOURCE, second)) {
      assertThat(changes.strategy()).isEqualTo(Strategy.WATERMARK);
      assertThat(changes.fallbackReason()).isEmpty();
      assertThat(TestSync.byKey(changes.planned())).containsOnlyKeys("{\"id\":500}");
    }
  }
}
