/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.delta.internal.SnapshotLogs;
import io.backhaul.diff.state.TableRef;
import io.backhaul.diff.testkit.FolderCatalog;
import io.backhaul.diff.testkit.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both ways to a log say the same of it, or the public one knows less, never something else. */
class TableLogTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final StructType SCHEMA =
      StructType.fromDDL("tenant STRING, n INT COMMENT 'A number'");
  private static final long SMALL = 1 << 20;

  /** What the table is made of, by version. */
  private static final int REMOVED = 7;

  private static final int HEAD = 9;

  @TempDir static Path root;

  @BeforeAll
  static void aTableWithAHistory() {
    TableRef table = new TableRef.ByPath(folder());
    table.createIfMissing(
        SPARK,
        SCHEMA,
        List.of("tenant"),
        "For a test",
        Map.of("delta.logRetentionDuration", "interval 7 days", "our.own", "1"));
    TableLog own = own(new TablePlace.Folder(folder()));
    TableLog open = open(new TablePlace.Folder(folder()));
    own.append(rows("a", 0, 3), new Fence("app", 1)); // 1
    open.append(rows("b", 0, 3), new Fence("app", 2)); // 2
    own.append(rows("a", 3, 6), new Fence("other app", 7)); // 3
    open.append(rows("a", 6, 9), new Fence("app", 3)); // 4
    own.replace(rows("c", 0, 1), Map.of("tenant", "c"), new Fence("c", 1, "one")); // 5
    table.deltaTable(SPARK).optimize().executeCompaction(); // 6
    table.fenced(SPARK, "deletes", 5).delete("n = 4"); // 7
    SPARK.sql("ALTER TABLE " + table.sql() + " SET TBLPROPERTIES (our.own = 2)"); // 8
    rows("b", 9, 10).write().format("delta").mode("append").save(folder()); // 9, nobody's

    SPARK.sql("CREATE SCHEMA logs");
    SPARK.sql("CREATE TABLE logs.numbers USING delta LOCATION '" + folder() + "'");
    SPARK.conf().set("spark.sql.catalog.another", FolderCatalog.class.getName());
    SPARK.conf().set("spark.sql.catalog.another.folder", root.toString());
  }

  @AfterAll
  static void drop() {
    SPARK.sql("DROP SCHEMA logs CASCADE");
    SPARK.conf().unset("spark.sql.catalog.another");
    SPARK.conf().unset("spark.sql.catalog.another.folder");
  }

  private static String folder() {
    return root.resolve("shop/numbers").toString();
  }

  static List<TablePlace> places() {
    return List.of(
        new TablePlace.Folder(folder()),
        new TablePlace.Named("spark_catalog.logs.numbers"),
        new TablePlace.Named("another.shop.numbers"));
  }

  /** By Delta's own classes. */
  private static TableLog own(TablePlace place) {
    return new SnapshotLogs().of(SPARK, place);
  }

  private static TableLog open(TablePlace place) {
    return new HistoryLog(SPARK, place);
  }

  private static Dataset<Row> rows(String tenant, int from, int to) {
    return SPARK
        .range(from, to)
        .coalesce(1)
        .selectExpr("'" + tenant + "' AS tenant", "CAST(id AS INT) AS n");
  }

  @Tag("platform")
  @ParameterizedTest
  @MethodSource("places")
  void bothSayWhatTheNewestVersionIs(TablePlace place) {
    TableLog own = own(place);
    TableLog open = open(place);

    assertThat(open.version()).isEqualTo(own.version()).isEqualTo(HEAD);
    assertThat(open.head()).isEqualTo(own.head()).isPresent();
    assertThat(open.id()).isEqualTo(own.id()).isEqualTo(own.head().orElseThrow().tableId());
    assertThat(DataType.equalsIgnoreNullability(open.schema(), own.schema())).isTrue();
    assertThat(open.schema().apply("n").getComment().get()).isEqualTo("A number");
    assertThat(open.properties())
        .isEqualTo(own.properties())
        .containsEntry("our.own", "2")
        .containsEntry("delta.logRetentionDuration", "interval 7 days");
    assertThat(new org.apache.hadoop.fs.Path(open.folder()))
        .isEqualTo(new org.apache.hadoop.fs.Path(own.folder()));
    assertThat(open.bytes()).isEqualTo(own.bytes()).isPositive();
    assertThat(open.smallFiles(SMALL)).isEqualTo(own.smallFiles(SMALL)).isEqualTo(2);
    assertThat(open.smallFiles(1)).isEqualTo(own.smallFiles(1)).isZero();
  }

  @Tag("platform")
  @ParameterizedTest
  @MethodSource("places")
  void bothSayWhoCommitted(TablePlace place) {
    TableLog own = own(place);
    TableLog open = open(place);

    for (String app : List.of("app", "other app", "c", "deletes", "ap", "nobody")) {
      assertThat(open.transaction(app)).as(app).isEqualTo(own.transaction(app));
    }
    assertThat(open.transaction("app")).hasValue(3);
    assertThat(open.transaction("deletes")).hasValue(5);
    for (long version : new long[] {0, 1, 2, 5, HEAD}) {
      for (Fence fence : List.of(new Fence("app", 2), new Fence("c", 1, "one"))) {
        assertThat(open.committed(version, fence.mark()))
            .as("%s after %s", fence, version)
            .isEqualTo(own.committed(version, fence.mark()));
      }
    }
    assertThat(open.committed(0, new Fence("c", 1, "one").mark())).hasValue(5);
    assertThat(open.committed(0, new Fence("c", 1, "two").mark())).isEmpty();
  }

  @Test
  void whatIsNotKnownToBeUnchangedCountsAsChanged() {
    TablePlace place = new TablePlace.Folder(folder());
    TableLog own = own(place);
    TableLog open = open(place);
    List<Map<String, String>> partitions =
        List.of(Map.of("tenant", "a"), Map.of("tenant", "b"), Map.of("tenant", "c"));

    for (long version : new long[] {-1, 5, REMOVED, HEAD, HEAD + 1}) {
      assertThat(open.onlyRearrangedSince(version))
          .as("rearranged since %s", version)
          .isEqualTo(own.onlyRearrangedSince(version));
      for (Map<String, String> partition : partitions) {
        if (open.untouchedSince(version, partition)) {
          assertThat(own.untouchedSince(version, partition))
              .as("%s since %s", partition, version)
              .isTrue();
        }
      }
    }
    assertThat(own.untouchedSince(REMOVED, Map.of("tenant", "c"))).isTrue();
    assertThat(open.untouchedSince(REMOVED, Map.of("tenant", "c"))).as("it cannot tell").isFalse();
    assertThat(open.untouchedSince(HEAD, Map.of("tenant", "c"))).isTrue();
    assertThat(open.namesFiles()).isFalse();
    assertThat(open.read(Map.of("tenant", "a"))).isEmpty();
    assertThat(open.added(0, "tenant", "a")).isEmpty();
  }

  @Test
  void filesThatAreOnlyPutTogetherAreNoChange(@TempDir Path other) {
    TablePlace place = new TablePlace.Folder(other.resolve("table").toString());
    for (int i = 0; i < 3; i++) {
      rows("a", i, i + 1).write().format("delta").mode("append").save(place(place));
    }
    long before = open(place).version();
    place.deltaTable(SPARK).optimize().executeCompaction();
    SPARK.sql("ALTER TABLE " + place.sql() + " SET TBLPROPERTIES (our.own = 1)");

    assertThat(open(place).onlyRearrangedSince(before)).isTrue();
    assertThat(own(place).onlyRearrangedSince(before)).isTrue();
    assertThat(open(place).untouchedSince(before, Map.of())).isFalse();
    assertThat(own(place).untouchedSince(before, Map.of())).isFalse();
    assertThat(open(place).untouchedSince(before + 1, Map.of())).isTrue();
  }

  @Test
  void whatHasLeftTheLogIsNotKnown(@TempDir Path other) throws IOException {
    TablePlace place = new TablePlace.Folder(other.resolve("table").toString());
    for (int i = 0; i < 20; i++) {
      own(place).append(rows("a", i, i + 1), new Fence(i == 2 ? "early" : "app", i));
    }
    assertThat(open(place).transaction("early")).as("beyond the first look").hasValue(2);
    for (int i = 0; i < 10; i++) {
      Files.delete(other.resolve("table/_delta_log/%020d.json".formatted(i)));
    }

    assertThat(open(place).transaction("early")).isEmpty();
    assertThat(open(place).transaction("app")).hasValue(19);
    assertThat(open(place).committed(0, new Fence("app", 12).mark())).hasValue(12);
    assertThat(open(place).onlyRearrangedSince(8)).isFalse();
    assertThat(open(place).untouchedSince(8, Map.of())).isFalse();
    open(place).append(rows("a", 99, 100), new Fence("early", 2));
    assertThat(open(place).version()).as("Delta knows it for longer").isEqualTo(19);
  }

  @Test
  void aTableThatIsNotThereHasNoHead(@TempDir Path other) throws IOException {
    Files.createDirectories(other.resolve("begun/_delta_log"));
    Files.createDirectories(other.resolve("plain"));
    for (String name : List.of("begun", "plain", "nowhere")) {
      TablePlace place = new TablePlace.Folder(other.resolve(name).toString());
      for (TableLog log : List.of(own(place), open(place))) {
        assertThat(log.head()).as(name).isEmpty();
        assertThat(log.version()).as(name).isEqualTo(-1);
      }
    }
    TablePlace within = new TablePlace.Folder(folder() + "/tenant=a");
    assertThat(own(within).head()).isEmpty();
    assertThat(open(within).head()).isEmpty();
    for (String name : List.of("no_such_table", "no_schema.no_table", "another.shop.nothing")) {
      TablePlace place = new TablePlace.Named(name);
      for (TableLog log : List.of(own(place), open(place))) {
        assertThatThrownBy(log::head).as(name).isInstanceOf(AnalysisException.class);
      }
    }
    for (String name : List.of("a b", "a.b.c.d", "numbers LIMIT 1", "")) {
      TablePlace place = new TablePlace.Named(name);
      for (TableLog log : List.of(own(place), open(place))) {
        assertThatThrownBy(log::head).as(name).isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void aSettingForcesThePublicWay() {
    TablePlace place = new TablePlace.Folder(folder());
    SparkSession session = SPARK.newSession();
    assertThat(LogChoice.log(session, place).namesFiles()).isTrue();

    session.conf().set(LogChoice.SETTING, "public");
    assertThat(LogChoice.log(session, place)).isInstanceOf(HistoryLog.class);

    session.conf().set(LogChoice.SETTING, "fast");
    assertThatThrownBy(() -> LogChoice.log(session, place))
        .hasMessage("spark.backhaul.delta.log is fast; set it to auto or public");
  }

  private static String place(TablePlace place) {
    return ((TablePlace.Folder) place).path();
  }
}
