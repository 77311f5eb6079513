/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.backhaul.diff.state.TableRef;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The README's second example: a PostgreSQL table and an HTTP endpoint of one's own. */
class PostgresSyncTest {

  @TempDir Path home;
  private final List<JsonNode> received = Collections.synchronizedList(new ArrayList<>());
  private SyncBed bed;
  private EmbeddedPostgres postgres;
  private HttpServer endpoint;

  @BeforeEach
  void start() throws Exception {
    bed = new SyncBed(home);
    postgres = EmbeddedPostgres.start();
    execute(
        "CREATE TABLE accounts (id bigint PRIMARY KEY, name text, balance numeric(12,2), seen"
            + " timestamptz)",
        "INSERT INTO accounts SELECT i, 'Account ' || i, i * 1.5, now() FROM generate_series(1,"
            + " 250) i");
    endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ObjectMapper json = new ObjectMapper();
    endpoint.createContext(
        "/in",
        exchange -> {
          received.add(json.readTree(exchange.getRequestBody().readAllBytes()));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    endpoint.start();
    bed.file(
        "conf/destinations/acme/crm.yaml",
        """
        type: http
        url: http://127.0.0.1:%d/in
        auth: {type: bearer, token: "${env:ACME_TOKEN}"}
        """
            .formatted(endpoint.getAddress().getPort()));
  }

  private void sync(String more) {
    bed.file(
        "conf/syncs/acme/contacts.yaml",
        """
        source:
          type: jdbc
          url: %s
          user: postgres
          password: ${env:ACME_TOKEN}
          table: accounts
          partition_column: id
        key: [id]
        destination: crm
        object: accounts
        mode: mirror
        mapping:
          name: name
          balance: balance
          seen: seen
        %s
        """
            .formatted(postgres.getJdbcUrl("postgres", "postgres").replaceAll("\\?.*", ""), more));
  }

  @AfterEach
  void stop() throws IOException {
    endpoint.stop(0);
    postgres.close();
    bed.close();
  }

  @Tag("faults") // long
  @Test
  void withWholeRowsTheSameHappens() throws SQLException {
    twoChangedRowsAreTwoRecordsAndOneDeletedRowIsOneDelete("none");
  }

  @ParameterizedTest
  @ValueSource(strings = "hash")
  void twoChangedRowsAreTwoRecordsAndOneDeletedRowIsOneDelete(String pushdown) throws SQLException {
    sync("changes: {pushdown: %s}".formatted(pushdown));
    DryRun.Plan plan = DryRun.plan(bed.ledger(), bed.spec(), RunOptions.DEFAULT, null);
    assertThat(plan.ops()).containsEntry("upsert", 250L);
    assertThat(plan.calls()).isEqualTo(3);
    assertThat(plan.sample()).isNotEmpty().allMatch(sample -> sample.before() == null);
    assertThat(received).isEmpty();

    assertThat(bed.run().count("applied")).isEqualTo(250);
    assertThat(records()).hasSize(250);
    assertThat(records())
        .anySatisfy(
            record -> {
              assertThat(record.at("/key/id").asLong()).isEqualTo(7);
              assertThat(record.at("/fields/balance").decimalValue()).isEqualByComparingTo("10.50");
            });

    received.clear();
    execute("UPDATE accounts SET balance = 0 WHERE id IN (3, 4)");
    assertThat(bed.run().status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(records())
        .extracting(record -> record.at("/key/id").asLong())
        .containsExactly(3L, 4L);
    assertThat(received).extracting(body -> body.get("op").asText()).containsOnly("upsert");

    received.clear();
    execute("DELETE FROM accounts WHERE id = 9");
    assertThat(bed.run().ops()).containsEntry("delete", 1L);
    assertThat(records()).extracting(record -> record.at("/key/id").asLong()).containsExactly(9L);
    assertThat(received).extracting(body -> body.get("op").asText()).containsExactly("delete");
  }

  @Test
  void withHashPushdownARunThatFindsNothingWritesNothingAndHoldsNothingOpen() throws SQLException {
    sync("changes: {pushdown: hash}");
    assertThat(bed.run().count("applied")).isEqualTo(250);
    TableRef hashes = bed.ledger().sourceHashes("acme", "contacts");
    assertThat(hashes.read(SyncBed.spark()).count()).isEqualTo(250);
    long version = hashes.version(SyncBed.spark());

    RunReport unchanged = bed.run();

    assertThat(unchanged.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(unchanged.count("source")).isEqualTo(250);
    assertThat(unchanged.count("unchanged")).isEqualTo(250);
    assertThat(hashes.version(SyncBed.spark())).isEqualTo(version);
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        ResultSet row =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'")) {
      row.next();
      assertThat(row.getLong(1)).isZero();
    }
  }

  private List<JsonNode> records() {
    List<JsonNode> records = new ArrayList<>();
    received.forEach(body -> body.get("records").forEach(records::add));
    return records;
  }

  private void execute(String... statements) {
    try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
      for (String statement : statements) {
        connection.createStatement().execute(statement);
      }
    } catch (SQLException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
