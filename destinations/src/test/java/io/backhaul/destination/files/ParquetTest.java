/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.files;

import static io.backhaul.destination.files.Drops.batch;
import static io.backhaul.destination.files.Drops.change;
import static io.backhaul.destination.files.Drops.manifest;
import static io.backhaul.destination.files.Drops.open;
import static io.backhaul.destination.files.Drops.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Destination;
import io.backhaul.destination.Op;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParquetTest {

  @TempDir Path folder;

  private List<Group> read(String file) throws IOException {
    List<Group> rows = new ArrayList<>();
    try (ParquetReader<Group> reader =
        ParquetReader.builder(
                new GroupReadSupport(), new org.apache.hadoop.fs.Path(folder.resolve(file).toUri()))
            .build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        rows.add(row);
      }
    }
    return rows;
  }

  @Tag("platform")
  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void everyTypeIsReadBackAsItWas(String compression) throws IOException {
    ObjectNode properties = Drops.properties(folder.toUri().toString());
    properties.put("format", "parquet").put("compression", compression);
    properties
        .putObject("columns")
        .putObject("contacts")
        .put("id", "long")
        .put("name", "string")
        .put("balance", "decimal(38,10)")
        .put("ratio", "double")
        .put("ok", "boolean")
        .put("born", "date")
        .put("seen", "timestamp")
        .put("photo", "binary")
        .put("extra", "json");
    try (Destination destination = open(properties)) {
      write(
          destination,
          batch(
              "b1",
              change(
                  Op.UPSERT,
                  1,
                  """
                  {"id":9007199254740993,"name":"é 😀","balance":-1234567890123456789012345678.5,
                   "ratio":0.1,"ok":false,"born":"1582-10-04","seen":"2024-02-29T23:59:59.000001Z",
                   "photo":"AAH/","extra":{"a":[1,null]}}
                  """),
              change(Op.UPSERT, 2, "{\"name\":\"\"}")));
    }
    String ending = compression.equals("gzip") ? ".gz.parquet" : ".parquet";
    List<Group> rows = read("contacts/upsert/b1" + ending);
    assertThat(rows).hasSize(2);
    Group first = rows.get(0);
    assertThat(first.getLong("id", 0)).isEqualTo(9_007_199_254_740_993L);
    assertThat(first.getString("name", 0)).isEqualTo("é 😀");
    assertThat(new BigDecimal(new BigInteger(first.getBinary("balance", 0).getBytes()), 10))
        .isEqualByComparingTo("-1234567890123456789012345678.5");
    assertThat(first.getDouble("ratio", 0)).isEqualTo(0.1);
    assertThat(first.getBoolean("ok", 0)).isFalse();
    assertThat((long) first.getInteger("born", 0))
        .isEqualTo(LocalDate.parse("1582-10-04").toEpochDay());
    assertThat(first.getLong("seen", 0))
        .isEqualTo(Instant.parse("2024-02-29T23:59:59Z").getEpochSecond() * 1_000_000 + 1);
    assertThat(first.getBinary("photo", 0).getBytes()).containsExactly(0, 1, 255);
    assertThat(first.getString("extra", 0)).isEqualTo("{\"a\":[1,null]}");
    Group second = rows.get(1);
    assertThat(second.getFieldRepetitionCount("name")).isEqualTo(1);
    assertThat(second.getFieldRepetitionCount("balance")).isZero();
    assertThat(manifest(folder, "b1").path("columns").path(2).path("type").asText())
        .isEqualTo("decimal(38,10)");
  }

  @Test
  void undeclaredColumnsAreTextsSoThatNoTwoFilesDisagree() throws IOException {
    ObjectNode properties = Drops.properties(folder.toUri().toString()).put("format", "parquet");
    try (Destination destination = open(properties)) {
      write(destination, batch("b1", change(Op.UPSERT, 1, "{\"n\":1}")));
      write(destination, batch("b2", change(Op.UPSERT, 1, "{\"n\":\"one\"}")));
    }
    assertThat(read("contacts/upsert/b1.parquet").get(0).getString("n", 0)).isEqualTo("1");
    assertThat(read("contacts/upsert/b2.parquet").get(0).getString("n", 0)).isEqualTo("one");
  }
}
