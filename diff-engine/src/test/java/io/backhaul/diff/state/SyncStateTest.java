/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.change.Mode;
import io.backhaul.diff.testkit.SparkSessions;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyncStateTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final StructType KEY = new StructType().add("op", "int").add("region", "string");

  @TempDir Path folder;

  private TableRef table() {
    return new TableRef.ByPath(folder.resolve("state").toString());
  }

  /** Rows such as {@code ('upsert', 1, 'EU', 100)}: operation, key, key, hash. */
  private static Dataset<Row> applied(String run, String keyType, String... rows) {
    return SPARK.sql(
        "SELECT op, named_struct('op', CAST(k AS "
            + keyType
            + "), 'region', region) AS source_key, CAST(row_hash AS bigint) AS row_hash,"
            + " '{}' AS fields, 'id' AS destination_id, 'f1' AS mapping_fingerprint,"
            + " TIMESTAMP'2024-02-29T12:00:00Z' AS synced_at, '"
            + run
            + "' AS run_id FROM VALUES "
            + String.join(", ", rows)
            + " AS t(op, k, region, row_hash)");
  }

  private static List<String> held(SyncState state) {
    return state
        .read()
        .selectExpr("concat_ws(' ', op, region, row_hash, run_id)")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .sorted()
        .toList();
  }

  @Tag("platform")
  @Test
  void acknowledgedRowsAreInsertedUpdatedAndRemoved() {
    SyncState state = new SyncState(SPARK, table(), KEY);
    assertThat(state.exists()).isFalse();
    assertThat(state.rows()).isZero();
    assertThat(state.bytes()).isZero();

    assertThat(
            state.advance(
                applied(
                    "r1",
                    "int",
                    "('upsert',1,'EU',10)",
                    "('upsert',1,'US',11)",
                    "('upsert',2,'EU',12)"),
                Mode.MIRROR,
                1))
        .isTrue();
    assertThat(
            state.advance(
                applied(
                    "r2",
                    "int",
                    "('upsert',1,'EU',20)",
                    "('delete',2,'EU',12)",
                    "('upsert',3,'EU',21)",
                    "('delete',9,'EU',0)"),
                Mode.MIRROR,
                2))
        .isTrue();

    assertThat(held(state)).containsExactly("1 EU 20 r2", "1 US 11 r1", "3 EU 21 r2");
    assertThat(state.rows()).isEqualTo(3);
  }

  @Test
  void modeDeleteRemembersWhatItDeleted() {
    SyncState state = new SyncState(SPARK, table(), KEY);
    state.advance(applied("r1", "int", "('delete',1,'EU',10)"), Mode.DELETE, 1);
    state.advance(applied("r2", "int", "('delete',2,'EU',11)"), Mode.DELETE, 2);
    assertThat(held(state)).containsExactly("1 EU 10 r1", "2 EU 11 r2");
  }

  @Test
  void anAdvanceThatIsRepeatedCountsOnceAndAStaleOneIsRefused() {
    SyncState state = new SyncState(SPARK, table(), KEY);
    assertThat(state.advance(applied("r5", "int", "('upsert',1,'EU',50)"), Mode.UPSERT, 5))
        .isTrue();
    long version = table().version(SPARK);

    assertThat(state.advance(applied("r5", "int", "('upsert',1,'EU',50)"), Mode.UPSERT, 5))
        .isTrue();
    assertThat(state.advance(applied("r4", "int", "('upsert',1,'EU',40)"), Mode.UPSERT, 4))
        .as("a run whose lease went to another one")
        .isFalse();

    assertThat(held(state)).containsExactly("1 EU 50 r5");
    assertThat(table().version(SPARK)).as("no commit").isEqualTo(version);
  }

  @Test
  void insertsThatACrashLeftInStateAreNotThereTwice() {
    SyncState state = new SyncState(SPARK, table(), KEY);
    state.advance(applied("r1", "int", "('insert',1,'EU',10)"), Mode.APPEND, 1);
    state.advance(
        applied("r1", "int", "('insert',1,'EU',10)", "('insert',2,'EU',11)"), Mode.APPEND, 2);
    assertThat(held(state)).containsExactly("1 EU 10 r1", "2 EU 11 r1");
  }

  private SyncState sized(String name, SyncState.Sizes sizes) {
    return new SyncState(
        SPARK, new TableRef.ByPath(folder.resolve(name).toString()), KEY, sizes, null);
  }

  @Tag("platform")
  @Test
  void largeTablesAdvanceWithTheSameResult() {
    SyncState small = new SyncState(SPARK, table(), KEY);
    SyncState fewNews = sized("few-news", new SyncState.Sizes(0, 1L << 20));
    SyncState muchNew = sized("much-new", new SyncState.Sizes(0, 0));
    List<SyncState> large = List.of(fewNews, muchNew);
    for (SyncState state : List.of(small, fewNews, muchNew)) {
      state.advance(
          applied(
              "r1", "int", "('upsert',1,'EU',10)", "('upsert',2,'EU',11)", "('upsert',4,'EU',12)"),
          Mode.MIRROR,
          1);
      assertThat(
              state.advance(
                  applied(
                      "r2",
                      "int",
                      "('upsert',1,'EU',20)",
                      "('delete',2,'EU',11)",
                      "('upsert',3,'EU',21)",
                      "('delete',9,'EU',0)"),
                  Mode.MIRROR,
                  2))
          .isTrue();
      assertThat(state.advance(applied("r1", "int", "('upsert',1,'EU',10)"), Mode.MIRROR, 1))
          .isFalse();
      state.advance(
          applied("r3", "int", "('insert',3,'EU',99)", "('insert',5,'EU',31)"), Mode.INSERT, 3);
    }
    for (SyncState state : large) {
      assertThat(held(state))
          .containsExactly("1 EU 20 r2", "3 EU 21 r2", "4 EU 12 r1", "5 EU 31 r3");
    }
    assertThat(held(small)).containsExactly("1 EU 20 r2", "3 EU 99 r3", "4 EU 12 r1", "5 EU 31 r3");
  }

  @Test
  void aKeyThatWasWidenedStaysTheSameKey() {
    new SyncState(SPARK, table(), KEY)
        .advance(
            applied("r1", "int", "('upsert',1,'EU',10)", "('upsert',2,'EU',11)"), Mode.UPSERT, 1);
    StructType wide = new StructType().add("op", "bigint").add("region", "string");
    SyncState state = new SyncState(SPARK, table(), wide);

    state.advance(
        applied("r2", "bigint", "('upsert',1,'EU',20)", "('upsert',5000000000,'EU',21)"),
        Mode.UPSERT,
        2);

    assertThat(held(state)).containsExactly("1 EU 20 r2", "2 EU 11 r1", "5000000000 EU 21 r2");
    assertThat(state.read().schema().apply("op").dataType()).isEqualTo(DataTypes.LongType);
    assertThat(state.read().schema().apply("row_hash").getComment().isDefined()).isTrue();

    new SyncState(SPARK, table(), KEY)
        .advance(applied("r3", "int", "('upsert',1,'EU',30)"), Mode.UPSERT, 3);
    assertThat(held(state)).contains("1 EU 30 r3");
  }

  @Test
  void aKeyOfAnotherKindIsRefusedWithTheWayOut() {
    new SyncState(SPARK, table(), KEY)
        .advance(applied("r1", "int", "('upsert',1,'EU',10)"), Mode.UPSERT, 1);
    StructType text = new StructType().add("op", "string").add("region", "string");
    assertThatThrownBy(() -> new SyncState(SPARK, table(), text).commonKeys())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("key column op is STRING in the source and was INT")
        .hasMessageContaining("start the sync over");
    StructType other = new StructType().add("customer", "int");
    assertThatThrownBy(() -> new SyncState(SPARK, table(), other).commonKeys())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("written under the key op, region, and the key is now customer");
    StructType fewer = new StructType().add("op", "int");
    assertThatThrownBy(() -> new SyncState(SPARK, table(), fewer).commonKeys())
        .as("with fewer key columns, several rows of state would be one")
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aKeyColumnNamedAsOneOfTheTablesOwnIsRefused() {
    StructType clash = new StructType().add("Run_Id", "string");
    assertThatThrownBy(() -> new SyncState(SPARK, table(), clash))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Run_Id")
        .hasMessageContaining("another name");
  }
}
