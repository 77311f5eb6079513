/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import static org.apache.spark.sql.functions.spark_partition_id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.testkit.SparkSessions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JdbcSourceTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final String PASSWORD = "not-a-real-password";

  private static EmbeddedPostgres server;
  private static String url;

  private final List<Snapshot> open = new ArrayList<>();

  @BeforeAll
  static void startServer() throws IOException, SQLException {
    server = EmbeddedPostgres.builder().start();
    url = server.getJdbcUrl("reader", "postgres").replaceAll("\\?.*", "");
    run(
        "CREATE ROLE reader LOGIN PASSWORD '%s'".formatted(PASSWORD),
        "CREATE TABLE orders (id BIGINT PRIMARY KEY, amount NUMERIC(12,2), day DATE,"
            + " placed TIMESTAMPTZ, noted TIMESTAMP, \"Odd Name\" NUMERIC, code TEXT, ref UUID)",
        "INSERT INTO orders SELECT i, i / 100.0, DATE '2024-01-01' + i::int,"
            + " TIMESTAMPTZ '2024-01-01 00:00:00+00' + i * INTERVAL '1 hour',"
            + " TIMESTAMP '2024-01-01 00:00:00' + i * INTERVAL '1 hour', i, 'c' || i,"
            + " md5(i::text)::uuid"
            + " FROM generate_series(1, 1000) AS i",
        "INSERT INTO orders (id) VALUES (1001)",
        "CREATE TABLE nothing (id BIGINT)",
        "CREATE TABLE hidden (id BIGINT)",
        "GRANT SELECT ON orders, nothing TO reader");
    demandPasswords();
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  /** The embedded server trusts everybody until it is told otherwise. */
  private static void demandPasswords() throws IOException, SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet file = statement.executeQuery("SHOW hba_file")) {
      file.next();
      Files.writeString(
          Path.of(file.getString(1)),
          """
          host all postgres 127.0.0.1/32 trust
          host all all 127.0.0.1/32 scram-sha-256
          """);
    }
    run("SELECT pg_reload_conf()");
  }

  private static void run(String... statements) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Rows of a snapshot that stays open until the test ends. */
  private Dataset<Row> rows(SnapshotSource source) {
    Snapshot snapshot = source.pin(SPARK);
    open.add(snapshot);
    return snapshot.rows();
  }

  @AfterEach
  void closeSnapshots() {
    open.forEach(Snapshot::close);
  }

  private static SnapshotSource source(String table, String query, String partitionColumn) {
    return source(url, PASSWORD, table, query, partitionColumn);
  }

  private static SnapshotSource source(
      String url, String password, String table, String query, String partitionColumn) {
    return SnapshotSource.of(
        new SourceSpec.Jdbc(url, "reader", password, table, query, partitionColumn));
  }

  @Test
  void aTableIsReadWithItsTypes() {
    Dataset<Row> rows = rows(source("orders", null, null));

    assertThat(rows.schema().simpleString())
        .isEqualTo(
            "struct<id:bigint,amount:decimal(12,2),day:date,placed:timestamp,noted:timestamp,"
                + "Odd Name:decimal(38,18),code:string,ref:string>");
    assertThat(rows.javaRDD().getNumPartitions()).isEqualTo(1);
    Row row = rows.where("id = 2").selectExpr("string(placed)", "string(noted)").first();
    assertThat(row.getString(0)).isEqualTo("2024-01-01 02:00:00");
    assertThat(row.getString(1)).isEqualTo("2024-01-01 02:00:00");
  }

  @ParameterizedTest
  @CsvSource({"id", "ID", "amount", "day", "placed", "noted", "Odd Name", "code", "ref"})
  void aPartitionedReadHasEveryRowOnceTheNullsToo(String column) {
    Dataset<Row> rows = rows(source("orders", null, column));

    assertThat(rows.javaRDD().getNumPartitions()).isGreaterThan(1);
    List<Long> perPartition =
        rows.groupBy(spark_partition_id()).count().collectAsList().stream()
            .map(r -> r.getLong(1))
            .toList();
    assertThat(perPartition).hasSizeGreaterThan(1);
    assertThat(rows.selectExpr("count(*)", "count(DISTINCT id)").first())
        .isEqualTo(RowFactory.create(1001L, 1001L));
  }

  @Test
  void asManyConnectionsReadAsTheSpecSays() {
    for (String column : List.of("id", "ref")) {
      assertThat(partitions(column, 3)).isEqualTo(3);
      assertThat(partitions(column, 1)).isEqualTo(1);
      assertThat(partitions(column, null))
          .isEqualTo(Math.min(16, 2 * SPARK.sparkContext().defaultParallelism()));
    }
  }

  private static int partitions(String column, Integer partitions) {
    SourceSpec spec =
        new SourceSpec.Jdbc(url, "reader", PASSWORD, "orders", null, column, partitions);
    try (Snapshot snapshot = SnapshotSource.of(spec).pin(SPARK)) {
      assertThat(snapshot.rows().count()).isEqualTo(1001);
      return snapshot.rows().javaRDD().getNumPartitions();
    }
  }

  @Test
  void aTextKeyIsRefusedWhereTheDatabaseIsNotKnownToHash() {
    assertThat(JdbcDatabase.of("jdbc:h2:mem:x").bucket("x", 4)).isEmpty();
    assertThat(JdbcDatabase.of("JDBC:MySQL://h/d").bucket("`x`", 4)).contains("mod(crc32(`x`), 4)");
    assertThat(JdbcDatabase.of("jdbc:oracle:thin:@h:1/s").bucket("\"X\"", 4))
        .contains("ORA_HASH(\"X\", 3)");
  }

  @Test
  void anEmptyTableCanBePartitioned() {
    assertThat(rows(source("nothing", null, "id")).count()).isZero();
  }

  @Test
  void aQueryIsASourceAndCanBePartitioned() {
    SnapshotSource source =
        source(null, "SELECT id, amount * 2 AS twice FROM orders WHERE id <= 10;\n", "id");

    assertThat(source.schema(SPARK).fieldNames()).containsExactly("id", "twice");
    assertThat(rows(source).selectExpr("sum(id)").first().getLong(0)).isEqualTo(55);
  }

  @Test
  void aWrongPasswordIsNamedAndNeverShown() {
    assertThatThrownBy(() -> source(url, "wrong-" + PASSWORD, "orders", null, null).pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("login was refused")
        .hasMessageContaining("user reader")
        .hasMessageContaining("check source.user and source.password")
        .satisfies(e -> assertThat(stackTrace(e)).doesNotContain(PASSWORD));
    assertThatThrownBy(
            () ->
                source(url + "?password=wrong-" + PASSWORD, null, "orders", null, null).pin(SPARK))
        .isInstanceOf(SourceException.class)
        .satisfies(e -> assertThat(stackTrace(e)).doesNotContain(PASSWORD));
  }

  @Test
  void whatIsMissingIsNamedWithTheRemedy() {
    assertThatThrownBy(() -> source("ordrs", null, null).pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("the table does not exist")
        .hasMessageContaining("ordrs")
        .hasMessageContaining("check source.table");
    assertThatThrownBy(() -> source(null, "SELECT nope FROM orders", null).schema(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("column does not exist")
        .hasMessageContaining("nope");
    assertThatThrownBy(() -> source("hidden", null, null).pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("grant SELECT");
    assertThatThrownBy(() -> source("orders", null, "nope").schema(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("`nope`")
        .hasMessageContaining("id, amount, day");
    assertThatThrownBy(
            () ->
                source(url.replaceAll("/postgres$", "/nodb"), PASSWORD, "t", null, null).pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("database does not exist");
  }

  @Test
  void aServerThatIsNotThereAndADriverThatIsNotThereAreToldApart() {
    assertThatThrownBy(
            () -> source("jdbc:postgresql://127.0.0.1:1/x", PASSWORD, "t", null, null).pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("cannot be reached");
    assertThatThrownBy(
            () ->
                source("jdbc:nosuch://127.0.0.1/x?password=" + PASSWORD, null, "t", null, null)
                    .pin(SPARK))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("no JDBC driver")
        .satisfies(e -> assertThat(stackTrace(e)).doesNotContain(PASSWORD));
  }

  private static String stackTrace(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
