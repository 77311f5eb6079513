/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.testkit.SparkSessions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceHashesTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final StructType ID = new StructType().add("id", DataTypes.LongType);
  private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant LATER = FIRST.plusSeconds(60);

  @TempDir Path folder;
  private TableRef table;
  private SourceHashes hashes;

  @BeforeEach
  void noHashes() {
    table = new TableRef.ByPath(folder.resolve("hashes").toString());
    hashes = new SourceHashes(SPARK, table, ID, "basis");
  }

  /** Rows from one id to another, whose hashes hold {@code version}. */
  private static Dataset<Row> rows(long from, long to, int version) {
    return SPARK
        .range(from, to)
        .selectExpr(
            "struct(id) AS source_key",
            "unhex(md5(concat(id, ' v" + version + "'))) AS source_hash",
            "id * 10 + " + version + " AS row_hash");
  }

  private static Dataset<Row> held(long from, long to) {
    return SPARK.range(from, to).toDF("id");
  }

  private List<Row> known() {
    return hashes.read().selectExpr("id", "row_hash").orderBy("id").collectAsList();
  }

  private static List<Row> pairs(String values) {
    return SPARK
        .sql("SELECT id, row_hash FROM VALUES " + values + " AS t(id, row_hash)")
        .collectAsList();
  }

  @Test
  void theLatestHashOfAKeyIsTheOneThatIsKnown() {
    assertThat(hashes.isEmpty()).isTrue();
    hashes.replace(rows(0, 3, 1), FIRST);
    hashes.add(rows(1, 2, 2), LATER, 3, held(0, 3));

    assertThat(hashes.isEmpty()).isFalse();
    assertThat(known()).isEqualTo(pairs("(0L, 1L), (1L, 12L), (2L, 21L)"));
    assertThat(hashes.read().where("source_hash = unhex(md5('1 v2'))").count()).isEqualTo(1);
  }

  @Test
  void hashesOfAnotherBasisAreNotKnownAndGoWithTheNextWholeRead() {
    hashes.replace(rows(0, 3, 1), FIRST);
    SourceHashes other = new SourceHashes(SPARK, table, ID, "other");
    assertThat(other.isEmpty()).isTrue();

    other.replace(rows(5, 6, 1), LATER);

    assertThat(hashes.isEmpty()).isTrue();
    assertThat(table.read(SPARK).count()).isEqualTo(1);
  }

  @Test
  void aKeyOfAnotherTypeStartsOver() {
    hashes.replace(rows(0, 3, 1), FIRST);
    StructType text = new StructType().add("id", DataTypes.StringType);
    SourceHashes other = new SourceHashes(SPARK, table, text, "basis");
    assertThat(other.isEmpty()).isTrue();

    other.add(
        rows(0, 1, 1)
            .selectExpr(
                "struct(string(source_key.id) AS id) AS source_key", "source_hash", "row_hash"),
        LATER,
        1,
        held(0, 1));

    assertThat(other.read().count()).isEqualTo(1);
    assertThat(hashes.isEmpty()).isTrue();
  }

  @Test
  void whatIsOfNoUseAnyMoreGoesOnceItIsMuch() {
    hashes.replace(rows(0, 6_000, 1), FIRST);
    hashes.add(rows(0, 6_000, 2), LATER, 2_000, held(0, 2_000));
    assertThat(table.rowCount(SPARK)).as("12,000 rows for 2,000 are not much").isEqualTo(12_000);

    hashes.add(rows(0, 3_000, 3), LATER.plusSeconds(1), 2_000, held(0, 2_000));

    assertThat(table.rowCount(SPARK)).isEqualTo(2_000);
    assertThat(hashes.read().where("row_hash % 10 = 3").count()).isEqualTo(2_000);
    hashes.add(rows(0, 1, 4), LATER.plusSeconds(2), 2_000, held(0, 2_000));
    assertThat(hashes.read().where("id = 0").first().<Long>getAs("row_hash")).isEqualTo(4);
  }
}
