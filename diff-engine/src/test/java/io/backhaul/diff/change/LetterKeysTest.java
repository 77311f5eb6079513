/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.mapping.Mapping;
import io.backhaul.diff.mapping.MappingSpec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LetterKeysTest {

  @TempDir Path folder;

  @Test
  void theKeyOfALetterIsTheKeyOfItsRowWhateverItsType() {
    Dataset<Row> rows =
        TestSync.sql(
            "SELECT CAST(s AS STRING), CAST(n AS BIGINT), CAST(d AS DECIMAL(38, 6)),"
                + " CAST(day AS DATE), CAST(at AS TIMESTAMP), CAST(local AS TIMESTAMP_NTZ),"
                + " CAST(yes AS BOOLEAN), CAST(bytes AS BINARY)"
                + " FROM VALUES ('plain', 1, 1.5, '2024-02-29',"
                + " '2024-02-29T12:00:00.123456Z', '2024-02-29T12:00:00.1', true, 'abc'),"
                + " ('q\"\\\\ é😀', 9007199254740993, 0.000001, '1500-02-28',"
                + " '1500-02-28T00:00:00Z', '0001-01-01T00:00:00', false, ''),"
                + " ('', -1, -12345678901234567890.5, '9999-12-31', '1969-12-31T23:59:59.999999Z',"
                + " '9999-12-31T23:59:59.999999', true, 'ÿ')"
                + " AS t(s, n, d, day, at, local, yes, bytes)");
    TestSync sync =
        new TestSync(
            folder,
            new MappingSpec(
                List.of("s", "n", "d", "day", "at", "local", "yes", "bytes"),
                null,
                List.of(new FieldMapping.FromColumn("name", "s")),
                Set.of()));
    Mapping mapping = sync.mapping(rows);
    Dataset<Row> rendered = mapping.rendered(mapping.hashed(rows), null).select("key");

    Dataset<Row> keys = LetterKeys.of(rendered, mapping.keySchema());

    Column same =
        Arrays.stream(rows.columns())
            .map(name -> rows.col(name).equalTo(keys.col(name)))
            .reduce(Column::and)
            .orElseThrow();
    assertThat(keys.count()).isEqualTo(3);
    assertThat(rows.join(keys, same, "left_anti").select(col("s")).collectAsList()).isEmpty();
  }
}
