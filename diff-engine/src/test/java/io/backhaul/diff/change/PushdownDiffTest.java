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
import io.backhaul.diff.testkit.CountingProxy;
import io.backhaul.diff.validation.FieldRule;
import io.backhaul.diff.validation.Rule;
import io.delta.tables.DeltaTable;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hash pushdown against the comparison of whole rows, on one PostgreSQL table. */
class PushdownDiffTest {

  private static final MappingSpec ACCOUNTS =
      new MappingSpec(
          List.of("region", "id"),
          null,
          List.of(
              new FieldMapping.FromColumn("name", "name"),
              new FieldMapping.FromColumn("note", "note"),
              new FieldMapping.FromColumn("amount", "amount"),
              new FieldMapping.FromExpression("half", "ratio / 2"),
              new FieldMapping.FromColumn("seen", "seen"),
              new FieldMapping.FromColumn("day", "day"),
              new FieldMapping.FromColumn("active", "active"),
              new FieldMapping.FromColumn("ref", "ref"),
              new FieldMapping.FromColumn("tags", "tags")),
          Set.of("note"));

  /** A column of the table and values that are easily taken for each other. */
  private static final Map<String, List<String>> VALUES =
      new TreeMap<>(
          Map.of(
              "name", List.of("NULL", "'a'", "'-'", "'1:a'", "'ünï'", "'a '", "'A'"),
              "note", List.of("NULL", "''", "'a'", "'-'", "'1:a'", "'0:'", "'a '"),
              "amount", List.of("NULL", "0", "1", "1.0", "1.00", "-1", "1.000001"),
              "ratio", List.of("NULL", "0", "-0.0", "1", "'NaN'", "0.1", "0.30000000000000004"),
              "seen",
                  List.of(
                      "NULL",
                      "'2024-03-31 01:30:00+00'",
                      "'2024-03-31 01:30:00+01'",
                      "'2024-03-31 01:30:00.000001+00'"),
              "day", List.of("NULL", "'2024-02-29'", "'1900-01-01'"),
              "active", List.of("NULL", "true", "false"),
              "ref", List.of("NULL", "md5('1')::uuid", "md5('2')::uuid"),
              "tags", List.of("NULL", "'{}'", "'{NULL}'", "'{a,b}'", "'{\"a,b\"}'"),
              "unmapped", List.of("NULL", "1", "2")));

  private static EmbeddedPostgres server;
  private static CountingProxy proxy;

  @TempDir Path folder;

  @BeforeAll
  static void startServer() throws IOException {
    server = EmbeddedPostgres.builder().start();
    proxy = new CountingProxy(server.getPort());
  }

  @AfterAll
  static void stopServer() throws IOException {
    proxy.close();
    server.close();
  }

  @BeforeEach
  void aTable() throws SQLException {
    run(
        "DROP TABLE IF EXISTS accounts",
        "CREATE TABLE accounts (region VARCHAR(8), id INT, name TEXT, note TEXT, amount NUMERIC,"
            + " ratio FLOAT8, seen TIMESTAMPTZ, day DATE, active BOOLEAN, ref UUID, tags TEXT[],"
            + " unmapped INT)");
  }

  private static void run(String... statements) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static SnapshotSource source(String table, String partitionColumn) {
    String url = "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres";
    return SnapshotSource.of(
        new SourceSpec.Jdbc(url, "postgres", null, table, null, partitionColumn, 2));
  }

  private TestSync sync(String name, MappingSpec spec, Mode mode) {
    TestSync sync = new TestSync(folder.resolve(name), spec);
    sync.mode = mode;
    return sync;
  }

  private TestSync pushing(String name, MappingSpec spec, Mode mode) {
    TestSync sync = sync(name, spec, mode);
    sync.detector = new PushdownDiff(memory(name));
    return sync;
  }

  private TableRef memory(String name) {
    return new TableRef.ByPath(folder.resolve(name + "-hashes").toString());
  }

  /** New, changed, rewritten, repeated and removed rows; keys with nulls in them, too. */
  private static void edit(Random random, int keys, double share) throws SQLException {
    List<String> statements = new ArrayList<>();
    for (int id = 0; id < keys; id++) {
      for (String region : List.of("EU", "", "NULL")) {
        if (random.nextDouble() >= (region.equals("NULL") ? share / 10 : share)) {
          continue;
        }
        String key = region.equals("NULL") ? "NULL" : "'" + region + "'";
        statements.add(
            "DELETE FROM accounts WHERE region IS NOT DISTINCT FROM " + key + " AND id = " + id);
        int copies =
            switch (random.nextInt(10)) {
              case 0 -> 0;
              case 1 -> 2;
              default -> 1;
            };
        String values =
            VALUES.values().stream()
                .map(of -> of.get(random.nextInt(of.size())))
                .collect(Collectors.joining(", "));
        String insert =
            "INSERT INTO accounts (region, id, %s) VALUES (%s, %d, %s)"
                .formatted(String.join(", ", VALUES.keySet()), key, id, values);
        for (int copy = 0; copy < copies; copy++) {
          statements.add(insert);
        }
      }
    }
    run(statements.toArray(String[]::new));
  }

