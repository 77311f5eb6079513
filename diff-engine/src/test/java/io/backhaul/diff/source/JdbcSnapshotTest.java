/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.testkit.SharedPostgres;
import io.backhaul.diff.testkit.SparkSessions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What several connections see of a table that changes while they read it. */
class JdbcSnapshotTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final List<Long> ALL = LongStream.rangeClosed(1, 100).boxed().toList();

  @BeforeEach
  void aTable() throws SQLException {
    SharedPostgres.run(
        "DROP TABLE IF EXISTS parcels",
        "CREATE TABLE parcels (id BIGINT PRIMARY KEY, shelf INT, code TEXT)",
        "INSERT INTO parcels SELECT i, i, 'code ' || i FROM generate_series(1, 100) i");
  }

  private static long number(String query) throws SQLException {
    try (Connection connection = SharedPostgres.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static long heldSnapshots() throws SQLException {
    return number("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'");
  }

  private static SourceSpec.Jdbc spec(String partitionColumn) {
    return new SourceSpec.Jdbc(
        SharedPostgres.url(), "postgres", null, "parcels", null, partitionColumn, 4);
  }

  private static SnapshotSource source(String partitionColumn, boolean pins) {
    return new JdbcSource(spec(partitionColumn), Clock.systemUTC(), pins);
  }

  /** Ids as they are read when every row changes its partition after half of them were. */
  private static List<Long> readWhileRowsMove(Snapshot snapshot) throws SQLException {
    Dataset<Row> rows = snapshot.rows().select("id");
    int partitions = rows.javaRDD().getNumPartitions();
    assertThat(partitions).isEqualTo(4);
    List<Long> ids = new ArrayList<>(read(rows, 0, partitions / 2));
    SharedPostgres.run("UPDATE parcels SET shelf = 101 - shelf, code = code || ' moved'");
    ids.addAll(read(rows, partitions / 2, partitions));
    ids.sort(null);
    return ids;
  }

  private static List<Long> read(Dataset<Row> rows, int from, int to) {
    return Arrays.stream(rows.javaRDD().collectPartitions(IntStream.range(from, to).toArray()))
        .flatMap(List::stream)
        .map(row -> row.getLong(0))
        .toList();
  }

  @Test
  void withoutASnapshotRowsThatMoveBetweenRangesAreLostAndDoubled() throws SQLException {
    try (Snapshot snapshot = source("shelf", false).pin(SPARK)) {
      List<Long> firstHalfTwice =
          LongStream.rangeClosed(1, 50).boxed().flatMap(id -> Stream.of(id, id)).toList();
      assertThat(readWhileRowsMove(snapshot)).isEqualTo(firstHalfTwice);
    }
  }

  @Test
  void withoutASnapshotRowsWhoseHashChangesAreLostAndDoubled() throws SQLException {
    try (Snapshot snapshot = source("code", false).pin(SPARK)) {
      List<Long> ids = readWhileRowsMove(snapshot);
      assertThat(Set.copyOf(ids)).as("some are lost").hasSizeLessThan(100);
      assertThat(ids).as("others are doubled").hasSizeGreaterThan(Set.copyOf(ids).size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"shelf", "code"})
  void withASnapshotEveryRowIsReadOnceAsItWasWhenPinned(String column) throws SQLException {
    try (Snapshot snapshot = source(column, true).pin(SPARK)) {
      assertThat(readWhileRowsMove(snapshot)).isEqualTo(ALL);
      assertThat(snapshot.rows().where("code LIKE '%moved'").count()).isZero();
      assertThat(snapshot.rows().selectExpr("sum(shelf)").first().getLong(0)).isEqualTo(5050);
    }
  }

  @Test
  void postgresIsAskedForASnapshotWithoutBeingToldTo() throws SQLException {
    try (Snapshot snapshot = SnapshotSource.of(spec("shelf")).pin(SPARK)) {
      assertThat(heldSnapshots()).isEqualTo(1);
      assertThat(readWhileRowsMove(snapshot)).isEqualTo(ALL);
    }
  }

  @Test
  void aSnapshotHoldsOneConnectionUntilItIsClosed() throws SQLException {
    Snapshot snapshot = source("shelf", true).pin(SPARK);
    assertThat(heldSnapshots()).isEqualTo(1);
    assertThat(snapshot.rows().count()).isEqualTo(100);
    assertThat(heldSnapshots()).as("reading leaves nothing open").isEqualTo(1);

    snapshot.close();
    snapshot.close();

    assertThat(heldSnapshots()).isZero();
  }

  @Test
  void nothingStaysOpenOfASnapshotThatCouldNotBePinned() throws SQLException {
    assertThatThrownBy(() -> source("nope", true).pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("`nope`");

    assertThat(heldSnapshots()).isZero();
  }

  @Test
  void aSnapshotThatIsGoneIsSaidToBe() {
    Snapshot snapshot = source("shelf", true).pin(SPARK);
    snapshot.close();

    assertThatThrownBy(() -> snapshot.rows().count())
        .hasStackTraceContaining("the source's pinned snapshot is gone");
  }

  @Test
  void aServerThatEndsIdleTransactionsDoesNotEndTheSnapshot() throws SQLException {
    SharedPostgres.run(
        "ALTER SYSTEM SET idle_in_transaction_session_timeout = '50ms'", "SELECT pg_reload_conf()");
    try (Snapshot snapshot = source("shelf", true).pin(SPARK)) {
      SharedPostgres.run("SELECT pg_sleep(0.4)");
      assertThat(snapshot.rows().count()).isEqualTo(100);
    } finally {
      SharedPostgres.run(
          "ALTER SYSTEM RESET idle_in_transaction_session_timeout", "SELECT pg_reload_conf()");
    }
  }

  @Test
  void readersCannotWrite() throws SQLException {
    SharedPostgres.run("CREATE SEQUENCE IF NOT EXISTS counter");
    SourceSpec.Jdbc writing =
        new SourceSpec.Jdbc(
            spec(null).url(), "postgres", null, null, "SELECT nextval('counter') AS id", null);
    try (Snapshot snapshot = SnapshotSource.of(writing).pin(SPARK)) {
      assertThatThrownBy(() -> snapshot.rows().collectAsList())
          .hasStackTraceContaining("read-only transaction");
    }
  }
}
