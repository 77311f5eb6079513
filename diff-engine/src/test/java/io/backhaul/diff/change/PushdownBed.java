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
import io.backhaul.diff.state.TableRef;
import io.backhaul.diff.testkit.SharedPostgres;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.spark.sql.Row;

/** Syncs of a PostgreSQL table, with hash pushdown and without, and a table of wide rows. */
record PushdownBed(Path folder) {

  /** Of the table that {@link #wide} makes; its column {@code other} is not mapped. */
  static final MappingSpec WIDE =
      new MappingSpec(
          List.of("id"),
          null,
          List.of(
              new FieldMapping.FromColumn("name", "name"),
              new FieldMapping.FromColumn("text", "text")),
          Set.of());

  static final Predicate<String> ALL = key -> true;
  static final Predicate<String> NONE = key -> false;

  /** What a run found, to be compared with what another found. */
  record Found(Map<String, String> planned, Set<String> invalid, Counts counts) {}

  /** Rows of some 400 bytes. */
  static void wide(String keyType, int rows) {
    SharedPostgres.run(
        "DROP TABLE IF EXISTS wide",
        "CREATE TABLE wide (id " + keyType + " PRIMARY KEY, name TEXT, text TEXT, other TEXT)",
        "INSERT INTO wide SELECT "
            + (keyType.equals("UUID") ? "md5(i::text)::uuid" : "i")
            + ", 'name ' || i, repeat(md5(i::text), 12), 'x' FROM generate_series(1, "
            + rows
            + ") i");
  }

  static SnapshotSource source(String table, String partitionColumn) {
    return SnapshotSource.of(
        new SourceSpec.Jdbc(
            SharedPostgres.url(), "postgres", null, table, null, partitionColumn, 2));
  }

  TestSync sync(String name, MappingSpec spec, Mode mode) {
    TestSync sync = new TestSync(folder.resolve(name), spec);
    sync.mode = mode;
    return sync;
  }

  TestSync pushing(String name, MappingSpec spec, Mode mode) {
    TestSync sync = sync(name, spec, mode);
    sync.detector = new PushdownDiff(memory(name));
    return sync;
  }

  TableRef memory(String name) {
    return new TableRef.ByPath(folder.resolve(name + "-hashes").toString());
  }

  /** One run; what is applied is settled, some of the rest becomes dead letters. */
  static Found run(
      TestSync sync,
      SnapshotSource source,
      Predicate<String> applies,
      Predicate<String> rejects,
      boolean learns) {
    try (Snapshot snapshot = source.pin(TestSync.SPARK);
        ChangeSet changes = sync.detect(source, snapshot)) {
      Map<String, String> planned = new TreeMap<>();
      List<Row> rows = changes.planned().collectAsList();
      for (Row row : rows) {
        String key = row.getAs("key");
        long hash = row.<Long>getAs("row_hash");
        planned.put(key, row.getAs("op") + " " + hash);
        if (rejects.test(key)) {
          sync.letters.add(new TestSync.Letter(key, hash, "destination", "open"));
        }
      }
      Set<String> invalid = new TreeSet<>();
      for (Row row : changes.invalid().select("key", "row_hash").collectAsList()) {
        invalid.add(row.getString(0));
        sync.letters.add(
            new TestSync.Letter(row.getString(0), row.getLong(1), "validation", "open"));
      }
      Counts counts = changes.counts();
      if (learns) {
        changes.learn();
      }
      sync.settle(snapshot.rows(), rows, applies.and(rejects.negate()));
      return new Found(planned, invalid, counts);
    }
  }

  /** One run in which all is applied. */
  static Found run(TestSync sync, SnapshotSource source) {
    return run(sync, source, ALL, NONE, true);
  }

  /** Bytes that the database sends for a run over so many rows that finds so many changes. */
  static long bytes(TestSync sync, SnapshotSource source, int rows, int expectedChanges) {
    SharedPostgres.taken();
    Found found = run(sync, source);
    assertThat(found.planned()).hasSize(expectedChanges);
    assertThat(found.counts().source()).isEqualTo(rows);
    assertThat(found.counts().unchanged()).isEqualTo(rows - expectedChanges);
    return SharedPostgres.taken();
  }
}
