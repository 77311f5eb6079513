/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.testkit.SparkSessions;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlSourceTest {

  private static final SparkSession SPARK = SparkSessions.shared();

  private static SnapshotSource source(String query) {
    return SnapshotSource.of(new SourceSpec.Sql(query));
  }

  @Test
  void aQueryIsASource() {
    SnapshotSource source = source("WITH t AS (SELECT 1 AS id) SELECT id, 'x' AS name FROM t");

    assertThat(source.schema(SPARK).simpleString()).isEqualTo("struct<id:int,name:string>");
    assertThat(source.pin(SPARK).rows().count()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TABLE kept",
        "INSERT INTO kept VALUES (2)",
        "WITH t AS (SELECT 2 AS id) INSERT INTO kept SELECT id FROM t",
        "CREATE TABLE made AS SELECT 1 AS id",
        "SET spark.sql.ansi.enabled = true",
        "ADD JAR nothing.jar",
        "CREATE OR REPLACE TEMPORARY VIEW kept AS SELECT 3 AS id"
      })
  void aStatementIsRefusedBeforeItRuns(String statement) {
    SPARK.sql("SELECT 1 AS id").createOrReplaceTempView("kept");

    assertThatThrownBy(() -> source(statement).pin(SPARK)).isInstanceOf(SourceException.class);

    assertThat(SPARK.table("kept").first().getInt(0)).isEqualTo(1);
    assertThat(SPARK.catalog().tableExists("made")).isFalse();
    assertThat(SPARK.conf().get("spark.sql.ansi.enabled")).isEqualTo("false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT * FROM no_such_table", "SELEC 1", "SELECT nope FROM range(1)"})
  void aQueryThatDoesNotRunSaysWhy(String query) {
    assertThatThrownBy(() -> source(query).pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("source.query");
  }
}
