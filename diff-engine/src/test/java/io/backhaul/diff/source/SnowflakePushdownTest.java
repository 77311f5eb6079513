/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.testkit.SparkSessions;
import io.backhaul.diff.testkit.snowflake.LoopbackSnowflake;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What Snowflake is asked to hash, and how rows are then asked for, against loopback. */
class SnowflakePushdownTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final String TOKEN = "not-a-real-token";

  private static LoopbackSnowflake server;

  @BeforeAll
  static void start() {
    server = LoopbackSnowflake.start();
    server.token(TOKEN);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Snapshot pinned(String table, String query) {
    return SnapshotSource.of(
            new SourceSpec.Snowflake(
                server.url(),
                new SourceSpec.Snowflake.Login(null, null, null, TOKEN),
                "WH",
                "READER",
                "SHOP",
                "PUBLIC",
                table,
                query))
        .pin(SPARK);
  }

  /** A column's type and values of it that are easily taken for each other, as DuckDB has them. */
  private record Kind(String type, List<String> values) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              "VARCHAR", List.of("''", "'-'", "'1:a'", "'a'", "'A'", "'a '", "'null'", "'\"a\"'")),
          new Kind(
              "JSON", List.of("'null'", "'1'", "'\"1\"'", "'{}'", "'[]'", "'[null]'", "'1.5'")),
          new Kind(
              "DECIMAL(38,0)", List.of("0", "1", "-1", "9007199254740993", "9007199254740992")),
          new Kind("DECIMAL(12,2)", List.of("0", "1", "-1", "0.01", "0.10")),
          new Kind(
              "DOUBLE",
              List.of(
                  "0", "CAST('-0.0' AS DOUBLE)", "1", "'NaN'", "'Infinity'", "0.3", "0.1 + 0.2e0")),
          new Kind("BOOLEAN", List.of("true", "false")),
          new Kind("DATE", List.of("'2024-02-29'", "'1900-01-01'")),
          new Kind("TIME", List.of("'00:00:00'", "'12:00:00'")),
          new Kind("BLOB", List.of("''::BLOB", "'\\x00'::BLOB", "'\\x00\\x00'::BLOB")),
          new Kind(
              "TIMESTAMP",
              List.of(
                  "'2024-03-31 01:30:00'",
                  "'2024-03-31 01:30:00.000001'",
                  "'1969-12-31 23:59:59.9'")),
          new Kind("TIMESTAMPTZ", List.of("'2024-03-31 01:30:00+00'", "'2024-03-31 01:30:00+01'")),
          new Kind(
              "STRUCT(moment TIMESTAMPTZ, shift INTEGER)",
              List.of(
                  "{'moment': TIMESTAMPTZ '2024-06-01 12:00:00.000001-07', 'shift': -420}",
                  "{'moment': TIMESTAMPTZ '2024-06-01 12:00:00-07', 'shift': -420}")));

  /** Each row has one value in one column; a row of nulls, and one pair of equal rows. */
  @Test
  void everyValueHasAHashOfItsOwnAndEqualRowsHaveOne() {
    List<String> columns = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<String> statements = new ArrayList<>();
    int rows = 0;
    for (int i = 0; i < KINDS.size(); i++) {
      columns.add("\"C" + i + "\" " + KINDS.get(i).type());
      names.add("C" + i);
      for (String value : KINDS.get(i).values()) {
        statements.add(
            "INSERT INTO KINDS (\"ID\", \"C%d\") VALUES (%d, %s)".formatted(i, ++rows, value));
      }
    }
    server.change(
        Stream.of(
                Stream.of("CREATE TABLE KINDS (\"ID\" BIGINT, " + String.join(", ", columns) + ")"),
                statements.stream(),
                Stream.of(
                    "INSERT INTO KINDS (\"ID\") VALUES (%d)".formatted(++rows),
                    "INSERT INTO KINDS (\"ID\", \"C0\") VALUES (%d, 'a')".formatted(rows + 1)))
            .flatMap(parts -> parts)
            .toArray(String[]::new));

    Dataset<Row> hashes = pinned("KINDS", null).pushdown().hashes(List.of("id"), names);

    assertThat(hashes.columns()).containsExactly("id", HashPushdown.HASH);
    assertThat(texts(hashes, "count(*)", "count(DISTINCT backhaul_source_hash)"))
        .containsExactly((rows + 1) + "|" + rows);
    assertThat(
            texts(
                hashes.distinct(),
                "max(length(backhaul_source_hash))",
                "min(length(backhaul_source_hash))"))
        .containsExactly("16|16");
  }

  @Test
  void rowsAreFoundByTheirKeysAsTheyWereWhenPinnedAndNoQueryNamesAKey() {
    server.change(
        "CREATE TABLE PLACES (\"Region\" VARCHAR, \"ID\" DECIMAL(38,0), \"NOTE\" VARCHAR, \"AT\""
            + " TIMESTAMPTZ, \"RATIO\" DOUBLE)",
        "INSERT INTO PLACES SELECT 'it''s \"ü\" \\ ' || i % 2, i, 'note ' || i, TIMESTAMPTZ"
            + " '2024-01-01 00:00:00.000001+00' + i * INTERVAL 1 DAY, i / 3 FROM range(100) r(i)",
        "INSERT INTO PLACES VALUES (NULL, 1, 'no key', NULL, NULL), ('twice', 12345678901234567890,"
            + " 'a', NULL, NULL), ('twice', 12345678901234567890, 'b', NULL, 'NaN')");
    Snapshot snapshot = pinned(null, "SELECT * FROM PLACES AT {pinned};");
    List<String> all = List.of(snapshot.rows().columns());
    List<String> hashed = List.of("NOTE", "AT");
    HashPushdown pushdown = snapshot.pushdown();
    Dataset<Row> whole = pushdown.rows(hashed).cache();
    whole.count();
    server.change("UPDATE PLACES SET \"NOTE\" = 'later'", "DELETE FROM PLACES WHERE \"ID\" = 3");
    Dataset<Row> keys =
        SPARK.sql(
            "SELECT * FROM VALUES (\"it's \\\"ü\\\" \\\\ 1\", CAST(3 AS DECIMAL(38,0))), (\"it's"
                + " \\\"ü\\\" \\\\ 0\", 4), ('twice', 12345678901234567890), ('none', 5) AS"
                + " t(region, id)");
    assertThat(pushdown.finds(keys.schema(), 4)).isTrue();
    assertThat(pushdown.finds(keys.schema(), 1_000_000)).as("a statement each 10,000").isFalse();
    assertThat(pushdown.finds(snapshot.rows().select("AT").schema(), 1)).isFalse();

    Dataset<Row> found = pushdown.rowsOf(keys, all, hashed);

    assertThat(found.schema()).isEqualTo(whole.schema());
    assertThat(found.collectAsList())
        .containsExactlyInAnyOrderElementsOf(
            whole.where("id IN (3, 4) OR region = 'twice'").collectAsList());
    assertThat(pushdown.rowsWithoutKey(List.of("region", "id"), all, hashed).collectAsList())
        .isEqualTo(whole.where("region IS NULL").collectAsList())
        .hasSize(1);
    assertThat(server.selects()).noneMatch(sql -> sql.contains("twice") || sql.contains("it's"));
    assertThat(server.selects()).anyMatch(sql -> sql.contains("PARSE_JSON(?)"));
    assertThat(server.openSessions()).isZero();
    whole.unpersist();
  }

  @Test
  void aQueryThatIsNotPinnedGivesNoHashes() {
    server.change("CREATE TABLE THINGS (\"ID\" BIGINT)");

    assertThat(pinned(null, "SELECT * FROM THINGS").pushdown()).isNull();
    assertThat(pinned(null, "SELECT * FROM THINGS AT {pinned}").pushdown()).isNotNull();
  }

  private static List<String> texts(Dataset<Row> rows, String... expressions) {
    return rows.selectExpr(expressions).collectAsList().stream()
        .map(row -> row.mkString("|"))
        .toList();
  }
}
