/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.testkit.SparkSessions;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A table by its name, which Delta writes to in other ways than to a folder. */
class NamedTableTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final StructType SCHEMA =
      StructType.fromDDL("tenant STRING, n INT COMMENT 'A number', text STRING");
  private static final String RETENTION = "delta.logRetentionDuration";

  private final TableRef table = new TableRef.ByName("spark_catalog.named.numbers");

  @BeforeEach
  void aTableOfTwoPartitions() {
    SPARK.sql("CREATE SCHEMA named");
    assertThat(table.exists(SPARK)).isFalse();
    for (int i = 0; i < 2; i++) {
      table.createIfMissing(
          SPARK, SCHEMA, List.of("tenant"), "For a test", Map.of(RETENTION, "interval 7 days"));
    }
    table.append(rows("a", 0, 3), "app", 1);
    table.append(rows("b", 10, 12), "app", 2);
  }

  @AfterEach
  void drop() {
    SPARK.sql("DROP SCHEMA named CASCADE");
  }

  /** Whether it can be told which partition a commit changed. */
  boolean logNamesPartitions() {
    return true;
  }

  private static Dataset<Row> rows(String tenant, int from, int to) {
    return SPARK
        .range(from, to)
        .selectExpr("'" + tenant + "' AS tenant", "CAST(id AS INT) AS n", "'x' AS text");
  }

  private void assertNumbers(Integer... expected) {
    assertThat(
            new TreeSet<>(
                table.read(SPARK).select("n").collectAsList().stream()
                    .map(row -> row.getInt(0))
                    .toList()))
        .containsExactly(expected);
  }

  private void assertMadeAsBefore() {
    Row detail = SPARK.sql("DESCRIBE DETAIL " + table.sql()).head();
    assertThat(detail.<String>getAs("description")).isEqualTo("For a test");
    assertThat(detail.getList(detail.fieldIndex("partitionColumns"))).isEqualTo(List.of("tenant"));
    assertThat(table.property(SPARK, RETENTION)).isEqualTo("interval 7 days");
    assertThat(table.read(SPARK).schema().apply("n").getComment().get()).isEqualTo("A number");
  }

  @Test
  void anAppendIsMadeOnceAndNeverAfterALaterOne() {
    table.append(rows("a", 5, 6), "app", 2);
    table.append(rows("a", 6, 7), "app", 1);
    table.append(rows("a", 7, 8), "other", 1, table.version(SPARK));
    table.append(rows("a", 8, 9), "other", 1);

    assertNumbers(0, 1, 2, 7, 10, 11);
    assertThat(table.transaction(SPARK, "app")).hasValue(2);
    assertThat(table.rowCount(SPARK)).isEqualTo(6);
    assertMadeAsBefore();
  }

  @Test
  void aPartitionIsReplacedOnceForEachRevision() {
    Map<String, String> place = Map.of("tenant", "b");
    long before = table.version(SPARK);

    OptionalLong first = table.replace(rows("b", 20, 21), place, "place b", 1, "one");
    assertThat(first).hasValue(before + 1);
    assertThat(table.replace(rows("b", 30, 31), place, "place b", 1, "two")).isEmpty();
    assertNumbers(0, 1, 2, 20);
    assertThat(table.replace(rows("b", 40, 41), place, "place b", 2, "two")).hasValue(before + 2);

    assertNumbers(0, 1, 2, 40);
    assertThat(table.read(SPARK, place).count()).isEqualTo(1);
    assertThat(table.untouchedSince(SPARK, before, Map.of("tenant", "a")))
        .isEqualTo(logNamesPartitions());
    assertThat(table.untouchedSince(SPARK, before, place)).isFalse();
    assertMadeAsBefore();
  }

  @Test
  void allRowsAreReplacedOnceByOthersWhichMayComeFromTheTableItself() {
    for (int i = 0; i < 2; i++) {
      table.replace(
          table.read(SPARK).withColumn("n", functions.expr("n + 1")),
          List.of("tenant"),
          "all",
          1,
          false);
    }
    assertNumbers(1, 2, 3, 11, 12);
    assertMadeAsBefore();

    table.replace(
        table.read(SPARK).selectExpr("tenant", "CAST(n AS BIGINT) AS n", "text"),
        List.of("tenant"),
        "wider",
        1,
        true);
    assertThat(table.read(SPARK).schema().apply("n").dataType().sql()).isEqualTo("BIGINT");
    assertThat(table.rowCount(SPARK)).isEqualTo(5);
    assertThat(table.property(SPARK, RETENTION)).isEqualTo("interval 7 days");
  }

  @Test
  void deletesAndColumnsThatAreAddedTakeTheName() {
    for (int i = 0; i < 2; i++) {
      table.fenced(SPARK, "app", 3).delete(functions.expr("n < " + (i + 1)));
    }
    assertNumbers(1, 2, 10, 11);

    table.addMissing(SPARK, SCHEMA.add("added", "string"));
    assertThat(table.read(SPARK).columns()).containsExactly("tenant", "n", "text", "added");
    assertMadeAsBefore();
  }
}
