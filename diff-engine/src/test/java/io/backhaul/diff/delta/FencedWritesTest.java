/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.backhaul.diff.delta.internal.SnapshotLogs;
import io.backhaul.diff.state.Conflicts;
import io.backhaul.diff.state.TableRef;
import io.backhaul.diff.testkit.SparkSessions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The public way's writes to a folder, beside writers that go by Delta's own classes: whoever comes
 * first, a fence holds for both. {@code NamedTableTest} has the same of names, {@code
 * FencedCommitTest} of the other way.
 */
class FencedWritesTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final StructType SCHEMA = new StructType().add("tenant", "string").add("n", "int");

  /** What happens, once, while rows are written; tasks run in this JVM. */
  private static final AtomicReference<Runnable> MEANWHILE = new AtomicReference<>();

  @TempDir Path root;
  private TablePlace.Folder place;
  private TableLog open;
  private TableLog own;

  @BeforeEach
  void make() {
    place = new TablePlace.Folder(root.resolve("table").toString());
    open = new HistoryLog(SPARK, place);
    own = new SnapshotLogs().of(SPARK, place);
    new TableRef.ByPath(place.path())
        .createIfMissing(SPARK, SCHEMA, List.of("tenant"), "For a test", Map.of());
  }

  @AfterEach
  void nothingMore() {
    MEANWHILE.set(null);
  }

  private static Dataset<Row> rows(String tenant, int from, int to) {
    return SPARK
        .range(from, to)
        .coalesce(1)
        .filter((FilterFunction<Long>) id -> meanwhile())
        .selectExpr("'" + tenant + "' AS tenant", "CAST(id AS INT) AS n");
  }

  private static boolean meanwhile() throws InterruptedException {
    Runnable once = MEANWHILE.getAndSet(null);
    if (once != null) {
      Thread other = new Thread(once, "another writer");
      other.start();
      other.join();
    }
    return true;
  }

  private List<Integer> numbers() {
    return place.read(SPARK).select("n").orderBy("n").as(Encoders.INT()).collectAsList();
  }

  @Tag("platform")
  @Test
  void aVersionIsCommittedOnceAndNeverAfterAHigherOneWhicheverWayItWas() {
    open.append(rows("a", 0, 1), new Fence("app", 2));
    open.append(rows("a", 1, 2), new Fence("app", 2));
    own.append(rows("a", 2, 3), new Fence("app", 2));
    open.append(rows("a", 3, 4), new Fence("app", 1));
    own.append(rows("a", 4, 5), new Fence("app", 3));
    open.append(rows("a", 5, 6), new Fence("app", 3), 0);
    open.append(rows("a", 6, 7), new Fence("other", 1), 0);

    assertThat(numbers()).containsExactly(0, 4, 6);
    assertThat(open.transaction("app")).isEqualTo(own.transaction("app")).hasValue(3);
  }

  @Tag("platform")
  @Test
  void aPartitionIsReplacedOnceForEachVersionWhicheverWayItWas() {
    Map<String, String> a = Map.of("tenant", "a");
    open.append(rows("b", 90, 91), new Fence("app", 1));

    assertThat(open.replace(rows("a", 0, 2), a, new Fence("a", 1, "one"))).hasValue(2);
    assertThat(open.replace(rows("a", 2, 3), a, new Fence("a", 1, "two"))).isEmpty();
    assertThat(own.replace(rows("a", 3, 4), a, new Fence("a", 1, "three"))).isEmpty();
    assertThat(own.replace(rows("a", 4, 5), a, new Fence("a", 2, "four"))).hasValue(3);
    assertThat(open.replace(rows("a", 5, 6), a, new Fence("a", 2, "five"))).isEmpty();
    assertThat(open.replace(rows("a", 6, 7), a, new Fence("a", 1, "six"))).isEmpty();

    assertThat(numbers()).containsExactly(4, 90);
  }

  @Tag("faults")
  @Test
  void allRowsAreReplacedOnceByOthersWhichMayComeFromTheTableItself() {
    open.append(rows("a", 0, 3), new Fence("app", 1));
    for (int i = 0; i < 2; i++) {
      open.replaceAll(
          place.read(SPARK).selectExpr("tenant", "n + 1 AS n"),
          List.of("tenant"),
          new Fence("app", 2),
          false);
    }
    assertThat(numbers()).containsExactly(1, 2, 3);

    open.replaceAll(
        place.read(SPARK).selectExpr("tenant", "CAST(n AS BIGINT) AS n"),
        List.of("tenant"),
        new Fence("wider", 1),
        true);
    assertThat(open.schema().apply("n").dataType().sql()).isEqualTo("BIGINT");
  }

  @Test
  void ofTwoWritersOfOneApplicationAtOnceOneFails() {
    MEANWHILE.set(() -> own.append(rows("a", 10, 11), new Fence("app", 1)));

    assertConflict(() -> open.append(rows("a", 0, 1), new Fence("app", 1)));
    MEANWHILE.set(() -> open.append(rows("a", 11, 12), new Fence("app", 2)));
    assertConflict(() -> own.append(rows("a", 1, 2), new Fence("app", 2)));

    assertThat(numbers()).containsExactly(10, 11);
  }

  @Tag("faults")
  @Test
  void ofTwoThatReplaceAPartitionAtOnceOneFailsAndOfTwoPartitionsNone() {
    Map<String, String> a = Map.of("tenant", "a");
    open.append(rows("a", 0, 1), new Fence("app", 1));
    MEANWHILE.set(() -> own.replace(rows("a", 10, 11), a, new Fence("a", 1, "one")));
    assertConflict(() -> open.replace(rows("a", 20, 21), a, new Fence("another", 1, "two")));
    assertThat(numbers()).containsExactly(10);

    MEANWHILE.set(
        () -> own.replace(rows("b", 30, 31), Map.of("tenant", "b"), new Fence("b", 1, "three")));
    assertThat(open.replace(rows("a", 40, 41), a, new Fence("a", 2, "four"))).hasValue(4);
    assertThat(numbers()).containsExactly(30, 40);
  }

  @Tag("faults")
  @Test
  void rowsThatAreMergedInWhileAllAreReplacedAreNoticed() {
    open.append(rows("a", 0, 1), new Fence("app", 1));
    MEANWHILE.set(
        () ->
            place
                .deltaTable(SPARK.newSession())
                .as("t")
                .merge(rows("a", 4, 5).as("s"), "t.tenant = s.tenant AND t.n = s.n")
                .whenNotMatched()
                .insertAll()
                .execute());

    assertConflict(
        () -> open.replaceAll(rows("a", 9, 10), List.of("tenant"), new Fence("app", 2), false));

    assertThat(numbers()).containsExactly(0, 4);
  }

  private static void assertConflict(Runnable write) {
    Throwable thrown = catchThrowable(write::run);
    assertThat(thrown).as("%s", thrown).matches(Conflicts::isConflict);
  }
}
