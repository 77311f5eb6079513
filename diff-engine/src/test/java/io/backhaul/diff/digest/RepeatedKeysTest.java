/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.digest;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.testkit.SparkSessions;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class RepeatedKeysTest {

  private static final SparkSession SPARK = SparkSessions.shared();

  /** 200,000 keys in eight partitions: about 150 pairs of them share a bit. */
  private static Dataset<Row> keys() {
    return SPARK.range(0, 200_000, 1, 8).toDF("id");
  }

  private static Dataset<Row> hashes(Dataset<Row> keys) {
    return keys.select(DigestScan.keyHash(col("id")).as("key_hash"));
  }

  @Test
  void keysThatOccurOnceAreNotTakenForRepeated() {
    assertThat(RepeatedKeys.find(hashes(keys()), 10).orElseThrow().isEmpty()).isTrue();
  }

  @Test
  void exactlyTheKeysThatOccurMoreThanOnceAreFoundWhereverTheirRowsAre() {
    Dataset<Row> keys =
        keys().union(SPARK.sql("SELECT explode(array(5L, 5L, 7L, 199999L, NULL, NULL)) AS id"));

    RepeatedKeys repeated = RepeatedKeys.find(hashes(keys), 10).orElseThrow();

    List<Row> found =
        keys.where(repeated.hold(DigestScan.keyHash(col("id")))).distinct().collectAsList();
    assertThat(found)
        .extracting(row -> row.isNullAt(0) ? -1L : row.getLong(0))
        .containsExactlyInAnyOrder(-1L, 5L, 7L, 199_999L);
  }

  @Test
  void moreThanFitsIntoMemoryIsNotKept() {
    Dataset<Row> keys = keys().union(keys().limit(11));

    assertThat(RepeatedKeys.find(hashes(keys), 10)).isEmpty();
  }

  @Test
  void ofNoRowsNoneIsRepeated() {
    assertThat(RepeatedKeys.find(hashes(keys().limit(0)), 10).orElseThrow().isEmpty()).isTrue();
  }
}
