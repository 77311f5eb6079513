/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.reach.HostReach;
import io.backhaul.diff.reach.PathReach;
import io.backhaul.diff.reach.Reach;
import io.backhaul.diff.reach.TableReach;
import io.backhaul.diff.testkit.SparkSessions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tenant {@code mallory} asks Spark for {@code acme}'s rows. Each refusal has a twin that shows
 * that Spark would have answered.
 */
class TenantQueryTest {

  private static final SparkSession SPARK = SparkSessions.shared();

  @TempDir static Path home;

  @BeforeAll
  static void bothHaveATable() throws Exception {
    for (String tenant : List.of("acme", "mallory")) {
      Dataset<Row> rows = SPARK.sql("SELECT 1 AS id, 'of " + tenant + "' AS secret");
      rows.write().parquet(home + "/" + tenant + "/files");
      rows.write().format("delta").save(home + "/" + tenant + "/delta");
      SPARK.sql("CREATE SCHEMA IF NOT EXISTS tenant_" + tenant);
      rows.write().format("delta").saveAsTable("tenant_" + tenant + ".t");
    }
    SPARK.sql("CREATE VIEW tenant_mallory.slice AS SELECT id FROM tenant_acme.t");
    SPARK.table("tenant_acme.t").createOrReplaceTempView("tenant_temporary");
    SPARK.udf().register("tenant_udf", (UDF1<Integer, Integer>) id -> id, DataTypes.IntegerType);
    Files.createSymbolicLink(home.resolve("mallory/link"), home.resolve("acme/files"));
  }

  @AfterAll
  static void leaveNothing() {
    SPARK.catalog().dropTempView("tenant_temporary");
    SPARK.sql("DROP SCHEMA tenant_mallory CASCADE");
    SPARK.sql("DROP SCHEMA tenant_acme CASCADE");
  }

  private static Reach reach(String... tables) {
    return new Reach(
        "mallory",
        "conf/tenants/mallory.yaml",
        new PathReach(List.of(home + "/mallory")),
        new TableReach(List.of(tables)),
        Set.of(),
        new HostReach(List.of()),
        Set.of());
  }

  private static Dataset<Row> rows(String query, Reach reach) {
    SourceSpec.Sql spec = new SourceSpec.Sql(query.replace("HOME", home.toString()), reach);
    return SnapshotSource.of(spec).pin(SPARK).rows();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT secret FROM parquet.`HOME/acme/files`",
        "SELECT secret FROM delta.`HOME/acme/delta`",
        "SELECT secret FROM delta.`HOME/acme/delta` VERSION AS OF 0",
        "SELECT secret FROM parquet.`HOME/mallory/../acme/files`",
        "SELECT secret FROM parquet.`HOME/mallory/link`",
        "SELECT secret FROM parquet.`HOME/mallory/l*k`",
        "SELECT secret FROM parquet.`HOME/mallory/{x,../acme/files}`",
        "SELECT secret FROM parquet.`HOME/{mallory/x,acme/files}`",
        "SELECT secret FROM tenant_acme.t",
        "SELECT secret FROM spark_catalog.tenant_acme.t",
        "SELECT secret FROM tenant_temporary",
        "SELECT secret FROM IDENTIFIER(concat('tenant_acme', '.t'))",
        "WITH a AS (SELECT * FROM tenant_acme.t) SELECT secret FROM a",
        "SELECT (SELECT max(secret) FROM tenant_acme.t) AS secret",
        "SELECT x.secret FROM tenant_mallory.t, LATERAL (SELECT secret FROM tenant_acme.t) x"
      })
  void acmesRowsWouldBeReadAndAreNot(String query) {
    assertThat(rows(query, null).first().getString(0)).isEqualTo("of acme");

    assertThatThrownBy(() -> rows(query, reach("spark_catalog.tenant_mallory")))
        .isInstanceOf(SourceException.class)
        .hasMessageStartingWith("source.query ")
        .hasMessageContaining(";");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT secret FROM parquet.`HOME/mallory/files`",
        "SELECT secret FROM parquet.`file:HOME/mallory/files`",
        "SELECT secret FROM delta.`HOME/mallory/delta`",
        "SELECT secret FROM tenant_mallory.t",
        "SELECT secret FROM spark_catalog.tenant_mallory.t VERSION AS OF 0",
        "WITH a AS (SELECT * FROM tenant_mallory.t) SELECT a.secret FROM a JOIN a AS b USING (id)",
        "SELECT secret FROM range(2) JOIN tenant_mallory.t USING (id)"
      })
  void mallorysOwnRowsAre(String query) {
    boolean uri = query.contains("file:");
    Reach own = reach("spark_catalog.tenant_mallory");
    Reach asUri =
        new Reach(
            own.tenant(),
            own.file(),
            new PathReach(List.of("file:" + home + "/mallory", home + "/mallory")),
            own.tables(),
            own.functions(),
            own.hosts(),
            own.jdbcOptions());

    assertThat(rows(query, uri ? asUri : own).first().getString(0)).isEqualTo("of mallory");
  }

  @Test
  void aViewOfACatalogCountsByItsOwnNameSoThatASliceCanBeShared() {
    assertThat(
            rows("SELECT * FROM tenant_mallory.slice", reach("spark_catalog.tenant_mallory"))
                .count())
        .isEqualTo(1);
    assertThatThrownBy(
            () -> rows("SELECT * FROM tenant_mallory.slice", reach("spark_catalog.other")))
        .isInstanceOf(SourceException.class);
  }

  /** That a name which is in reach stands for a temporary view, only the session knows. */
  @Test
  void aTemporaryViewInThePlaceOfATableIsSeen() {
    assertThatThrownBy(() -> rows("SELECT * FROM tenant_temporary", reach("spark_catalog.default")))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("reads the temporary view tenant_temporary");
  }

  /** A short name is of whatever catalog and schema the session is in. */
  @Test
  void aShortNameIsWhatTheSessionTakesItFor() {
    SPARK.sql("USE tenant_acme");
    try {
      assertThat(rows("SELECT secret FROM t", null).first().getString(0)).isEqualTo("of acme");
      assertThatThrownBy(() -> rows("SELECT secret FROM t", reach("spark_catalog.default")))
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("reads spark_catalog.tenant_acme.t");
    } finally {
      SPARK.sql("USE default");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT current_user",
        "SELECT user",
        "SELECT tenant_udf(1)",
        "SELECT * FROM range(3) WHERE current_user = 'x'",
        "SELECT (SELECT max(current_user) FROM range(1))"
      })
  void whatOnlyAnalysisShowsIsRefusedToo(String query) {
    assertThat(rows(query, null)).isNotNull();

    assertThatThrownBy(() -> rows(query, reach()))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("the tenant mallory may not use");
  }

  @Test
  void javaCodeWouldRunAndDoesNot() {
    String query = "SELECT reflect('java.lang.System', 'getProperty', 'user.home')";
    assertThat(SPARK.sql(query).first().getString(0)).isEqualTo(System.getProperty("user.home"));

    assertThatThrownBy(() -> rows(query, null)).isInstanceOf(SourceException.class);
    assertThatThrownBy(() -> rows(query, reach())).isInstanceOf(SourceException.class);
  }
}
