/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.mapping.MappingSpec;
import io.backhaul.diff.state.StateDigests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What digests save, and when they may not be believed. */
class NarrowingTest {

  private static final int ROWS = 2_000;

  /** A sync that is settled, of which each test has a copy. */
  @TempDir static Path settled;

  @TempDir Path folder;
  private TestSync sync;

  @BeforeAll
  static void settle() throws IOException {
    TestSync sync = syncIn(settled);
    assertThat(sync.sync(source("")).planned()).containsOnly(Map.entry("upsert", (long) ROWS));
    try (ChangeSet changes = sync.detect(source(""))) {
      assertThat(changes.counts().plannedTotal()).isZero(); // and now the digest is kept
    }
  }

  @BeforeEach
  void aSyncThatIsSettled() throws IOException {
    try (Stream<Path> files = Files.walk(settled)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(settled.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    sync = syncIn(folder);
    sync.run = 1;
  }

  private static TestSync syncIn(Path folder) throws IOException {
    TestSync sync =
        new TestSync(
            folder,
            new MappingSpec(
                List.of("id"), null, List.of(new FieldMapping.FromColumn("v", "v")), Set.of()));
    sync.mode = Mode.MIRROR;
    sync.byDigests(digests(folder));
    return sync;
  }

  static StateDigests digests(Path folder) throws IOException {
    return new StateDigests(
        FileSystem.getLocal(TestSync.SPARK.sparkContext().hadoopConfiguration()).getRawFileSystem(),
        new org.apache.hadoop.fs.Path(folder.resolve("digest").toString()));
  }

  /** Rows 0 to 1,999 with their number as value, less or more what {@code edit} says. */
  private static Dataset<Row> source(String edit) {
    return TestSync.sql("SELECT id, CAST(id AS STRING) AS v FROM range(" + ROWS + ") " + edit);
  }

  private void removeStateFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("state"))) {
      files
          .filter(file -> file.toString().endsWith(".parquet"))
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }

