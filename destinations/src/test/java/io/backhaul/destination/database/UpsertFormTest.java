/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.database.UpsertForm.Worded;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Words for databases that no test here starts. */
class UpsertFormTest {

  private static Worded worded(UpsertForm form, String product) {
    return form.worded("t", List.of("a", "k"), List.of(1), product);
  }

  @ParameterizedTest
  @CsvSource({
    "PostgreSQL,ON_CONFLICT",
    "SQLite,ON_CONFLICT",
    "MySQL,ON_DUPLICATE_KEY",
    "MariaDB,ON_DUPLICATE_KEY",
    "Microsoft SQL Server,MERGE",
    "Oracle,MERGE",
    "DB2/LINUXX8664,MERGE",
    "H2,MERGE",
    "Something Else,UPDATE_INSERT"
  })
  void aProductsNameTellsItsForm(String product, UpsertForm form) {
    assertThat(UpsertForm.of(product)).isEqualTo(form);
  }

  @Test
  void mysqlGoesByTheTablesUniqueKeys() {
    assertThat(worded(UpsertForm.ON_DUPLICATE_KEY, "MySQL").sql())
        .isEqualTo("INSERT INTO t (a, k) VALUES (?, ?) ON DUPLICATE KEY UPDATE a = VALUES(a)");
  }

  @Test
  void aMergeBindsTheKeyThenTheRestThenAll() {
    Worded merge = worded(UpsertForm.MERGE, "Oracle");
    assertThat(merge.sql())
        .isEqualTo(
            "MERGE INTO t t USING (SELECT 1 one FROM DUAL) s ON (t.k = ?) WHEN MATCHED THEN UPDATE"
                + " SET a = ? WHEN NOT MATCHED THEN INSERT (a, k) VALUES (?, ?)");
    assertThat(merge.parameters()).containsExactly(1, 0, 0, 1);
  }

  @Test
  void sqlServerEndsItsMergeAndLocksAgainstOthers() {
    assertThat(worded(UpsertForm.MERGE, "Microsoft SQL Server").sql())
        .startsWith("MERGE INTO t WITH (HOLDLOCK) t USING (SELECT 1 one) s ON (t.k = ?)")
        .endsWith(";");
  }

  @Test
  void aRowOfNothingButItsKeyOverwritesNothing() {
    assertThat(UpsertForm.ON_CONFLICT.worded("t", List.of("k"), List.of(0), "SQLite").sql())
        .isEqualTo("INSERT INTO t (k) VALUES (?) ON CONFLICT (k) DO NOTHING");
    assertThat(UpsertForm.MERGE.worded("t", List.of("k"), List.of(0), "H2").sql())
        .doesNotContain("WHEN MATCHED");
  }
}
