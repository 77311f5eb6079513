/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.change.Mode;
import io.backhaul.diff.testkit.PublicDelta;
import io.backhaul.diff.testkit.SparkSessions;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commits whose marks the public way does not find, because an older release made them or the log
 * has dropped them: Delta still knows their numbers, and nothing is done twice or left out.
 */
@ExtendWith(PublicDelta.class)
class UnmarkedCommitsTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final StructType KEY = new StructType().add("id", "int");
  private static final long FENCE = 3;

  @TempDir Path folder;

  private TableRef table() {
    return new TableRef.ByPath(folder.resolve("state").toString());
  }

  private SyncState state(long rewrittenBytes) {
    return new SyncState(SPARK, table(), KEY, new SyncState.Sizes(rewrittenBytes, 1 << 20), null);
  }

  private static Dataset<Row> applied(String run, String op, int from, int to) {
    return SPARK
        .range(from, to + 1L)
        .coalesce(1)
        .selectExpr(
            "'" + op + "' AS op",
            "named_struct('id', CAST(id AS INT)) AS source_key",
            "id AS row_hash",
            "'{}' AS fields",
            "'d' AS destination_id",
            "'f' AS mapping_fingerprint",
            "TIMESTAMP'2024-02-29T12:00:00Z' AS synced_at",
            "'" + run + "' AS run_id");
  }

  /** The number is taken, as if by this fence's last commit or by another's. */
  private void taken(long number) {
    table()
        .read(SPARK)
        .limit(0)
        .write()
        .format("delta")
        .mode("append")
        .option("txnAppId", SyncState.APP_ID)
        .option("txnVersion", number)
        .save(folder.resolve("state").toString());
  }

  private List<String> held() {
    return table().read(SPARK).selectExpr("concat_ws(' ', id, run_id)").collectAsList().stream()
        .map(row -> row.getString(0))
        .sorted()
        .toList();
  }

  @Test
  void aRunThatAHigherFenceKeepsOutIsToldSo() {
    SyncState state = state(0);
    assertThat(state.advance(applied("r1", "upsert", 1, 2), Mode.MIRROR, 1)).isTrue();
    taken(2 * 9 + 1);

    assertThat(state.advance(applied("r3", "upsert", 2, 3), Mode.MIRROR, FENCE)).isFalse();

    assertThat(held()).containsExactly("1 r1", "2 r1");
    assertThat(state.advance(applied("r3", "upsert", 2, 3), Mode.MIRROR, 10))
        .as("whoever settles that run next")
        .isTrue();
    assertThat(held()).containsExactly("1 r1", "2 r3", "3 r3");
  }

  @Test
  void anAdvanceThatIsInAlreadyIsSeenByItsRows() {
    SyncState state = state(16 << 20);
    state.advance(applied("r1", "upsert", 1, 3), Mode.MIRROR, 1);
    state.advance(applied("r3", "upsert", 2, 3), Mode.MIRROR, 2);
    taken(2 * FENCE + 1);

    assertThat(state.advance(applied("r3", "upsert", 2, 3), Mode.MIRROR, FENCE)).isTrue();
    assertThat(state.advance(applied("r3", "delete", 4, 5), Mode.MIRROR, FENCE)).isTrue();
    assertThat(state.advance(applied("r3", "delete", 1, 1), Mode.MIRROR, FENCE)).isFalse();
    assertThat(state.advance(applied("r9", "upsert", 1, 3), Mode.INSERT, FENCE)).isTrue();
    assertThat(state.advance(applied("r9", "upsert", 3, 4), Mode.INSERT, FENCE)).isFalse();

    assertThat(held()).containsExactly("1 r1", "2 r3", "3 r3");
  }

  @Test
  void rowsThatAFirstCommitLeftInPlaceAreNotThereTwice() {
    SyncState state = state(0);
    state.advance(applied("r1", "upsert", 1, 3), Mode.MIRROR, 1);
    taken(2 * FENCE); // Delta will leave the first of this fence's two commits out

    assertThat(state.advance(applied("r3", "upsert", 2, 4), Mode.MIRROR, FENCE)).isTrue();

    assertThat(held()).containsExactly("1 r1", "2 r3", "3 r3", "4 r3");
  }

  @Test
  void anAdvanceThatDiedBetweenItsCommitsIsEndedByTheNextOne() {
    SyncState state = state(0);
    state.advance(applied("r1", "upsert", 1, 3), Mode.MIRROR, 1);
    table().fenced(SPARK, SyncState.APP_ID, 2 * FENCE).delete("id > 1");
    assertThat(held()).as("its first commit").containsExactly("1 r1");

    assertThat(state.advance(applied("r3", "upsert", 2, 4), Mode.MIRROR, FENCE)).isTrue();

    assertThat(held()).containsExactly("1 r1", "2 r3", "3 r3", "4 r3");
  }
}
