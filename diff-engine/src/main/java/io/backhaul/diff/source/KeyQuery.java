/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import org.apache.spark.sql.execution.datasources.jdbc.DriverRegistry;
import org.apache.spark.sql.types.StructField;

/** How a database is asked for the rows of a snapshot that have one of some keys. */
interface KeyQuery extends Serializable {

  /** The class of the JDBC driver. */
  String driver();

  String url();

  /** Who connects, as the driver takes it. */
  Properties login() throws SQLException;

  /** Has all that a new connection reads be of the snapshot. */
  void enter(Connection connection) throws SQLException;

  /**
   * What holds for rows that have one of the keys; its parameters are those that {@link #bind}
   * sets.
   *
   * @param keys columns of what is asked
   */
  String condition(List<StructField> keys) throws SQLException;

  /**
   * Sets the keys.
   *
   * @param keys each as the texts of its columns
   */
  void bind(PreparedStatement statement, List<List<String>> keys) throws SQLException;

  /** About how many keys a statement takes. */
  int keysAtOnce();

  /** A failure in our words. */
  RuntimeException explain(SQLException error);

  /** A connection that reads the snapshot. */
  default Connection connect() throws SQLException {
    DriverRegistry.register(driver());
    Connection connection = DriverRegistry.get(driver()).connect(url(), login());
    try {
      enter(connection);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }
}