  /** What a run found, to be compared with what another found. */
  private record Found(Map<String, String> planned, Set<String> invalid, Counts counts) {

    static Found of(ChangeSet changes) {
      Map<String, String> planned = new TreeMap<>();
      TestSync.byKey(changes.planned())
          .forEach((key, row) -> planned.put(key, row.getAs("op") + " " + row.getAs("row_hash")));
      return new Found(
          planned, new TreeSet<>(TestSync.byKey(changes.invalid()).keySet()), changes.counts());
    }
  }

  /** One run; what is applied is settled, some of the rest becomes dead letters. */
  private Found run(
      TestSync sync,
      SnapshotSource source,
      Predicate<String> applies,
      Predicate<String> rejects,
      boolean learns) {
    try (Snapshot snapshot = source.pin(TestSync.SPARK);
        ChangeSet changes = sync.detect(source, snapshot)) {
      Found found = Found.of(changes);
      for (Row row : changes.invalid().select("key", "row_hash").collectAsList()) {
        sync.letters.add(
            new TestSync.Letter(row.getString(0), row.getLong(1), "validation", "open"));
      }
      for (Row row : changes.planned().select("key", "row_hash").collectAsList()) {
        if (rejects.test(row.getString(0))) {
          sync.letters.add(
              new TestSync.Letter(row.getString(0), row.getLong(1), "destination", "open"));
        }
      }
      if (learns) {
        changes.learn();
      }
      sync.settle(snapshot.rows(), changes, applies.and(rejects.negate()));
      return found;
    }
  }

  @Tag("faults") // takes minutes
  @ParameterizedTest
  @EnumSource(names = {"UPSERT", "MIRROR", "INSERT"})
  void theSameIsFoundAsByComparingWholeRows(Mode mode) throws SQLException {
    Random random = new Random(mode.name().hashCode());
    TestSync whole = sync("whole", ACCOUNTS, mode);
    TestSync pushed = sync("pushed", ACCOUNTS, mode);
    pushed.detector =
        new PushdownDiff(memory("pushed"), 1); // whatever differs is looked for by key
    SnapshotSource source = source("accounts", "id");
    List<FieldRule> rules = List.of(new FieldRule("name", new Rule.Required()));
    whole.rules = rules;
    pushed.rules = rules;
    int planned = 0;
    for (int round = 0; round < 4; round++) {
      edit(random, 40, round == 0 ? 0.9 : 0.15);
      int salt = random.nextInt();
      Predicate<String> applies = key -> Math.floorMod(key.hashCode() * 31 + salt, 7) > 1;
      Predicate<String> rejects = key -> Math.floorMod(key.hashCode() * 31 + salt, 7) == 0;
      if (round == 3) {
        for (TestSync sync : List.of(whole, pushed)) {
          sync.letters.replaceAll(
              l -> new TestSync.Letter(l.key(), l.rowHash(), l.stage(), "requeued"));
        }
      }

      Found expected = run(whole, source, applies, rejects, true);
      Found found = run(pushed, source, applies, rejects, round != 1);

      String place = mode + ", round " + round;
      assertThat(found.planned()).as(place).isEqualTo(expected.planned());
      assertThat(found.invalid()).as(place).isEqualTo(expected.invalid());
      assertThat(found.counts()).as(place).isEqualTo(expected.counts());
      assertThat(memory("pushed").exists(TestSync.SPARK)).isEqualTo(mode != Mode.INSERT);
      planned += found.planned().size();
    }
    assertThat(planned).as("not a vacuous history").isGreaterThan(50);
    assertThat(pushed.stateRows()).hasSameSizeAs(whole.stateRows());
  }

  // Below: a table of 3,000 rows of some 400 bytes, of which few change.

  private static final MappingSpec WIDE =
      new MappingSpec(
          List.of("id"),
          null,
          List.of(
              new FieldMapping.FromColumn("name", "name"),
              new FieldMapping.FromColumn("text", "text")),
          Set.of());

  private static final int ROWS = 3_000;

