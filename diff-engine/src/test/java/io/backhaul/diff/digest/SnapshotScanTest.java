/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.digest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.testkit.SparkSessions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("platform")
class SnapshotScanTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final int BITS = 10;
  private static final Column KEY = DigestScan.keyHash(col("id"));
  private static final Column HASH = col("hash");

  /** Rows 0 to 9,999 in eight partitions, each with its number as hash. */
  private static Dataset<Row> known() {
    return SPARK.range(0, 10_000, 1, 8).select(col("id"), col("id").as("hash"));
  }

  private static SignedDigest signed(Dataset<Row> rows) {
    return DigestScan.signed(
        rows.select(
            KEY, HASH, lit(null).cast(DataTypes.LongType), lit(null).cast(DataTypes.StringType)),
        BITS);
  }

  private static SnapshotScan scan(Dataset<Row> rows, SignedDigest known, double mostNews) {
    return SnapshotScan.over(
        rows, false, KEY, HASH, col("id").cast("long"), known.signatures(), mostNews);
  }

  /** What is news, and whether the rest of it is what is known, less what of that is suspect. */
  private record Found(List<Long> news, List<Long> suspect, boolean explained) {}

  private static Found found(Dataset<Row> rows) {
    SignedDigest known = signed(known());
    try (SnapshotScan scan = scan(rows, known, 1)) {
      Dataset<Row> suspect = known().where(scan.suspects().hold(KEY, HASH));
      return new Found(
          ids(scan.news()), ids(suspect), scan.explains(suspect.select(KEY, HASH), known.digest()));
    }
  }

  private static List<Long> ids(Dataset<Row> rows) {
    return rows.select("id").collectAsList().stream().map(row -> row.getLong(0)).sorted().toList();
  }

  @Test
  void ofRowsThatAreAllKnownNoneIsNewsOrSuspect() {
    try (SnapshotScan scan = scan(known(), signed(known()), 1)) {
      assertThat(scan.news().count()).isZero();
      assertThat(scan.suspects().areNone()).isTrue();
      assertThat(scan.explains(signed(known()).digest())).isTrue();
      assertThat(scan.rows()).isEqualTo(10_000);
      assertThat(scan.latestMicros()).isEqualTo(9_999);
    }
  }

  @Test
  void changedAndNewRowsAreNewsAndOfWhatIsKnownTheChangedAndGoneAreSuspect() {
    Dataset<Row> edited =
        known()
            .withColumn("hash", expr("IF(id IN (5, 7777), -1, hash)"))
            .where("id NOT IN (9, 8888)")
            .union(SPARK.sql("SELECT 20000L AS id, 1L AS hash"));

    Found found = found(edited);

    assertThat(found.news()).containsExactly(5L, 7_777L, 20_000L);
    assertThat(found.suspect()).containsExactly(5L, 9L, 7_777L, 8_888L);
    assertThat(found.explained()).isTrue();
  }

  @Test
  void aSecondRowOfAKnownKeyIsNotExplainedWhateverItsHashAndWhereverItIs() {
    assertThat(found(known().union(SPARK.sql("SELECT 5L, -1L"))).explained()).isFalse();
    assertThat(found(known().union(SPARK.sql("SELECT 5L, 5L"))).explained()).isFalse();
    assertThat(found(known().union(SPARK.sql("SELECT 5L, 5L")).coalesce(1)).explained()).isFalse();
  }

  @Test
  void aChangeThatLooksLikeWhatWasThereIsNotExplained() {
    long key = SPARK.range(5, 6).toDF("id").select(KEY).head().getLong(0);
    long[] alike = twoHashesOfOneSignature(key);
    Dataset<Row> before = known().withColumn("hash", expr("IF(id = 5, " + alike[0] + "L, hash)"));
    Dataset<Row> after = known().withColumn("hash", expr("IF(id = 5, " + alike[1] + "L, hash)"));
    SignedDigest known = signed(before);

    try (SnapshotScan scan = scan(after, known, 1)) {
      assertThat(scan.suspects().areNone()).as("32 bits do not tell").isTrue();
      assertThat(scan.explains(known.digest())).as("64 bits do").isFalse();
    }
  }

  /** By the birthday paradox some 80,000 hashes do. */
  private static long[] twoHashesOfOneSignature(long key) {
    Random random = new Random(4711);
    Map<Integer, Long> seen = new HashMap<>();
    while (true) {
      long hash = random.nextLong();
      Long other = seen.put(Signatures.of(Digest.mark(key, hash)), hash);
      if (other != null && other != hash) {
        return new long[] {other, hash};
      }
    }
  }

  @Test
  void newsAreKeptOnlyUpToAShareOfTheRows() {
    Dataset<Row> many = SPARK.range(0, 400_000, 1, 2).select(col("id"), lit(-1L).as("hash"));

    try (SnapshotScan scan = scan(many, signed(known()), 0.25)) {
      assertThat(scan.incomplete()).isTrue();
      assertThat(scan.news().count()).isBetween(50_000L, 101_000L);
      assertThat(scan.rows()).as("rows that were looked at at all").isLessThan(101_000);
    }
    try (SnapshotScan scan = scan(many, signed(known()), 1)) {
      assertThat(scan.incomplete()).isFalse();
      assertThat(scan.news().count()).isEqualTo(400_000);
    }
  }

  /** Spark filters rows that lie in the driver's memory while it plans. */
  @Test
  void whatIsNotAskedOfATaskIsNotTakenForSeen() {
    Dataset<Row> local = SPARK.createDataFrame(known().collectAsList(), known().schema());

    try (SnapshotScan scan = scan(local, signed(known()), 1)) {
      assertThat(scan.incomplete()).isTrue();
    }
  }

  @Test
  void ofNoRowsAllThatIsKnownIsSuspect() {
    Found found = found(known().limit(0));

    assertThat(found.news()).isEmpty();
    assertThat(found.suspect()).hasSize(10_000);
    assertThat(found.explained()).isTrue();
  }
}
