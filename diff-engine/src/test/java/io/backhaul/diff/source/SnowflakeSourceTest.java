/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.testkit.SparkSessions;
import io.backhaul.diff.testkit.snowflake.LoopbackSnowflake;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snowflake's own connector and driver, against a server on loopback. */
class SnowflakeSourceTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final String TOKEN = "not-a-real-token";

  private LoopbackSnowflake server;

  @BeforeEach
  void start() {
    server = LoopbackSnowflake.start();
    server.token(TOKEN);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private SnapshotSource table(String name) {
    return source(name, null);
  }

  private SnapshotSource query(String sql) {
    return source(null, sql);
  }

  private SnapshotSource source(String table, String query) {
    return SnapshotSource.of(
        new SourceSpec.Snowflake(
            server.url(),
            new SourceSpec.Snowflake.Login(null, null, null, TOKEN),
            "WH",
            "READER",
            "SHOP",
            "PUBLIC",
            table,
            query));
  }

  private void answers(String format) {
    if (format.equals("json")) {
      server.json();
    }
  }

  private void orders() {
    server.change(
        "CREATE TABLE ORDERS(\"ID\" BIGINT, \"AMOUNT\" DECIMAL(12,2), \"UPDATED_AT\" TIMESTAMPTZ)",
        "INSERT INTO ORDERS SELECT i, i / 4, TIMESTAMPTZ '2024-01-01 00:00:00+00'"
            + " + i * INTERVAL 1 MINUTE FROM range(1, 101) r(i)",
        "INSERT INTO ORDERS VALUES (101, NULL, NULL)");
  }

  private static List<String> texts(Dataset<Row> rows, String... expressions) {
    return rows.selectExpr(expressions).collectAsList().stream()
        .map(row -> row.mkString("|"))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrow", "json"})
  void everyTypeArrivesWholeAndSoDoesNull(String format) {
    answers(format);
    server.change(
        "CREATE TABLE KINDS(\"N\" DECIMAL(38,0), \"PRICE\" DECIMAL(18,2), \"RATIO\" DOUBLE,"
            + " \"NAME\" VARCHAR, \"OK\" BOOLEAN, \"DAY\" DATE, \"CLOCK\" TIME, \"BYTES\" BLOB,"
            + " \"DOC\" JSON, \"Odd Name\" VARCHAR)",
        "INSERT INTO KINDS VALUES (9007199254740993, 12.50, 0.1, 'Zoë ''n'' \"Co\" \\ 雪', true,"
            + " '1969-07-20', '23:59:58.5', '\\xDE\\xAD'::BLOB, '{\"a\":[1,null]}', 'x')",
        "INSERT INTO KINDS (\"N\") VALUES (12345678901234567890123456789012345678)",
        "INSERT INTO KINDS (\"NAME\") VALUES ('')");

    Dataset<Row> rows = table("KINDS").pin(SPARK).rows();

    assertThat(rows.schema().simpleString())
        .isEqualTo(
            "struct<N:decimal(38,0),PRICE:decimal(18,2),RATIO:double,NAME:string,OK:boolean,"
                + "DAY:date,CLOCK:string,BYTES:binary,DOC:string,Odd Name:string>");
    assertThat(
            texts(
                rows,
                "string(n)",
                "string(price)",
                "string(ratio)",
                "name",
                "string(ok)",
                "string(day)",
                "clock",
                "hex(bytes)",
                "doc",
                "`odd name`"))
        .containsExactly(
            "9007199254740993|12.50|0.1|Zoë 'n' \"Co\" \\ 雪|true|1969-07-20|23:59:58|DEAD"
                + "|{\"a\":[1,null]}|x",
            "12345678901234567890123456789012345678|null|null|null|null|null|null|null|null|null",
            "null|null|null||null|null|null|null|null|null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrow", "json"})
  void theThreeKindsOfTimestampsAreTheirInstants(String format) {
    answers(format);
    server.change(
        "CREATE TABLE TIMES(\"NTZ\" TIMESTAMP, \"LTZ\" TIMESTAMPTZ,"
            + " \"TZ\" STRUCT(moment TIMESTAMPTZ, shift INTEGER))",
        "INSERT INTO TIMES VALUES ('2024-03-31 02:30:00.123456', '2024-03-31 02:30:00.654321+02',"
            + " {'moment': TIMESTAMPTZ '2024-06-01 12:00:00.000001-07', 'shift': -420})");

    assertThat(texts(table("TIMES").pin(SPARK).rows(), "string(ntz)", "string(ltz)", "string(tz)"))
        .containsExactly(
            "2024-03-31 02:30:00.123456|2024-03-31 00:30:00.654321|2024-06-01 19:00:00.000001");
  }

  @Test
  void aTableIsReadAsItWasWhenItWasPinnedHoweverLate() {
    orders();
    Instant before = server.now();
    Snapshot snapshot = table("ORDERS").pin(SPARK);
    Instant after = server.now();
    server.change("DELETE FROM ORDERS WHERE \"ID\" > 1", "INSERT INTO ORDERS VALUES (7, 7, NULL)");

    assertThat(snapshot.pinnedAt()).isAfter(before).isBefore(after);
    assertThat(snapshot.version()).isNull();
    assertThat(texts(snapshot.rows(), "count(DISTINCT id)", "count(*)")).containsExactly("101|101");
    assertThat(texts(table("\"ORDERS\"").pin(SPARK).rows(), "id")).containsExactly("1", "7");
    assertThat(texts(table("SHOP.PUBLIC.ORDERS").pin(SPARK).rows(), "id"))
        .containsExactly("1", "7");
  }

  @Test
  void aQueryIsPinnedWhereItSaysSo() {
    orders();
    Dataset<Row> pinned =
        query("SELECT ID, AMOUNT * 2 AS TWICE FROM ORDERS AT {pinned} WHERE ID < 3;\n")
            .pin(SPARK)
            .rows();
    Dataset<Row> unpinned = query("SELECT ID FROM ORDERS WHERE ID < 3").pin(SPARK).rows();
    server.change("DELETE FROM ORDERS WHERE \"ID\" = 1");

    assertThat(pinned.schema().fieldNames()).containsExactly("ID", "TWICE");
    assertThat(texts(pinned, "id", "string(twice)")).containsExactly("1|0.50", "2|1.00");
    assertThat(texts(unpinned, "id")).containsExactly("2");
  }

  @Test
  void whatSparkPlansAgainIsNotAskedAgain() {
    orders();
    Snapshot snapshot = table("ORDERS").pin(SPARK);
    int asked = server.selects().size();
    Dataset<Row> rows = snapshot.rows().select("ID", "AMOUNT");

    rows.queryExecution().executedPlan();
    assertThat(rows.collectAsList()).hasSize(101);
    assertThat(rows.selectExpr("id % 3 AS third", "amount").groupBy("third").count().count())
        .isEqualTo(3);

    assertThat(server.selects().subList(asked, server.selects().size()))
        .filteredOn(sql -> sql.contains("AMOUNT"))
        .hasSize(1);
    assertThat(server.openSessions()).isZero();
  }

  @Test
  void aPredicateOverAWatermarkIsSnowflakesToWorkOut() {
    orders();
    Instant from = Instant.parse("2024-01-01T01:38:00Z");
    Dataset<Row> rows = table("ORDERS").pin(SPARK).rows();

    assertThat(
            texts(
                rows.where(col("UPDATED_AT").isNull().or(col("UPDATED_AT").geq(lit(from)))), "id"))
        .containsExactly("98", "99", "100", "101");
    assertThat(last(server.selects()))
        .contains("\"UPDATED_AT\"", "IS NULL", "'2024-01-01 01:38:00.0' ::TIMESTAMP(3)");
  }

  @Test
  void aPredicateThatTheConnectorWouldBluntIsSparksToWorkOut() {
    server.change(
        "CREATE TABLE T(\"ID\" BIGINT, \"AT\" TIMESTAMPTZ)",
        "INSERT INTO T VALUES (1, '2024-01-01 00:00:00.123455+00'),"
            + " (2, '2024-01-01 00:00:00.123457+00'), (3, '2024-01-01 00:00:00.2+00')");
    Dataset<Row> rows = table("T").pin(SPARK).rows();
    Instant between = Instant.parse("2024-01-01T00:00:00.123456Z");

    assertThat(texts(rows.where(col("AT").leq(lit(between))), "id")).containsExactly("1");
    assertThat(texts(rows.where(col("AT").gt(lit(between)).and(col("ID").lt(3))), "id"))
        .containsExactly("2");
    assertThat(last(server.selects())).contains("\"ID\" < ").doesNotContain("TIMESTAMP(3)");
  }

  @Test
  void aMillionRowsComeInManyChunksAndManyPartitions() {
    server.change(
        "CREATE TABLE MANY AS SELECT i AS \"ID\", 'customer number ' || i AS \"NAME\""
            + " FROM range(1000000) r(i)");

    Dataset<Row> rows = table("MANY").pin(SPARK).rows();

    assertThat(rows.selectExpr("count(*)", "count(DISTINCT id)", "sum(length(name))").first())
        .isEqualTo(RowFactory.create(1_000_000L, 1_000_000L, 21_888_890L));
    assertThat(rows.javaRDD().getNumPartitions()).isGreaterThan(2);
    assertThat(server.selects()).filteredOn(sql -> sql.contains("MANY")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"arrow", "json"})
  void aConnectionThatBreaksInAChunkIsMadeAgainAndNoRowIsLostOrDoubled(String format) {
    answers(format);
    orders();
    server.chunkRows(10);
    server.drop("/chunks/", 3);

    assertThat(texts(table("ORDERS").pin(SPARK).rows(), "count(*)", "count(DISTINCT id)"))
        .containsExactly("101|101");
  }

  @Test
  void aConnectionThatBreaksBeforeTheAnswerIsMadeAgainAndTheQueryRunsOnce() {
    orders();
    Snapshot snapshot = table("ORDERS").pin(SPARK);
    int asked = server.selects().size();
    server.drop("SELECT \\\"ID\\\"", 1);

    assertThat(texts(snapshot.rows(), "id")).hasSize(101);
    assertThat(server.selects()).hasSize(asked + 1);
  }

  @Test
  void aSessionThatExpiresIsRenewedAndOneThatEndedIsSaid() {
    orders();
    Snapshot snapshot = table("ORDERS").pin(SPARK);
    server.before("alter session set timezone", server::expireSessions);

    assertThat(texts(snapshot.rows(), "id")).hasSize(101);

    server.before("alter session set timezone", server::endSessions);
    assertThatThrownBy(() -> texts(snapshot.rows(), "string(amount)"))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("the session has ended")
        .hasMessageContaining("run the sync again");
  }

  @Test
  void anErrorIsSaidWithItsRemedyAndWithoutValues() {
    orders();
    assertThatThrownBy(() -> table("ORDRES").pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("does not exist, or the role may not see it")
        .hasMessageContaining("ORDRES")
        .hasMessageContaining("error 2003")
        .hasMessageContaining("grant SELECT");
    assertThatThrownBy(() -> query("SELECT NOPE FROM ORDERS").pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("a column does not exist")
        .hasMessageContaining("NOPE");
    assertThatThrownBy(() -> query("SELECT FROM WHERE").pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("run source.query in a worksheet");

    Snapshot snapshot = table("ORDERS").pin(SPARK);
    server.refuse(
        "FROM (SELECT * FROM ORDERS", 1, 100038, "22018", "Numeric value 'kim@x.org' is not one");
    assertThatThrownBy(() -> texts(snapshot.rows(), "id"))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("error 100038")
        .hasMessageContaining("query history")
        .hasMessageNotContaining("kim@x.org");
    server.refuse("ORDERS", 1, 606, "57P03", "No active warehouse selected");
    assertThatThrownBy(() -> texts(snapshot.rows(), "id"))
        .hasMessageContaining("set source.warehouse");
    assertThat(texts(snapshot.rows(), "id")).hasSize(101);
  }

  @Test
  void aTableWithoutAPastIsSaidToHaveNone() {
    orders();
    SnapshotSource source =
        query("SELECT * FROM ORDERS AT(TIMESTAMP => TO_TIMESTAMP_LTZ(1000, 3))");

    assertThatThrownBy(() -> source.pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("cannot be read as it was when it was pinned")
        .hasMessageContaining("DATA_RETENTION_TIME_IN_DAYS");
  }

  private static String last(List<String> texts) {
    return texts.get(texts.size() - 1);
  }
}
