/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.testkit.DfAssert;
import io.backhaul.diff.testkit.SparkSessions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkSourceTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final Instant NOW = Instant.parse("2024-02-29T12:00:00Z");

  @TempDir Path folder;

  private static SnapshotSource source(
      String format, String path, Map<String, String> options, Set<String> secrets) {
    return SnapshotSource.of(
        new SourceSpec.Spark(format, path, null, options, secrets),
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @Test
  void aFormatWithoutATypeOfItsOwnIsReadWithItsOptions() {
    String path = folder.resolve("customers").toString();
    SPARK.sql("SELECT 1L AS id, 'a' AS name").write().orc(path + "/day=1");
    SPARK.sql("SELECT 2L AS id, 'b' AS name, true AS vip").write().orc(path + "/day=2");
    SnapshotSource source = source("orc", path, Map.of("mergeSchema", "true"), Set.of());

    assertThat(source.schema(SPARK).fieldNames()).containsExactly("id", "name", "vip", "day");
    Snapshot snapshot = source.pin(SPARK);
    DfAssert.assertSameRows(
        SPARK.sql("SELECT * FROM VALUES (1L, CAST(NULL AS BOOLEAN)), (2L, true) AS t(id, vip)"),
        snapshot.rows().select("id", "vip"));
    assertThat(snapshot.version()).isNull();
    assertThat(snapshot.pinnedAt()).isEqualTo(NOW);
  }

  @Test
  void aDataSourceNeedsNoPath() {
    SnapshotSource source = source("rate-micro-batch", null, Map.of(), Set.of());

    assertThatThrownBy(() -> source.schema(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("Spark[rate-micro-batch] cannot be read")
        .hasMessageContaining("source.options");
  }

  @Test
  void whatIsNotOnTheClassPathIsNamedWithItsPackage() {
    for (String format : new String[] {"hudi", "bigquery", "avro", "mongodb"}) {
      assertThatThrownBy(() -> source(format, "/nowhere", Map.of(), Set.of()).pin(SPARK))
          .isInstanceOf(SourceException.class)
          .hasMessageStartingWith("there is no data source `" + format + "` on the class path")
          .hasMessageContaining("--packages")
          .hasMessageContaining("_" + scalaVersion() + ":");
    }
    assertThatThrownBy(() -> source("colander", "/nowhere", Map.of(), Set.of()).pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("add its jars");
  }

  private static String scalaVersion() {
    return scala.util.Properties.versionNumberString().replaceFirst("\\.[0-9]+$", "");
  }

  @Test
  void packagesAreThoseOfTheSparkThatRuns() {
    assertThat(new SparkPackages("3.5", "2.12", "3.5.9").coordinates("Iceberg"))
        .contains("org.apache.iceberg:iceberg-spark-runtime-3.5_2.12:1.10.1");
    assertThat(new SparkPackages("4.0", "2.13", "4.0.4").coordinates("avro"))
        .contains("org.apache.spark:spark-avro_2.13:4.0.4");
    assertThat(SparkPackages.of("3.5.9-SNAPSHOT").full()).isEqualTo("3.5.9");
  }

  @Test
  void missingFilesAreNamed() {
    String path = folder.resolve("nowhere").toString();

    assertThatThrownBy(() -> source("orc", path, Map.of(), Set.of()).pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining(path)
        .hasMessageContaining("check source.path");
  }

  /** The twin without {@code secrets} shows that the data source does quote. */
  @Test
  void aSecretThatADataSourceQuotesStandsInNoMessage() {
    String format = QuotingDataSource.class.getName();
    Map<String, String> options = Map.of("account", "acme", "apiKey", "not-a-secret-4711");

    assertThatThrownBy(() -> source(format, null, options, Set.of()).pin(SPARK))
        .hasMessageContaining("not-a-secret-4711");
    assertThatThrownBy(() -> source(format, null, options, Set.of("apiKey")).pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("no login with")
        .hasMessageContaining("acme")
        .hasMessageNotContaining("4711")
        .hasNoCause();
  }
}
