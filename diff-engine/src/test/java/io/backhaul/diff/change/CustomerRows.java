/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.mapping.MappingSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A few customers, and mappings of them, that tests of change detection share. */
final class CustomerRows {

  static final String KEY_1 = "{\"id\":1}";
  static final String KEY_2 = "{\"id\":2}";
  static final String KEY_3 = "{\"id\":3}";

  private CustomerRows() {}

  static MappingSpec spec(List<String> fields, Set<String> pii) {
    Map<String, FieldMapping> all =
        Map.of(
            "customer", new FieldMapping.FromColumn("customer", "id"),
            "email", new FieldMapping.FromColumn("email", "email"),
            "score", new FieldMapping.FromColumn("score", "score"),
            "tier", new FieldMapping.FromExpression("tier", "if(score > 15, 'gold', null)"));
    return new MappingSpec(List.of("id"), null, fields.stream().map(all::get).toList(), pii);
  }

  /** Rows such as {@code (1, 'a', 10)}: id, email, score. */
  static Dataset<Row> source(String... rows) {
    return sourceOf("int", rows);
  }

  static Dataset<Row> sourceOf(String keyType, String... rows) {
    return TestSync.sql(
        "SELECT CAST(id AS "
            + keyType
            + ") AS id, email, score FROM VALUES "
            + String.join(", ", rows)
            + " AS t(id, email, score)");
  }

  static void assertBalanced(Counts counts) {
    assertThat(counts.source())
        .isEqualTo(
            counts.unchanged()
                + counts.plannedFromSource()
                + counts.invalidRows()
                + counts.quarantinedRows()
                + counts.heldBack());
  }
}