  @Test
  void nothingIsShuffledAndStateIsNotReadWhereNothingChanged() throws Exception {
    removeStateFiles();
    LongAdder shuffled = new LongAdder();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onTaskEnd(SparkListenerTaskEnd end) {
            shuffled.add(end.taskMetrics().shuffleWriteMetrics().bytesWritten());
          }
        };
    TestSync.SPARK.sparkContext().addSparkListener(listener);
    try (ChangeSet changes = sync.detect(source(""))) {
      Counts counts = changes.counts();

      assertThat(counts.source()).isEqualTo(ROWS);
      assertThat(counts.unchanged()).isEqualTo(ROWS);
      assertThat(counts.stateRows()).isEqualTo(ROWS);
      assertThat(counts.nothingToDo()).isTrue();
      assertThat(changes.planned().count()).isZero();
    }
    TestSync.SPARK.sparkContext().listenerBus().waitUntilEmpty();
    TestSync.SPARK.sparkContext().removeSparkListener(listener);
    assertThat(shuffled.sum()).isZero();
  }

  @Test
  void changedNewAndGoneRowsAreFoundAndCounted() {
    Dataset<Row> edited =
        TestSync.sql(
            "SELECT id, IF(id = 5, 'five', CAST(id AS STRING)) AS v FROM range(1, "
                + (ROWS + 1)
                + ")");
    try (ChangeSet changes = sync.detect(edited)) {
      Counts counts = changes.counts();

      assertThat(SnapshotModelTest.ops(TestSync.byKey(changes.planned())))
          .isEqualTo(
              Map.of("{\"id\":0}", "delete", "{\"id\":5}", "upsert", "{\"id\":2000}", "upsert"));
      assertThat(counts.source()).isEqualTo(ROWS);
      assertThat(counts.unchanged()).isEqualTo(ROWS - 2);
      assertThat(counts.stateRows()).isEqualTo(ROWS);
    }
  }

  @Test
  void keysThatAreNullOrOccurTwiceAreFound() {
    try (ChangeSet changes =
        sync.detect(
            source("")
                .union(
                    TestSync.sql(
                        "SELECT 7L, '7' UNION ALL SELECT 8L, 'other' UNION ALL SELECT NULL,"
                            + " ''")))) {
      assertThat(TestSync.byKey(changes.invalid()))
          .containsOnlyKeys("{\"id\":7}", "{\"id\":8}", "{\"id\":null}");
    }
  }

  @Test
  void personalFieldsAreComparedInTheSameWay() throws IOException {
    TestSync personal =
        new TestSync(
            folder.resolve("personal"),
            new MappingSpec(
                List.of("id"), null, List.of(new FieldMapping.FromColumn("v", "v")), Set.of("v")));
    personal.mode = Mode.MIRROR;
    personal.byDigests(digests(folder.resolve("personal")));
    personal.sync(source(""));
    assertThat(personal.detect(source("")).counts().nothingToDo()).isTrue();

    try (ChangeSet changes = personal.detect(source("WHERE id <> 3 UNION ALL SELECT -1, 'new'"))) {
      assertThat(SnapshotModelTest.ops(TestSync.byKey(changes.planned())))
          .isEqualTo(Map.of("{\"id\":3}", "delete", "{\"id\":-1}", "upsert"));
    }
  }

  @Test
  void whatSomebodyTookOutOfStateIsSentAgain() {
    TestSync.SPARK.sql("DELETE FROM delta.`" + folder.resolve("state") + "` WHERE id = 9");

    try (ChangeSet changes = sync.detect(source(""))) {
      assertThat(TestSync.byKey(changes.planned())).containsOnlyKeys("{\"id\":9}");
    }
  }

  @Test
  void aStateWhoseFilesWerePutTogetherIsTheSameState() throws IOException {
    String table = "delta.`" + folder.resolve("state") + "`";
    TestSync.SPARK.sql("DELETE FROM " + table + " WHERE id = 9");
    sync.sync(source(""));
    try (ChangeSet changes = sync.detect(source(""))) {
      assertThat(changes.counts().plannedTotal()).isZero(); // the digest is of this state
    }
    TestSync.SPARK.sql("OPTIMIZE " + table);
    removeStateFiles();

    try (ChangeSet changes = sync.detect(source(""))) {
      assertThat(changes.counts().nothingToDo()).isTrue();
    }
  }

  @Test
  void theDigestAdvancesWithStateWithoutBeingMadeAnew() throws IOException {
    String edited = "WHERE id <> 3 UNION ALL SELECT 2000, 'new' UNION ALL SELECT -1, 'old'";
    sync.sync(source(edited));
    sync.sync(source(edited + " UNION ALL SELECT -2, 'older'"));
    removeStateFiles(); // what would have to be read

    try (ChangeSet changes = sync.detect(source(edited + " UNION ALL SELECT -2, 'older'"))) {
      assertThat(changes.counts().nothingToDo()).isTrue();
      assertThat(changes.counts().stateRows()).isEqualTo(ROWS + 2);
    }
  }

  @Test
  void aDigestThatIsDamagedIsMadeAnew() throws IOException {
    Path kept = folder.resolve("digest/state");
    byte[] bytes = Files.readAllBytes(kept);
    bytes[bytes.length / 2] ^= 1;
    Files.write(kept, bytes);

    try (ChangeSet changes = sync.detect(source("WHERE id > 0"))) {
      assertThat(TestSync.byKey(changes.planned())).containsOnlyKeys("{\"id\":0}");
    }
    assertThat(Files.readAllBytes(kept)).hasSameSizeAs(bytes).isNotEqualTo(bytes);
    removeStateFiles();
    try (ChangeSet changes = sync.detect(source(""))) {
      assertThat(changes.counts().nothingToDo()).isTrue();
    }
  }

  @Test
  void whoOnlyLooksWritesNoDigest() throws IOException {
    Files.delete(folder.resolve("digest/state"));
    sync.byDigests(digests(folder).readOnly());

    try (ChangeSet changes = sync.detect(source("WHERE id > 0"))) {
      assertThat(changes.counts().plannedTotal()).isEqualTo(1);
    }
    assertThat(folder.resolve("digest/state")).doesNotExist();
  }

  @Test
  void underAnotherMappingAllIsCompared() {
    sync.spec =
        new MappingSpec(
            List.of("id"), null, List.of(new FieldMapping.FromColumn("value", "v")), Set.of());

    try (ChangeSet changes = sync.detect(source(""))) {
      assertThat(changes.counts().plannedTotal()).isEqualTo(ROWS);
    }
  }

  @Test
  void whereAHeldKeyIsNeverSentAgainItsValueDoesNotMakeItSuspect() throws IOException {
    sync.mode = Mode.INSERT;
    Dataset<Row> edited = TestSync.sql("SELECT id, 'new' AS v FROM range(" + (ROWS + 1) + ")");

    try (ChangeSet changes = sync.detect(edited)) {
      assertThat(TestSync.byKey(changes.planned())).containsOnlyKeys("{\"id\":2000}");
    }
    sync.settle(edited, sync.detect(edited), key -> true);
    assertThat(sync.detect(edited).counts().nothingToDo()).isTrue();
    removeStateFiles();
    assertThat(sync.detect(edited).counts().nothingToDo()).isTrue();
  }
}
