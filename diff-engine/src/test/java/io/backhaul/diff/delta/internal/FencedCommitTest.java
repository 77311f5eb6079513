/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.delta.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.backhaul.diff.delta.Fence;
import io.backhaul.diff.delta.TablePlace;
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
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FencedCommitTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final StructType SCHEMA = new StructType().add("tenant", "string").add("n", "int");
  private static final String IN_CHECKSUM =
      "spark.databricks.delta.setTransactionsInCrc.writeOnCommit";

  /** What happens, once, while rows are written; tasks run in this JVM. */
  private static final AtomicReference<Runnable> MEANWHILE = new AtomicReference<>();

  @TempDir Path folder;

  @BeforeEach
  void make() {
    table().createIfMissing(SPARK, SCHEMA, List.of("tenant"), "For a test", Map.of());
  }

  @AfterEach
  void asItWas() {
    MEANWHILE.set(null);
    SPARK.conf().set(IN_CHECKSUM, true);
  }

  private TableRef.ByPath table() {
    return new TableRef.ByPath(folder.resolve("table").toString());
  }

  private FencedCommit commit(String appId, long version) {
    return new FencedCommit(
        new SnapshotLog(SPARK, new TablePlace.Folder(table().path())), new Fence(appId, version));
  }

  private static Dataset<Row> rows(String tenant, int from, int to) {
    return SPARK
        .range(from, to)
        .coalesce(1)
        .filter((FilterFunction<Long>) id -> meanwhile())
        .selectExpr("'" + tenant + "' AS tenant", "CAST(id AS INT) AS n");
  }

  private static boolean meanwhile() {
    Runnable happens = MEANWHILE.getAndSet(null);
    if (happens != null) {
      Thread other = new Thread(happens);
      other.start();
      try {
        other.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return true;
  }

  /** What Delta itself reads. */
  private List<Integer> numbers(String tenant) {
    return SPARK
        .read()
        .format("delta")
        .load(table().path())
        .where("tenant = '" + tenant + "'")
        .select("n")
        .orderBy("n")
        .as(Encoders.INT())
        .collectAsList();
  }

  @Tag("platform")
  @ParameterizedTest(name = "checksums name transactions: {0}")
  @ValueSource(booleans = {true, false})
  void aVersionIsCommittedOnceAndNeverAfterAHigherOne(boolean inChecksum) {
    SPARK.conf().set(IN_CHECKSUM, inChecksum);

    assertThat(commit("app", 2).append(rows("a", 0, 2))).hasValue(1);
    assertThat(commit("app", 2).append(rows("a", 2, 4))).isEmpty();
    assertThat(commit("app", 1).append(rows("a", 4, 6))).isEmpty();
    assertThat(commit("app", 3).append(rows("a", 6, 7))).hasValue(2);
    assertThat(commit("other", 1).append(rows("a", 7, 8))).hasValue(3);

    assertThat(numbers("a")).containsExactly(0, 1, 6, 7);
    assertThat(table().transaction(SPARK, "app")).hasValue(3);
  }

  @Test
  void whatDeltasOwnWriterCommittedCounts() {
    rows("a", 0, 1)
        .write()
        .format("delta")
        .mode("append")
        .option("txnAppId", "app")
        .option("txnVersion", 7)
        .save(table().path());

    assertThat(commit("app", 7).append(rows("a", 1, 2))).isEmpty();
    assertThat(commit("app", 8).append(rows("a", 2, 3))).hasValue(2);
    assertThat(numbers("a")).containsExactly(0, 2);
  }

  @Test
  void ofTwoWritersOfOneApplicationAtOnceOneFails() {
    MEANWHILE.set(() -> commit("app", 1).append(rows("a", 10, 11)));

    Throwable thrown = catchThrowable(() -> commit("app", 1).append(rows("a", 0, 1)));

    assertThat(Conflicts.isConflict(thrown)).as("%s", thrown).isTrue();
    assertThat(numbers("a")).containsExactly(10);
  }

  @Test
  void writersOfTwoApplicationsDoNotDisturbEachOther() {
    MEANWHILE.set(() -> commit("other", 1).append(rows("a", 10, 11)));

    assertThat(commit("app", 1).append(rows("a", 0, 1))).hasValue(2);

    assertThat(numbers("a")).containsExactly(0, 10);
  }

  @Test
  void whatANewApplicationCommittedSinceCounts() {
    long since = table().version(SPARK);

    assertThat(commit("app", 1).append(rows("a", 0, 1), since)).hasValue(1);
    assertThat(commit("app", 1).append(rows("a", 1, 2), since)).isEmpty();

    assertThat(numbers("a")).containsExactly(0);
  }

  @Tag("platform")
  @Test
  void onePartitionIsReplacedAndTheOthersStayUntouched() {
    commit("a", 1).replace(rows("a", 0, 3), Map.of("tenant", "a"));
    long before = commit("b", 1).replace(rows("b", 5, 6), Map.of("tenant", "b")).getAsLong();

    long after = commit("a", 2).replace(rows("a", 7, 8), Map.of("tenant", "a")).getAsLong();

    assertThat(numbers("a")).containsExactly(7);
    assertThat(numbers("b")).containsExactly(5);
    assertThat(table().untouchedSince(SPARK, before, Map.of("tenant", "b"))).isTrue();
    assertThat(table().untouchedSince(SPARK, before, Map.of("tenant", "a"))).isFalse();
    assertThat(table().untouchedSince(SPARK, after, Map.of("tenant", "a"))).isTrue();
    assertThat(table().untouchedSince(SPARK, after + 1, Map.of("tenant", "a")))
        .as("a table that is older than the version is another table")
        .isFalse();
  }

  @Test
  void allRowsAreReplaced() {
    commit("app", 1).append(rows("a", 0, 3));
    commit("app", 2).append(rows("b", 0, 3));

    commit("app", 3).replace(rows("a", 9, 10), Map.of());

    assertThat(numbers("a")).containsExactly(9);
    assertThat(numbers("b")).isEmpty();
  }

  @Test
  void rowsThatWereRemovedWhileAllAreReplacedAreNoticed() {
    commit("app", 1).append(rows("a", 0, 3));
    MEANWHILE.set(() -> table().deltaTable(SPARK.newSession()).delete("n = 1"));

    Throwable thrown = catchThrowable(() -> commit("app", 2).replace(rows("a", 5, 6), Map.of()));

    assertThat(Conflicts.isConflict(thrown)).as("%s", thrown).isTrue();
    assertThat(numbers("a")).containsExactly(0, 2);
  }

  @Tag("platform")
  @ParameterizedTest(name = "of a partition alone: {0}")
  @ValueSource(booleans = {true, false})
  void rowsThatWereMergedInWhileOthersAreReplacedAreNoticed(boolean partition) {
    commit("app", 1).append(rows("a", 0, 3));
    MEANWHILE.set(
        () ->
            table()
                .deltaTable(SPARK.newSession())
                .as("t")
                .merge(rows("a", 4, 5).as("s"), "t.tenant = s.tenant AND t.n = s.n")
                .whenNotMatched()
                .insertAll()
                .execute());
    Map<String, String> place = partition ? Map.of("tenant", "a") : Map.of();

    Throwable thrown = catchThrowable(() -> commit("app", 2).replace(rows("a", 9, 10), place));

    assertThat(Conflicts.isConflict(thrown)).as("%s", thrown).isTrue();
    assertThat(numbers("a")).containsExactly(0, 1, 2, 4);
  }

  @Tag("platform")
  @Test
  void partitionsAreReplacedAtOnce() {
    MEANWHILE.set(() -> commit("b", 1).replace(rows("b", 5, 6), Map.of("tenant", "b")));

    assertThat(commit("a", 1).replace(rows("a", 0, 1), Map.of("tenant", "a"))).hasValue(2);

    assertThat(numbers("a")).containsExactly(0);
    assertThat(numbers("b")).containsExactly(5);
  }

  @Tag("platform")
  @Test
  void aPartitionIsReadAsDeltaReadsIt() {
    String odd = "a b%20;c";
    for (int i = 0; i < 3; i++) {
      commit("app", i).append(rows(odd, i * 10, i * 10 + 2));
      commit("other", i).append(rows("b", i, i + 1));
    }
    assertThat(read(odd)).containsExactlyElementsOf(numbers(odd)).hasSize(6);
    assertThat(read("nobody")).isEmpty();
    assertThat(table().read(SPARK, Map.of("tenant", odd)).schema())
        .matches(schema -> DataType.equalsIgnoreNullability(schema, SCHEMA));

    SPARK.sql(
        "ALTER TABLE " + table().sql() + " SET TBLPROPERTIES (delta.enableDeletionVectors = true)");
    table().deltaTable(SPARK).delete("n = 11");
    assertThat(read(odd)).as("rows removed").containsExactlyElementsOf(numbers(odd)).hasSize(5);

    for (int i = 3; i < 40; i++) {
      commit("app", i).append(rows(odd, i * 10, i * 10 + 1));
    }
    assertThat(read(odd)).as("many files").containsExactlyElementsOf(numbers(odd)).hasSize(42);
  }

  private List<Integer> read(String tenant) {
    return table()
        .read(SPARK, Map.of("tenant", tenant))
        .where("tenant = '" + tenant + "'")
        .select("n")
        .orderBy("n")
        .as(Encoders.INT())
        .collectAsList();
  }

  @Test
  void rowsOfOtherColumnsAreLeftToDelta() {
    assertThat(commit("app", 1).takes(rows("a", 0, 1))).isTrue();
    assertThat(commit("app", 1).takes(rows("a", 0, 1).selectExpr("n", "tenant"))).isFalse();
    assertThat(commit("app", 1).takes(SPARK.range(1).selectExpr("'a' AS tenant", "id AS n")))
        .isFalse();
  }
}
