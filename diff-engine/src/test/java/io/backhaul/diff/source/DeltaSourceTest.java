/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.testkit.DfAssert;
import io.backhaul.diff.testkit.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaSourceTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final Instant NOW = Instant.parse("2024-02-29T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  @TempDir Path folder;

  private String table(boolean feed) {
    String path = folder.resolve("customers").toString();
    SPARK
        .sql("SELECT * FROM VALUES (1L, 'a'), (2L, 'b'), (3L, 'c') AS t(id, name)")
        .coalesce(1)
        .write()
        .format("delta")
        .option("delta.enableChangeDataFeed", feed)
        .option("delta.checkpointInterval", 2)
        .save(path);
    return path;
  }

  private static SnapshotSource source(String path) {
    return SnapshotSource.of(new SourceSpec.Delta(path, null), CLOCK);
  }

  private static Dataset<Row> ids(String values) {
    return SPARK.sql("SELECT bigint(id) AS id FROM VALUES " + values + " AS t(id)");
  }

  @Test
  void aPinnedSnapshotDoesNotSeeLaterCommits() {
    String path = table(false);

    Snapshot snapshot = source(path).pin(SPARK);
    SPARK.sql("DELETE FROM delta.`%s` WHERE id = 2".formatted(path));

    assertThat(snapshot.version()).isEqualTo(0);
    assertThat(snapshot.pinnedAt()).isEqualTo(NOW);
    assertThat(snapshot.committedAt()).isBeforeOrEqualTo(Instant.now());
    assertThat(SPARK.read().format("delta").load(path).count()).isEqualTo(2);
    DfAssert.assertSameRows(ids("(1), (2), (3)"), snapshot.rows().select("id"));
  }

  @Test
  void aTableIsFoundByNameToo() {
    String path = table(false);
    SPARK.sql("CREATE TABLE customers_by_name USING delta LOCATION '%s'".formatted(path));
    try {
      Snapshot snapshot =
          SnapshotSource.of(new SourceSpec.Delta(null, "customers_by_name"), CLOCK).pin(SPARK);
      SPARK.sql("DELETE FROM customers_by_name WHERE id = 2");

      DfAssert.assertSameRows(ids("(1), (2), (3)"), snapshot.rows().select("id"));
    } finally {
      SPARK.sql("DROP TABLE customers_by_name");
    }
  }

  @Test
  void whatIsNotADeltaTableIsNamedWithTheRemedy() {
    SPARK.range(1).write().parquet(folder.resolve("plain").toString());
    SPARK.range(1).createOrReplaceTempView("just_a_view");

    assertThatThrownBy(() -> source(folder.resolve("nowhere").toString()).pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("nowhere")
        .hasMessageContaining("check source.path");
    assertThatThrownBy(() -> source(folder.resolve("plain").toString()).pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("type: parquet");
    for (String name : List.of("no_such_table", "no_schema.no_table", "just_a_view", "a b")) {
      assertThatThrownBy(
              () -> SnapshotSource.of(new SourceSpec.Delta(null, name), CLOCK).pin(SPARK))
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("`" + name + "`");
    }
  }

  @Test
  void theChangeFeedNamesEachTouchedKeyOnce() {
    String path = table(true);
    long settled = source(path).pin(SPARK).version();
    SPARK.sql("UPDATE delta.`%s` SET name = 'B' WHERE id = 2".formatted(path));
    SPARK.sql("UPDATE delta.`%s` SET name = 'BB' WHERE id = 2".formatted(path));
    SPARK.sql("DELETE FROM delta.`%s` WHERE id = 3".formatted(path));
    Snapshot to = source(path).pin(SPARK);
    SPARK.sql("INSERT INTO delta.`%s` VALUES (9, 'too late')".formatted(path));

    try (ChangeFeed feed = source(path).changesSince(SPARK, settled, to, List.of("id"))) {
      assertThat(feed).isInstanceOf(ChangeFeed.Available.class);
      DfAssert.assertSameRows(ids("(2), (3)"), ((ChangeFeed.Available) feed).keysTouched());
    }
    try (ChangeFeed none = source(path).changesSince(SPARK, to.version(), to, List.of("id"))) {
      assertThat(((ChangeFeed.Available) none).keysTouched().count()).isZero();
    }
  }

  @Test
  void aFeedThatWasNeverEnabledOrTooLateIsUnavailableWithTheReason() {
    String path = table(false);
    SPARK.sql("DELETE FROM delta.`%s` WHERE id = 3".formatted(path));
    assertThat(reason(path, 0)).contains("not enabled").contains("delta.enableChangeDataFeed");

    SPARK.sql(
        "ALTER TABLE delta.`%s` SET TBLPROPERTIES (delta.enableChangeDataFeed = true)"
            .formatted(path));
    assertThat(reason(path, 0)).contains("from version 1 to 2 is not readable");
  }

  @Test
  void aFeedWhoseFilesAreGoneIsUnavailableAlthoughItIsEnabled() throws Exception {
    String path = table(true);
    SPARK.sql("UPDATE delta.`%s` SET name = 'B' WHERE id = 2".formatted(path));
    assertThat(feed(path, 0)).isInstanceOf(ChangeFeed.Available.class);

    delete(path + "/_change_data"); // what VACUUM leaves of it after the retention
    assertThat(reason(path, 0)).contains("from version 1 to 1 is not readable");
  }

  @Test
  void aFeedWhoseLogWasCleanedUpIsUnavailable() throws Exception {
    String path = table(true);
    SPARK.sql("UPDATE delta.`%s` SET name = 'B' WHERE id = 2".formatted(path));
    SPARK.sql("UPDATE delta.`%s` SET name = 'C' WHERE id = 2".formatted(path));

    delete(path + "/_delta_log/00000000000000000000.json");
    delete(path + "/_delta_log/00000000000000000001.json");
    DeltaLog.clearCache();
    assertThat(reason(path, 0)).contains("from version 1 to 2 is not readable");
  }

  @Test
  void aTableMadeAnewIsKnownByItsIdAndItsVersion() throws Exception {
    String path = table(true);
    SPARK.sql("DELETE FROM delta.`%s` WHERE id = 3".formatted(path));
    Snapshot before = source(path).pin(SPARK);
    delete(path);
    table(true);

    assertThat(source(path).pin(SPARK).tableId()).isNotEqualTo(before.tableId());
    assertThat(reason(path, before.version())).contains("behind the settled version 1");
  }

  private static void delete(String path) throws IOException {
    Path at = Path.of(path);
    try (Stream<Path> all = Files.walk(at)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
    Files.deleteIfExists(at.resolveSibling("." + at.getFileName() + ".crc"));
  }

  private static ChangeFeed feed(String path, long settled) {
    SnapshotSource source = source(path);
    try (ChangeFeed feed = source.changesSince(SPARK, settled, source.pin(SPARK), List.of("id"))) {
      return feed;
    }
  }

  private static String reason(String path, long settled) {
    ChangeFeed feed = feed(path, settled);
    assertThat(feed).isInstanceOf(ChangeFeed.Unavailable.class);
    return ((ChangeFeed.Unavailable) feed).reason();
  }
}
