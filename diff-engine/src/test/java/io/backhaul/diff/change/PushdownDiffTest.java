/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static io.backhaul.diff.change.PushdownBed.ALL;
import static io.backhaul.diff.change.PushdownBed.NONE;
import static io.backhaul.diff.change.PushdownBed.WIDE;
import static io.backhaul.diff.change.PushdownBed.bytes;
import static io.backhaul.diff.change.PushdownBed.run;
import static io.backhaul.diff.change.PushdownBed.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.mapping.MappingSpec;
import io.backhaul.diff.source.Snapshot;
import io.backhaul.diff.source.SnapshotSource;
import io.backhaul.diff.testkit.SharedPostgres;
import io.delta.tables.DeltaTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hash pushdown remembers from run to run, and what it does without. */
class PushdownDiffTest {

  private static final int ROWS = 400;

  /** Of the hashes' table: the row with id 1, under the hash that PostgreSQL gives for it. */
  private static final String OF_THE_FIRST =
      "unhex(md5(concat('6:name 1', '384:', repeat(md5('1'), 12)))) = source_hash";

  @TempDir Path folder;
  private PushdownBed bed;
  private final SnapshotSource source = source("wide", "id");

  @BeforeEach
  void aTable() {
    bed = new PushdownBed(folder);
    PushdownBed.wide("BIGINT", ROWS);
  }

  @Test
  void whatWasRefusedOrIsGoneFromStateIsReadAgainAndNeverTakenForSettled() {
    TestSync sync = bed.pushing("pushed", WIDE, Mode.UPSERT);
    run(sync, source, key -> !key.equals("{\"id\":7}"), NONE, true);
    assertThat(bed.memory("pushed").read(TestSync.SPARK).where(OF_THE_FIRST).count()).isEqualTo(1);

    PushdownBed.Found next = run(sync, source, NONE, NONE, true);
    assertThat(next.planned()).containsOnlyKeys("{\"id\":7}");
    assertThat(next.counts().unchanged()).isEqualTo(ROWS - 1);
    assertThat(run(sync, source).planned()).containsOnlyKeys("{\"id\":7}");

    DeltaTable.forPath(TestSync.SPARK, folder.resolve("pushed").resolve("state").toString())
        .delete("id IN (3, 5)");
    assertThat(run(sync, source).planned()).containsOnlyKeys("{\"id\":3}", "{\"id\":5}");
  }

  @Test
  void hashesOfPersonalValuesAreKeptUnderAKey() {
    TestSync keyed =
        bed.pushing(
            "keyed", new MappingSpec(WIDE.key(), null, WIDE.fields(), Set.of("name")), Mode.UPSERT);
    long allRows = bytes(keyed, source, ROWS, ROWS);

    assertThat(bed.memory("keyed").read(TestSync.SPARK).where(OF_THE_FIRST).count()).isZero();
    assertThat(bed.memory("keyed").read(TestSync.SPARK).count()).isEqualTo(ROWS);
    assertThat(bytes(keyed, source, ROWS, 0)).isLessThan(allRows / 3);
  }

  @Test
  void hashesOfAnotherMappingAndHashesThatAreLostCostALookAtAllRows() {
    TestSync sync = bed.pushing("pushed", WIDE, Mode.UPSERT);
    long allRows = bytes(sync, source, ROWS, ROWS);
    sync.spec =
        new MappingSpec(
            List.of("id"),
            null,
            List.of(new FieldMapping.FromExpression("name", "upper(name)")),
            Set.of());

    try (Snapshot snapshot = source.pin(TestSync.SPARK);
        ChangeSet changes = sync.detect(source, snapshot)) {
      assertThat(changes.fallbackReason())
          .hasValueSatisfying(r -> assertThat(r).contains("hashes"));
      assertThat(changes.counts().plannedTotal()).isEqualTo(ROWS);
      changes.learn();
      sync.settle(snapshot.rows(), changes, ALL);
    }
    SharedPostgres.run(
        "UPDATE wide SET name = upper(name), text = 'not mapped any more' WHERE id < 9");
    assertThat(bytes(sync, source, ROWS, 0)).isLessThan(allRows / 3);

    sync.detector = new PushdownDiff(bed.memory("another place"));
    try (Snapshot snapshot = source.pin(TestSync.SPARK);
        ChangeSet changes = sync.detect(source, snapshot)) {
      assertThat(changes.fallbackReason())
          .hasValueSatisfying(r -> assertThat(r).contains("hashes"));
      assertThat(changes.counts().nothingToDo()).isTrue();
    }
  }

  @Test
  void whereManyRowsDifferAllAreReadAtOnce() {
    TestSync sync = bed.pushing("pushed", WIDE, Mode.UPSERT);
    long allRows = bytes(sync, source, ROWS, ROWS);
    SharedPostgres.run("UPDATE wide SET name = 'all the same' WHERE id % 2 = 0");

    assertThat(bytes(sync, source, ROWS, ROWS / 2)).isGreaterThan(allRows * 9 / 10);
  }

  @Test
  void rowsAreReadAsTheyWereWhenTheirHashWas() {
    TestSync sync = bed.pushing("pushed", WIDE, Mode.MIRROR);
    bytes(sync, source, ROWS, ROWS);
    SharedPostgres.run("UPDATE wide SET name = 'first' WHERE id = 1");

    try (Snapshot snapshot = source.pin(TestSync.SPARK)) {
      SharedPostgres.run(
          "UPDATE wide SET name = 'later' WHERE id IN (1, 2)", "DELETE FROM wide WHERE id = 3");
      try (ChangeSet changes = sync.detect(source, snapshot)) {
        assertThat(TestSync.byKey(changes.planned())).containsOnlyKeys("{\"id\":1}");
        assertThat(changes.planned().first().<String>getAs("payload")).contains("\"first\"");
        changes.learn();
        sync.settle(snapshot.rows(), changes, ALL);
      }
    }
    assertThat(run(sync, source).planned())
        .containsOnlyKeys("{\"id\":1}", "{\"id\":2}", "{\"id\":3}");
  }

  @Test
  void keysThatTheDatabaseComparesInItsOwnWayAreNotTakenForGone() {
    SharedPostgres.run(
        "DROP TABLE wide",
        "CREATE COLLATION IF NOT EXISTS loose (provider = icu, locale = 'und-u-ks-level2',"
            + " deterministic = false)",
        "CREATE TABLE wide (id TEXT COLLATE loose, name TEXT, text TEXT)",
        "INSERT INTO wide SELECT 'key ' || i, 'n', 't' FROM generate_series(1, 50) i",
        "INSERT INTO wide VALUES ('Same', 'n', 't'), ('same', 'n', 't')");
    SnapshotSource undivided = source("wide", null);
    TestSync sync = bed.pushing("pushed", WIDE, Mode.MIRROR);
    assertThat(run(sync, undivided).planned()).hasSize(52);
    SharedPostgres.run("UPDATE wide SET name = id WHERE id = 'same'");

    PushdownBed.Found found = run(sync, undivided);
    assertThat(found.planned()).containsOnlyKeys("{\"id\":\"Same\"}", "{\"id\":\"same\"}");
    assertThat(found.planned().values()).allMatch(op -> op.startsWith("upsert"));
  }
}