  private static void wide(String keyType, int rows) throws SQLException {
    run(
        "DROP TABLE IF EXISTS wide",
        "CREATE TABLE wide (id " + keyType + " PRIMARY KEY, name TEXT, text TEXT, other TEXT)",
        "INSERT INTO wide SELECT "
            + (keyType.equals("UUID") ? "md5(i::text)::uuid" : "i")
            + ", 'name ' || i, repeat(md5(i::text), 12), 'x' FROM generate_series(1, "
            + rows
            + ") i");
  }

  private static void wide() throws SQLException {
    wide("BIGINT", ROWS);
  }

  private long bytes(TestSync sync, SnapshotSource source, long expectedChanges) {
    return bytes(sync, source, ROWS, expectedChanges);
  }

  private long bytes(TestSync sync, SnapshotSource source, long rows, long expectedChanges) {
    proxy.taken();
    Found found = run(sync, source, key -> true, key -> false, true);
    assertThat(found.planned()).hasSize((int) expectedChanges);
    assertThat(found.counts().source()).isEqualTo(rows);
    assertThat(found.counts().unchanged()).isEqualTo(rows - expectedChanges);
    return proxy.taken();
  }

  /** With {@code -Dbackhaul.pushdown.rows=200000} a measurement. */
  @Test
  void fewBytesTravelWhereFewRowsChange(TestReporter reporter) throws SQLException {
    fewBytesTravel("UUID", reporter);
  }

  @Tag("faults") // takes minutes
  @ParameterizedTest
  @ValueSource(strings = {"NUMERIC", "CHAR(6)"})
  void fewBytesTravelWithOtherKeys(String keyType, TestReporter reporter) throws SQLException {
    fewBytesTravel(keyType, reporter);
  }

  private void fewBytesTravel(String keyType, TestReporter reporter) throws SQLException {
    int rows = Integer.getInteger("backhaul.pushdown.rows", ROWS);
    wide(keyType, rows);
    SnapshotSource source = source("wide", "id");
    TestSync whole = sync("whole", WIDE, Mode.MIRROR);
    TestSync pushed = pushing("pushed", WIDE, Mode.MIRROR);
    bytes(whole, source, rows, rows);
    bytes(pushed, source, rows, rows);
    int few = rows / 100;
    run(
        "UPDATE wide SET name = name || '!' WHERE ctid IN (SELECT ctid FROM wide LIMIT %d)"
            .formatted(few));

    long all = bytes(whole, source, rows, few);
    long hashes = bytes(pushed, source, rows, few);
    reporter.publishEntry(keyType, hashes + " bytes instead of " + all);
    assertThat(hashes).as("of %d", all).isLessThan(all / 4);

    run("UPDATE wide SET other = 'y'");
    assertThat(bytes(pushed, source, rows, 0)).as("no mapped column changed").isLessThan(hashes);
    run("DELETE FROM wide WHERE ctid IN (SELECT ctid FROM wide LIMIT 1)");
    try (Snapshot snapshot = source.pin(TestSync.SPARK);
        ChangeSet changes = pushed.detect(source, snapshot)) {
      assertThat(changes.counts().planned()).isEqualTo(Map.of("delete", 1L));
      assertThat(changes.fallbackReason()).isEmpty();
    }
  }

  @Test
  void whatWasRefusedIsReadAgainAndNeverTakenForSettled() throws SQLException {
    wide();
    SnapshotSource source = source("wide", "id");
    TestSync sync = pushing("pushed", WIDE, Mode.UPSERT);
    run(sync, source, key -> !key.equals("{\"id\":7}"), key -> false, true);

    Found next = run(sync, source, key -> false, key -> false, true);
    assertThat(next.planned()).containsOnlyKeys("{\"id\":7}");
    assertThat(next.counts().unchanged()).isEqualTo(2999);
    Found again = run(sync, source, key -> true, key -> false, true);
    assertThat(again.planned()).containsOnlyKeys("{\"id\":7}");
    assertThat(run(sync, source, key -> true, key -> false, true).planned()).isEmpty();
  }

  @Test
  void hashesOfPersonalValuesAreKeptUnderAKey() throws SQLException {
    wide();
    SnapshotSource source = source("wide", "id");
    TestSync open = pushing("open", WIDE, Mode.UPSERT);
    TestSync keyed =
        pushing(
            "keyed", new MappingSpec(WIDE.key(), null, WIDE.fields(), Set.of("name")), Mode.UPSERT);
    bytes(open, source, 3000);
    bytes(keyed, source, 3000);

    String ofTheFirst =
        "unhex(md5(concat('6:name 1', '384:', repeat(md5('1'), 12)))) = source_hash";
    assertThat(memory("open").read(TestSync.SPARK).where(ofTheFirst).count()).isEqualTo(1);
    assertThat(memory("keyed").read(TestSync.SPARK).where(ofTheFirst).count()).isZero();
    assertThat(bytes(keyed, source, 0)).isLessThan(400_000);
  }

