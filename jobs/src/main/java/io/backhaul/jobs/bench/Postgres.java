/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import java.io.Closeable;
import java.io.IOException;
import java.net.URLClassLoader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** A PostgreSQL server of its own on loopback, if it is among the {@link BenchLibraries}. */
final class Postgres implements AutoCloseable {

  private final URLClassLoader loader;
  private final Closeable server;
  private final int port;

  private Postgres(URLClassLoader loader, Closeable server, int port) {
    this.loader = loader;
    this.server = server;
    this.port = port;
  }

  /** Starts one, if its jars are there. */
  static Optional<Postgres> start() throws IOException {
    return BenchLibraries.open(
        "io.zonky.test.db.postgres.embedded.EmbeddedPostgres",
        (loader, type) -> {
          Closeable server = (Closeable) type.getMethod("start").invoke(null);
          return new Postgres(loader, server, (int) type.getMethod("getPort").invoke(server));
        });
  }

  int port() {
    return port;
  }

  /** The JDBC URL at a port, this server's or that of a proxy before it; the user is postgres. */
  static String url(int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  /** Runs statements, each in a transaction of its own. */
  void run(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url(port), "postgres", null);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    loader.close();
  }
}
