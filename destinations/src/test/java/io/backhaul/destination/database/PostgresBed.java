/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A real server, one for all tests of this JVM, which ends it. */
public final class PostgresBed {

  private static final EmbeddedPostgres SERVER = start();

  private PostgresBed() {}

  private static EmbeddedPostgres start() {
    try {
      return EmbeddedPostgres.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens. */
  public static int port() {
    return SERVER.getPort();
  }

  /** A destination file for a server, or a cable to it. */
  public static ObjectNode properties(int port) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("url", "jdbc:postgresql://localhost:" + port + "/postgres")
        .put("user", "postgres")
        .put("timeout", 5_000);
  }

  /** The destination of a file. */
  public static Destination open(ObjectNode properties) {
    return new PostgresProvider()
        .open(
            new DestinationConfig("acme", "db", "postgres", properties, Set.of()),
            DeliveryContext.system());
  }

  /** A destination at this server. */
  public static Destination open() {
    return open(properties(port()));
  }

  /** Runs statements past every destination. */
  public static void execute(String... statements) {
    try (Connection connection = SERVER.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Rows, columns between bars, null as ∅. */
  public static List<String> rows(String query) {
    try (Connection connection = SERVER.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        List<String> cells = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          cells.add(rows.getString(i) == null ? "∅" : rows.getString(i));
        }
        all.add(String.join("|", cells));
      }
      return all;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