  @Test
  void aStateThatIsSetBackIsMadeGoodFromTheSource() throws SQLException {
    wide();
    SnapshotSource source = source("wide", "id");
    TestSync sync = pushing("pushed", WIDE, Mode.UPSERT);
    bytes(sync, source, 3000);
    DeltaTable.forPath(TestSync.SPARK, folder.resolve("pushed").resolve("state").toString())
        .delete("id IN (3, 5)");

    assertThat(run(sync, source, key -> true, key -> false, true).planned())
        .containsOnlyKeys("{\"id\":3}", "{\"id\":5}");
  }

  @Test
  void anotherMappingMakesAllHashesWorthless() throws SQLException {
    wide();
    SnapshotSource source = source("wide", "id");
    TestSync sync = pushing("pushed", WIDE, Mode.UPSERT);
    bytes(sync, source, 3000);
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
      assertThat(changes.counts().plannedTotal()).isEqualTo(3000);
      changes.learn();
      sync.settle(snapshot.rows(), changes, key -> true);
    }
    run("UPDATE wide SET name = upper(name), text = 'not mapped any more' WHERE id < 9");
    assertThat(bytes(sync, source, 0)).isLessThan(400_000);
  }

  @Test
  void hashesThatAreLostCostALookAtAllRows() throws SQLException {
    wide();
    SnapshotSource source = source("wide", "id");
    TestSync sync = pushing("pushed", WIDE, Mode.UPSERT);
    long allRows = bytes(sync, source, 3000);
    sync.detector = new PushdownDiff(memory("another place"));

    assertThat(bytes(sync, source, 0)).isGreaterThan(allRows / 2);
    assertThat(bytes(sync, source, 0)).isLessThan(allRows / 4);
  }

  @Test
  void whereManyRowsDifferAllAreReadAtOnce() throws SQLException {
    wide();
    SnapshotSource source = source("wide", "id");
    TestSync sync = pushing("pushed", WIDE, Mode.UPSERT);
    bytes(sync, source, 3000);
    run("UPDATE wide SET name = 'all the same' WHERE id % 2 = 0");

    bytes(sync, source, 1500);
    assertThat(bytes(sync, source, 0)).isLessThan(400_000);
  }

  @Test
  void rowsAreReadAsTheyWereWhenTheirHashWas() throws SQLException {
    wide();
    SnapshotSource source = source("wide", "id");
    TestSync sync = pushing("pushed", WIDE, Mode.MIRROR);
    bytes(sync, source, 3000);
    run("UPDATE wide SET name = 'first' WHERE id = 1");

    try (Snapshot snapshot = source.pin(TestSync.SPARK)) {
      run("UPDATE wide SET name = 'later' WHERE id IN (1, 2)", "DELETE FROM wide WHERE id = 3");
      try (ChangeSet changes = sync.detect(source, snapshot)) {
        assertThat(TestSync.byKey(changes.planned())).containsOnlyKeys("{\"id\":1}");
        assertThat(changes.planned().first().<String>getAs("payload")).contains("\"first\"");
        changes.learn();
        sync.settle(snapshot.rows(), changes, key -> true);
      }
    }
    Found later = run(sync, source, key -> true, key -> false, true);
    assertThat(later.planned()).containsOnlyKeys("{\"id\":1}", "{\"id\":2}", "{\"id\":3}");
  }

  @Test
  void keysThatTheDatabaseComparesInItsOwnWayAreNotTakenForGone() throws SQLException {
    run(
        "DROP TABLE IF EXISTS wide",
        "CREATE COLLATION IF NOT EXISTS loose (provider = icu, locale = 'und-u-ks-level2',"
            + " deterministic = false)",
        "CREATE TABLE wide (id TEXT COLLATE loose, name TEXT, text TEXT)",
        "INSERT INTO wide SELECT 'key ' || i, 'n', 't' FROM generate_series(1, 50) i",
        "INSERT INTO wide VALUES ('Same', 'n', 't'), ('same', 'n', 't')");
    SnapshotSource source = source("wide", null);
    TestSync sync = pushing("pushed", WIDE, Mode.MIRROR);
    assertThat(run(sync, source, key -> true, key -> false, true).planned()).hasSize(52);
    run("UPDATE wide SET name = id WHERE id = 'same'");

    Found found = run(sync, source, key -> true, key -> false, true);
    assertThat(found.planned()).containsOnlyKeys("{\"id\":\"Same\"}", "{\"id\":\"same\"}");
    assertThat(found.planned().values()).allMatch(op -> op.startsWith("upsert"));
  }
}
