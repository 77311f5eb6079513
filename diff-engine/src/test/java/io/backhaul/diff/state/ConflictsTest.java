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
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Other writers commit to a table while ours is at work on it. */
class ConflictsTest {

  /** Any table is large. */
  private static final SyncState.Sizes LARGE = new SyncState.Sizes(0, 1 << 20);

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final StructType KEY = new StructType().add("id", "int");

  /** What happens, once, when the next rows are read; tasks run in this JVM. */
  private static final AtomicReference<Runnable> MEANWHILE = new AtomicReference<>();

  @TempDir Path folder;

  @AfterEach
  void nothingMore() {
    MEANWHILE.set(null);
  }

  private TableRef table() {
    return new TableRef.ByPath(folder.resolve("state").toString());
  }

  private static Dataset<Row> applied(String run, int from, int to) {
    return SPARK
        .range(from, to + 1L)
        .coalesce(1)
        .filter((FilterFunction<Long>) id -> meanwhile())
        .selectExpr(
            "'upsert' AS op",
            "named_struct('id', CAST(id AS INT)) AS source_key",
            "id AS row_hash",
            "'{}' AS fields",
            "'d' AS destination_id",
            "'f' AS mapping_fingerprint",
            "TIMESTAMP'2024-02-29T12:00:00Z' AS synced_at",
            "'" + run + "' AS run_id");
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

  /** A state of two files, so that OPTIMIZE has something to do. */
  private SyncState twoFiles(long rewrittenBytes) {
    SyncState merging = new SyncState(SPARK, table(), KEY, LARGE, null);
    assertThat(merging.advance(applied("r1", 1, 10), Mode.UPSERT, 1)).isTrue();
    assertThat(merging.advance(applied("r2", 11, 20), Mode.INSERT, 2)).isTrue();
    assertThat(merging.read().inputFiles()).hasSizeGreaterThan(1);
    return new SyncState(SPARK, table(), KEY, new SyncState.Sizes(rewrittenBytes, 1 << 20), null);
  }

  private void optimize() {
    table().deltaTable(SPARK.newSession()).optimize().executeCompaction();
  }

  @Test
  void withoutAnotherTryAnOptimizeThatComesInBetweenMakesTheWriteFail() {
    twoFiles(0);
    MEANWHILE.set(this::optimize);
    Dataset<Row> rows = table().read(SPARK).limit(0).unionByName(rowsOf(applied("r3", 1, 5)));

    assertThatThrownBy(() -> table().replace(rows, List.of(), "state", 99, false))
        .matches(Conflicts::isConflict);
  }

  private static Dataset<Row> rowsOf(Dataset<Row> applied) {
    return applied.selectExpr(
        "source_key.id",
        "row_hash",
        "fields",
        "destination_id",
        "mapping_fingerprint",
        "synced_at",
        "run_id");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 16 << 20})
  void stateAdvancesOnceAlthoughItIsOptimizedMeanwhile(long rewrittenBytes) {
    SyncState state = twoFiles(rewrittenBytes);
    long version = table().version(SPARK);
    MEANWHILE.set(this::optimize);

    assertThat(state.advance(applied("r3", 16, 25), Mode.UPSERT, 3)).isTrue();

    assertThat(MEANWHILE.get()).isNull();
    assertThat(table().version(SPARK))
        .as("OPTIMIZE, and all at once or first what was held and then what is new")
        .isEqualTo(version + (rewrittenBytes > 0 ? 2 : 3));
    assertThat(state.rows()).isEqualTo(25);
    assertThat(state.read().where("run_id = 'r3'").count()).isEqualTo(10);
    assertThat(state.advance(applied("r4", 1, 25), Mode.UPSERT, 3)).isTrue();
    assertThat(state.read().where("run_id = 'r4'").count()).isZero();
  }

  @Test
  void anAdvanceThatDiedBetweenItsCommitsIsEndedByTheNextOne() {
    SyncState state = twoFiles(0);
    table().fenced(SPARK, SyncState.APP_ID, 2 * 3).delete("id BETWEEN 16 AND 25");
    assertThat(state.rows()).isEqualTo(15);

    assertThat(state.advance(applied("r3", 16, 25), Mode.UPSERT, 3)).isTrue();

    assertThat(state.rows()).isEqualTo(25);
    assertThat(state.read().where("run_id = 'r3'").count()).isEqualTo(10);
  }

  @Test
  void anAdvanceOfAnOlderReleaseThatDiedBetweenItsCommitsIsEndedByTheNextOne() {
    SyncState state = twoFiles(0);
    table()
        .fenced(SPARK, SyncState.APP_ID, 2 * 3) // the first of the two commits of fence 3
        .merge(applied("r3", 16, 25).selectExpr("source_key.id AS new_id"), "id = new_id")
        .whenMatched()
        .updateExpr(Map.of("run_id", "'r3'"))
        .execute();
    assertThat(state.rows()).as("without what is new").isEqualTo(20);
    assertThat(state.read().where("run_id = 'r3'").count()).isEqualTo(5);

    assertThat(state.advance(applied("r3", 16, 25), Mode.UPSERT, 3)).isTrue();

    assertThat(state.rows()).isEqualTo(25);
    assertThat(state.read().where("run_id = 'r3'").count()).isEqualTo(10);
    assertThat(state.read().where("row_hash = id").count()).isEqualTo(25);
  }

  @Tag("fault-28")
  @Test
  void aFencedOffRunStaysOutWhenItsSuccessorCommitsInBetween() {
    SyncState state = twoFiles(0);
    MEANWHILE.set(
        () ->
            new SyncState(SPARK.newSession(), table(), KEY, LARGE, null)
                .advance(applied("successor", 1, 20), Mode.UPSERT, 9));

    assertThat(state.advance(applied("asleep", 1, 20), Mode.UPSERT, 3)).isFalse();

    assertThat(state.read().where("run_id = 'successor'").count()).isEqualTo(20);
  }

  @Test
  void stateAdvancesAlthoughFilesOfThePinnedVersionWereVacuumed() {
    SyncState state = twoFiles(16 << 20);
    SPARK.conf().set("spark.databricks.delta.retentionDurationCheck.enabled", false);
    SPARK.conf().set("spark.sql.sources.parallelPartitionDiscovery.parallelism", 4);
    try {
      MEANWHILE.set(
          () -> {
            optimize();
            SPARK.sql("VACUUM " + table().sql() + " RETAIN 0 HOURS");
          });

      assertThat(state.advance(applied("r3", 16, 25), Mode.UPSERT, 3)).isTrue();
    } finally {
      SPARK.conf().unset("spark.databricks.delta.retentionDurationCheck.enabled");
      SPARK.conf().unset("spark.sql.sources.parallelPartitionDiscovery.parallelism");
    }
    assertThat(state.rows()).isEqualTo(25);
  }

  @Test
  void whatFailsForAnotherReasonIsNotTriedAgain() {
    int[] tries = new int[1];

    Runnable failing =
        () -> {
          tries[0]++;
          throw new IllegalStateException("no");
        };
    assertThatThrownBy(() -> Conflicts.retried(failing)).hasMessage("no");

    assertThat(tries[0]).isEqualTo(1);
  }
}
