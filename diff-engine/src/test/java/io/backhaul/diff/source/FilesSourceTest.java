/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.testkit.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesSourceTest {

  private static final SparkSession SPARK = SparkSessions.shared();

  @TempDir Path folder;

  private SnapshotSource source(
      String format, String text, String schema, Map<String, String> options) throws IOException {
    Path file = folder.resolve("rows." + format);
    Files.writeString(file, text);
    return SnapshotSource.of(new SourceSpec.Files(format, file.toString(), schema, options));
  }

  @Test
  void csvIsReadWithTheDeclaredTypes() throws IOException {
    SnapshotSource source =
        source(
            "csv",
            "id,amount\n1,2.50\n",
            "id BIGINT, amount DECIMAL(10,2)",
            Map.of("header", "true"));

    Row row = source.pin(SPARK).rows().first();

    assertThat(row.getLong(0)).isEqualTo(1);
    assertThat(row.getDecimal(1)).isEqualByComparingTo("2.50");
    assertThat(source.schema(SPARK).simpleString())
        .isEqualTo("struct<id:bigint,amount:decimal(10,2)>");
  }

  @Test
  void csvColumnsInAnotherOrderThanDeclaredAreNotSwapped() throws IOException {
    SnapshotSource source =
        source(
            "csv",
            "last,first\nLovelace,Ada\n",
            "first STRING, last STRING",
            Map.of("header", "true"));

    assertThatThrownBy(() -> source.pin(SPARK).rows().collectAsList())
        .hasStackTraceContaining("CSV header does not conform to the schema");
  }

  @Test
  void aValueThatDoesNotParseIsAnErrorAndNotNull() throws IOException {
    SnapshotSource strict = source("csv", "id\nseventeen\n", "id BIGINT", Map.of("header", "true"));
    assertThatThrownBy(() -> strict.pin(SPARK).rows().collectAsList())
        .hasStackTraceContaining("MALFORMED_RECORD");

    SnapshotSource asSparkDoes =
        source(
            "csv", "id\nseventeen\n", "id BIGINT", Map.of("HEADER", "true", "Mode", "PERMISSIVE"));
    assertThat(asSparkDoes.pin(SPARK).rows().first().isNullAt(0)).isTrue();
  }

  @Test
  void jsonAndParquetSayTheirColumnsThemselves() throws IOException {
    SnapshotSource json = source("json", "{\"id\": 1, \"tags\": [\"a\"]}\n", null, Map.of());
    assertThat(json.schema(SPARK).simpleString()).isEqualTo("struct<id:bigint,tags:array<string>>");

    String path = folder.resolve("parquet").toString();
    json.pin(SPARK).rows().write().parquet(path);
    SnapshotSource parquet =
        SnapshotSource.of(new SourceSpec.Files("parquet", path, null, Map.of()));
    assertThat(parquet.pin(SPARK).rows().count()).isEqualTo(1);
    assertThat(parquet.pin(SPARK).version()).isNull();
  }

  @Test
  void missingFilesAndBadSchemasNameTheSettingToChange() throws IOException {
    SnapshotSource missing =
        SnapshotSource.of(
            new SourceSpec.Files("csv", folder + "/nowhere/*.csv", "id BIGINT", Map.of()));
    assertThatThrownBy(() -> missing.pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("nowhere")
        .hasMessageContaining("check source.path");

    SnapshotSource badSchema = source("csv", "id\n1\n", "id BIGNIT", Map.of());
    assertThatThrownBy(() -> badSchema.schema(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("source.schema is not Spark DDL");

    SnapshotSource wrongFormat = source("parquet", "id\n1\n", null, Map.of());
    assertThatThrownBy(() -> wrongFormat.schema(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("check that source.type fits");
  }
}
