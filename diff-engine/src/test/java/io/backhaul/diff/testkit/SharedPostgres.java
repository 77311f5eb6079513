/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The one PostgreSQL of a test JVM, behind a proxy that counts what it sends; it ends with the JVM.
 * A test takes a table that no other test names, and leaves the server's settings as they are.
 */
public final class SharedPostgres {

  private static final class Shared {
    static final EmbeddedPostgres SERVER = start();
    static final CountingProxy PROXY = proxy(SERVER.getPort());
  }

  private SharedPostgres() {}

  private static EmbeddedPostgres start() {
    try {
      return EmbeddedPostgres.builder().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CountingProxy proxy(int port) {
    try {
      return new CountingProxy(port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its JDBC URL through the proxy, for the user {@code postgres} without a password. */
  public static String url() {
    return "jdbc:postgresql://127.0.0.1:" + Shared.PROXY.port() + "/postgres";
  }

  /** Bytes that the server has sent through the proxy since this was asked last. */
  public static long taken() {
    return Shared.PROXY.taken();
  }

  /** Runs statements, each in a transaction of its own, past the proxy. */
  public static void run(String... statements) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A connection past the proxy. */
  public static Connection connect() throws SQLException {
    return Shared.SERVER.getPostgresDatabase().getConnection();
  }
}
