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
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real catalog of Iceberg's, of the kind that is a folder. */
class IcebergSourceTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final Instant NOW = Instant.parse("2024-02-29T12:00:00Z");
  private static final String TABLE = "ice.shop.customers";

  @TempDir static Path warehouse;

  @BeforeAll
  static void aCatalog() {
    SPARK.conf().set("spark.sql.catalog.ice", "org.apache.iceberg.spark.SparkCatalog");
    SPARK.conf().set("spark.sql.catalog.ice.type", "hadoop");
    SPARK.conf().set("spark.sql.catalog.ice.warehouse", warehouse.toString());
    // for tables without a name; Iceberg's own choice needs the classes of Hive
    SPARK.conf().set("spark.sql.catalog.default_iceberg", "org.apache.iceberg.spark.SparkCatalog");
    SPARK.conf().set("spark.sql.catalog.default_iceberg.type", "hadoop");
    SPARK.conf().set("spark.sql.catalog.default_iceberg.warehouse", warehouse.toString());
  }

  @BeforeEach
  void aTable() {
    SPARK.sql(
        "CREATE TABLE %s (id BIGINT, name STRING) USING iceberg TBLPROPERTIES ('format-version' = '2')"
            .formatted(TABLE));
    SPARK.sql("INSERT INTO %s VALUES (1, 'a'), (2, 'b'), (3, 'c')".formatted(TABLE));
  }

  @AfterEach
  void noTable() {
    SPARK.sql("DROP TABLE " + TABLE);
  }

  private static SnapshotSource byName(Map<String, String> options) {
    return SnapshotSource.of(
        new SourceSpec.Spark("iceberg", null, TABLE, options, Set.of()),
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static Snapshot pin() {
    return byName(Map.of()).pin(SPARK);
  }

  private static Dataset<Row> rows(String values) {
    return SPARK.sql("SELECT bigint(id) AS id, name FROM VALUES " + values + " AS t(id, name)");
  }

  private static Row latest() {
    return SPARK
        .sql(
            "SELECT snapshot_id, committed_at FROM %s.snapshots ORDER BY committed_at DESC LIMIT 1"
                .formatted(TABLE))
        .head();
  }

  @Test
  void aPinnedSnapshotDoesNotSeeLaterCommitsHoweverOftenItIsRead() {
    Row before = latest();
    Snapshot snapshot = pin();
    SPARK.sql("INSERT INTO %s VALUES (9, 'too late')".formatted(TABLE));
    SPARK.sql("DELETE FROM %s WHERE id = 2".formatted(TABLE));

    assertThat(SPARK.table(TABLE).count()).isEqualTo(3);
    for (int read = 0; read < 2; read++) {
      DfAssert.assertSameRows(rows("(1, 'a'), (2, 'b'), (3, 'c')"), snapshot.rows());
    }
    assertThat(snapshot.version()).isEqualTo(before.getLong(0));
    assertThat(snapshot.committedAt())
        .isEqualTo(before.getTimestamp(1).toInstant())
        .isBetween(Instant.now().minus(1, ChronoUnit.DAYS), Instant.now());
    assertThat(snapshot.pinnedAt()).isEqualTo(NOW);
    assertThat(snapshot.countsVersions()).isFalse();
    assertThat(pin().version()).isEqualTo(latest().getLong(0)).isNotEqualTo(snapshot.version());
  }

  @Test
  void theRecordedSnapshotCanBeAskedForAgain() {
    long recorded = pin().version();
    SPARK.sql("DELETE FROM %s WHERE id < 3".formatted(TABLE));

    DfAssert.assertSameRows(
        rows("(1, 'a'), (2, 'b'), (3, 'c')"),
        SPARK.sql("SELECT * FROM %s VERSION AS OF %d".formatted(TABLE, recorded)));
  }

  @Test
  void aTableIsFoundByItsFolderToo() {
    SnapshotSource source =
        SnapshotSource.of(
            new SourceSpec.Spark(
                "iceberg",
                warehouse.resolve("shop/customers").toString(),
                null,
                Map.of(),
                Set.of()));

    Snapshot snapshot = source.pin(SPARK);
    SPARK.sql("DELETE FROM %s WHERE id = 2".formatted(TABLE));

    DfAssert.assertSameRows(rows("(1, 'a'), (2, 'b'), (3, 'c')"), snapshot.rows());
    assertThat(snapshot.version()).isNotNull();
  }

  @Test
  void rowsThatWereDeletedBesideTheirFilesAreGone() {
    SPARK.sql(
        "ALTER TABLE %s SET TBLPROPERTIES ('write.delete.mode' = 'merge-on-read')"
            .formatted(TABLE));
    SPARK.sql("DELETE FROM %s WHERE id = 2".formatted(TABLE));
    assertThat(SPARK.table(TABLE + ".delete_files").count()).isEqualTo(1); // not rewritten

    DfAssert.assertSameRows(rows("(1, 'a'), (3, 'c')"), pin().rows());
  }

  @Test
  void columnsAreThoseOfThePinnedSnapshot() {
    Snapshot before = pin();
    SPARK.sql("ALTER TABLE %s ADD COLUMN vip BOOLEAN".formatted(TABLE));
    SPARK.sql("ALTER TABLE %s RENAME COLUMN name TO full_name".formatted(TABLE));
    assertThat(byName(Map.of()).schema(SPARK).fieldNames()).containsExactly("id", "name");
    SPARK.sql("INSERT INTO %s VALUES (4, 'd', true)".formatted(TABLE));

    Snapshot after = pin();

    assertThat(byName(Map.of()).schema(SPARK)).isEqualTo(after.rows().schema());
    DfAssert.assertSameRows(
        SPARK.sql(
            "SELECT bigint(id) AS id, full_name, vip FROM VALUES (1, 'a', NULL), (2, 'b', NULL),"
                + " (3, 'c', NULL), (4, 'd', true) AS t(id, full_name, vip)"),
        after.rows());
    DfAssert.assertSameRows(rows("(1, 'a'), (2, 'b'), (3, 'c')"), before.rows());
  }

  @Test
  void aTypeThatWasWidenedIsReadFromOldFilesToo() {
    SPARK.sql("DROP TABLE " + TABLE);
    SPARK.sql("CREATE TABLE %s (id INT, amount DECIMAL(5,2)) USING iceberg".formatted(TABLE));
    SPARK.sql("INSERT INTO %s VALUES (1, 1.50)".formatted(TABLE));
    SPARK.sql("ALTER TABLE %s ALTER COLUMN id TYPE BIGINT".formatted(TABLE));
    SPARK.sql("ALTER TABLE %s ALTER COLUMN amount TYPE DECIMAL(18,2)".formatted(TABLE));
    SPARK.sql("INSERT INTO %s VALUES (9007199254740993, 1234567890.25)".formatted(TABLE));

    DfAssert.assertSameRows(
        SPARK.sql(
            "SELECT * FROM VALUES (1L, CAST(1.50 AS DECIMAL(18,2))),"
                + " (9007199254740993L, CAST(1234567890.25 AS DECIMAL(18,2))) AS t(id, amount)"),
        pin().rows());
  }

  @Test
  void aBranchAndATagArePinnedAtTheSnapshotTheyName() throws Exception {
    Snapshot first = pin();
    iceberg().manageSnapshots().createTag("released", first.version()).commit();
    SPARK.sql("DELETE FROM %s WHERE id = 2".formatted(TABLE));
    Snapshot second = pin();
    iceberg().manageSnapshots().createBranch("audit", second.version()).commit();
    SPARK.sql("INSERT INTO %s.branch_audit VALUES (4, 'd')".formatted(TABLE));

    Snapshot released = byName(Map.of("tag", "released")).pin(SPARK);
    Snapshot audit = byName(Map.of("branch", "audit")).pin(SPARK);
    SPARK.sql("INSERT INTO %s.branch_audit VALUES (9, 'too late')".formatted(TABLE));

    assertThat(released.version()).isEqualTo(first.version());
    DfAssert.assertSameRows(rows("(1, 'a'), (2, 'b'), (3, 'c')"), released.rows());
    DfAssert.assertSameRows(rows("(1, 'a'), (3, 'c'), (4, 'd')"), audit.rows());
    assertThat(pin().version()).isEqualTo(second.version());
    assertThatThrownBy(() -> byName(Map.of("branch", "audits")).pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("no branch or tag `audits`")
        .hasMessageContaining("to one of audit, main, released");
  }

  /** As with a version of Delta that was vacuumed: an error, and never the rows of another one. */
  @Test
  void aPinnedSnapshotThatExpiredIsAnError() throws Exception {
    Snapshot snapshot = pin();
    SPARK.sql("INSERT OVERWRITE %s VALUES (9, 'too late')".formatted(TABLE));
    iceberg().expireSnapshots().expireSnapshotId(snapshot.version()).commit();

    assertThatThrownBy(() -> snapshot.rows().collectAsList()).isInstanceOf(Exception.class);
  }

  private static Table iceberg() throws Exception {
    return Spark3Util.loadIcebergTable(SPARK, TABLE);
  }

  @Test
  void aTableWithoutASnapshotIsEmptyAndStaysSo() {
    SPARK.sql("DROP TABLE " + TABLE);
    SPARK.sql("CREATE TABLE %s (id BIGINT, name STRING) USING iceberg".formatted(TABLE));

    Snapshot snapshot = pin();
    SPARK.sql("INSERT INTO %s VALUES (9, 'too late')".formatted(TABLE));

    assertThat(snapshot.rows().schema().simpleString()).isEqualTo("struct<id:bigint,name:string>");
    assertThat(snapshot.rows().isEmpty()).isTrue();
    assertThat(snapshot.version()).isNull();
  }

  @Test
  void aTableThatIsNotThereIsNamed() {
    SnapshotSource source =
        SnapshotSource.of(
            new SourceSpec.Spark("iceberg", null, "ice.shop.nobody", Map.of(), Set.of()));

    assertThatThrownBy(() -> source.pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("Spark[iceberg ice.shop.nobody] cannot be read")
        .hasMessageContaining("check source.path, source.table");
  }
}
