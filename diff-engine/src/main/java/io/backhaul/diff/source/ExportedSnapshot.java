/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One moment of a PostgreSQL database, for other connections to read at: a transaction of the
 * driver's that does nothing, and without which the moment is gone. While it lasts the database
 * keeps all row versions of that moment, as it does for any query.
 */
final class ExportedSnapshot implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ExportedSnapshot.class);

  /** There is no such function, or it may not be used here: others speak PostgreSQL's protocol. */
  private static final Set<String> CANNOT = Set.of("42883", "0A000");

  private static final Pattern ID = Pattern.compile("[0-9A-Za-z-]+");

  private final Connection connection;
  private final String id;

  private ExportedSnapshot(Connection connection, String id) {
    this.connection = connection;
    this.id = id;
  }

  /** Opens it; empty where the server cannot. */
  static Optional<ExportedSnapshot> of(SourceSpec.Jdbc spec) throws SQLException {
    Properties properties = new JdbcReads(spec, null).login();
    properties.setProperty("tcpKeepAlive", "true");
    Connection connection = DriverManager.getDriver(spec.url()).connect(spec.url(), properties);
    boolean kept = false;
    try {
      ExportedSnapshot exported = new ExportedSnapshot(connection, export(connection));
      kept = true;
      return Optional.of(exported);
    } catch (SQLException e) {
      if (CANNOT.contains(e.getSQLState())) {
        return Optional.empty();
      }
      throw e;
    } finally {
      if (!kept) {
        closeQuietly(connection);
      }
    }
  }

  private static String export(Connection connection) throws SQLException {
    begin(connection);
    try (Statement statement = connection.createStatement()) {
      // It idles for as long as others read, which a server may be set to end.
      statement.execute(
          "SELECT set_config(name, '0', true) FROM pg_settings"
              + " WHERE name = 'idle_in_transaction_session_timeout'");
      try (ResultSet row = statement.executeQuery("SELECT pg_export_snapshot()")) {
        row.next();
        return row.getString(1);
      }
    }
  }

  /**
   * Has all that a new connection reads be of the snapshot.
   *
   * @throws SQLException if it is gone
   */
  static void enter(Connection connection, String id) throws SQLException {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("not the id of a snapshot: " + id);
    }
    begin(connection);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TRANSACTION SNAPSHOT '" + id + "'");
      // or two numbers could be written as one text
      statement.execute("SET LOCAL extra_float_digits = 3");
    } catch (SQLException e) {
      throw new SQLException(
          "the source's pinned snapshot is gone, because the connection that held it ended; run"
              + " again, and see whether the database or a proxy ends idle transactions",
          e.getSQLState(),
          e);
    }
  }

  private static void begin(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    }
  }

  /** What {@link #enter} takes; valid until {@link #close}. */
  String id() {
    return id;
  }

  @Override
  public void close() {
    closeQuietly(connection);
  }

  /** Nothing was written, so that nothing is lost when the end of it is not heard. */
  private static void closeQuietly(Connection connection) {
    try (connection) {
      connection.rollback();
    } catch (SQLException e) {
      LOG.info("the connection that held a source's snapshot had ended before it was closed");
    }
  }
}
