/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.backhaul.diff.testkit.SparkSessions;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowHashTest {

  private static final SparkSession SPARK = SparkSessions.shared();

  /** Two rows, as lists of SQL values of the given columns. */
  private static boolean equalHashes(String columns, String left, String right) {
    StructField[] fields = StructType.fromDDL(columns).fields();
    String[] names = StructType.fromDDL(columns).fieldNames();
    List<DataType> types = Arrays.stream(fields).map(StructField::dataType).toList();
    Column[] cast =
        Arrays.stream(fields)
            .map(f -> col(f.name()).cast(f.dataType()).as(f.name()))
            .toArray(Column[]::new);
    List<Row> hashes =
        SPARK
            .sql("SELECT %s UNION ALL SELECT %s".formatted(left, right))
            .toDF(names)
            .select(cast)
            .select(RowHash.of("f", types, Arrays.stream(names).map(n -> col(n)).toList()))
            .collectAsList();
    return hashes.get(0).getLong(0) == hashes.get(1).getLong(0);
  }

  @Tag("fault-39")
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "a STRING, b STRING | null, 'a' | 'a', null",
        "a STRING, b STRING | 'ab', 'c' | 'a', 'bc'",
        "a STRING | null | ''",
        "a STRING | '' | ' '",
        "a STRING | 'null' | null",
        "a STRING | 'a' | 'A'",
        "a BIGINT | 9007199254740993 | 9007199254740992",
        "a BIGINT, b BIGINT | 0, null | null, 0",
        "a BOOLEAN | false | null",
        "a DOUBLE | double('NaN') | null",
        "a DOUBLE | 0.0D | null",
        "a DECIMAL(38,18) | 0.000000000000000001 | 0",
        "a DATE | date'1582-10-04' | date'1582-10-14'",
        "a TIMESTAMP | timestamp'2024-01-01T00:00:00.000001Z' | timestamp'2024-01-01T00:00:00Z'",
        "a ARRAY<STRING> | array() | null",
        "a ARRAY<STRING> | array() | array(null)",
        "a ARRAY<STRING> | array(null, 'a') | array('a', null)",
        "a ARRAY<STRING> | array('a', 'b') | array('b', 'a')",
        "a ARRAY<ARRAY<STRING>> | array(array('a'), array('b')) | array(array('a', 'b'))",
        "a ARRAY<STRING>, b ARRAY<STRING> | array('a'), array() | array(), array('a')",
        "a STRUCT<x: STRING, y: STRING> | struct(null, 'a') | struct('a', null)",
        "a STRUCT<x: STRING, y: STRING> | struct(null, null) | null",
        "a MAP<STRING, STRING> | map('a', 'b') | map('b', 'a')",
        "a MAP<STRING, STRING> | map('a', null) | map()",
        "a MAP<STRING, STRING> | map() | null",
        "a MAP<STRING, STRING> | map('a', 'x', 'b', 'y') | map('a', 'y', 'b', 'x')",
        "a BINARY | X'' | null",
        "a BINARY | X'00' | X'0000'"
      })
  void differentRowsHaveDifferentHashes(String columns, String left, String right) {
    assertThat(equalHashes(columns, left, right)).isFalse();
  }

  @Tag("fault-39")
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "a DOUBLE | -0.0D | 0.0D",
        "a FLOAT | float('-0.0') | float('0.0')",
        "a DOUBLE | double('NaN') | double('Infinity') - double('Infinity')",
        "a DECIMAL(10,2) | 1.5 | 1.50",
        "a TIMESTAMP | timestamp'2024-07-01T12:00:00+02:00' | timestamp'2024-07-01T10:00:00Z'",
        "a MAP<STRING, INT> | map('a', 1, 'b', 2) | map('b', 2, 'a', 1)",
        "a ARRAY<DOUBLE> | array(-0.0D) | array(0.0D)",
        "a ARRAY<MAP<STRING, INT>> | array(map('a', 1, 'b', 2)) | array(map('b', 2, 'a', 1))"
      })
  void oneValueHasOneHash(String columns, String left, String right) {
    assertThat(equalHashes(columns, left, right)).isTrue();
  }

  @Tag("platform")
  @Test
  void textsThatACollationTakesForTheSameHaveDifferentHashes() {
    assumeThat(SPARK.version()).as("Spark 3.5 has no collations").startsWith("4");

    assertThat(equalHashes("a STRING COLLATE UTF8_LCASE", "'a'", "'A'")).isFalse();
    assertThat(equalHashes("a ARRAY<STRING COLLATE UNICODE_CI>", "array('a')", "array('A')"))
        .isFalse();
  }

  @Tag("twin-39")
  @Test
  void sparksOwnHashWouldTakeNullAndAForAAndNull() {
    Row hashes =
        SPARK
            .sql(
                "SELECT xxhash64(null, 'a') = xxhash64('a', null), xxhash64(array()) ="
                    + " xxhash64(array(null))")
            .first();

    assertThat(hashes.getBoolean(0)).isTrue();
    assertThat(hashes.getBoolean(1)).isTrue();
  }

  @Tag("fault-39")
  @Test
  void aTextOfAMebibyteHashesByItsLastByteToo() {
    String text = "a".repeat((1 << 20) - 1);
    List<DataType> types = List.of(DataType.fromDDL("STRING"));
    Row hashes =
        SPARK
            .sql("SELECT repeat('a', 1048575) AS a")
            .selectExpr("a || 'a' AS a", "a || 'b' AS b")
            .select(
                RowHash.of("f", types, List.of(col("a"))),
                RowHash.of("f", types, List.of(col("b"))))
            .first();

    assertThat(hashes.getLong(0)).isEqualTo(ReferenceHash.of("f", List.of(text + "a")));
    assertThat(hashes.getLong(1)).isEqualTo(ReferenceHash.of("f", List.of(text + "b")));
  }

  @Test
  void anotherFingerprintGivesAnotherHashToTheSameRow() {
    List<DataType> types = List.of(DataType.fromDDL("INT"));
    Row hashes =
        SPARK
            .sql("SELECT 1 AS a")
            .select(
                RowHash.of("one", types, List.of(col("a"))),
                RowHash.of("two", types, List.of(col("a"))))
            .first();

    assertThat(hashes.getLong(0)).isNotEqualTo(hashes.getLong(1));
  }
}
