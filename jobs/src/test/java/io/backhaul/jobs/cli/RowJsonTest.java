/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class RowJsonTest {

  private static Row row(String ddl, Object... values) {
    return new GenericRowWithSchema(values, StructType.fromDDL(ddl));
  }

  @Test
  void scalarsKeepTheirValueExactly() {
    Row row =
        row(
            "a BIGINT, b DECIMAL(30, 2), c DOUBLE, d FLOAT, e BOOLEAN, f STRING, g STRING",
            9007199254740993L,
            new BigDecimal("12345678901234567890.10"),
            0.1,
            0.1f,
            true,
            "ä\"\n",
            null);
    assertThat(RowJson.of(row).toString())
        .isEqualTo(
            "{\"a\":9007199254740993,\"b\":12345678901234567890.10,\"c\":0.1,\"d\":0.1,\"e\":true,"
                + "\"f\":\"ä\\\"\\n\",\"g\":null}");
  }

  @Test
  void timesAreInUtcAndBinaryIsInBase64() {
    Row row =
        row(
            "a TIMESTAMP, b DATE, c BINARY",
            Timestamp.from(Instant.parse("2026-03-01T12:00:00.123456Z")),
            Date.valueOf(LocalDate.of(2026, 3, 1)),
            new byte[] {1, 2, 3});
    assertThat(RowJson.of(row).toString())
        .isEqualTo("{\"a\":\"2026-03-01T12:00:00.123456Z\",\"b\":\"2026-03-01\",\"c\":\"AQID\"}");
  }

  @Test
  void numbersThatJsonDoesNotHaveAreWords() {
    Row row = row("a DOUBLE, b FLOAT", Double.NaN, Float.NEGATIVE_INFINITY);
    assertThat(RowJson.of(row).toString()).isEqualTo("{\"a\":\"NaN\",\"b\":\"-Infinity\"}");
  }

  @Test
  void nestedRowsAreObjects() {
    Row nested = row("field STRING, rule STRING", "email", null);
    assertThat(RowJson.of(row("f STRUCT<field: STRING, rule: STRING>", nested)).toString())
        .isEqualTo("{\"f\":{\"field\":\"email\",\"rule\":null}}");
  }
}
