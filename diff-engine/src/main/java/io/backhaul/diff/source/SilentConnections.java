/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;
import org.apache.spark.sql.execution.datasources.jdbc.JDBCOptions;
import org.apache.spark.sql.jdbc.JdbcConnectionProvider;
import scala.collection.immutable.Map;

/**
 * Opens connections without a word, at the pinned snapshot where there is one. Spark's own provider
 * logs all properties of a connection at level DEBUG, the password with them. Spark finds this one
 * as a service, by its name.
 */
public final class SilentConnections extends JdbcConnectionProvider {

  static final String NAME = "backhaul";

  /** Spark's reader option that holds an {@link ExportedSnapshot#id}; in lower case. */
  static final String SNAPSHOT = "backhaulsnapshot";

  @Override
  public String name() {
    return NAME;
  }

  /** Only for readers that name it: it does no Kerberos, and is nobody else's. */
  @Override
  public boolean canHandle(Driver driver, Map<String, String> options) {
    return options.get("connectionProvider").contains(NAME);
  }

  @Override
  public Connection getConnection(Driver driver, Map<String, String> options) {
    JDBCOptions jdbc = new JDBCOptions(options);
    Properties properties = jdbc.asConnectionProperties();
    properties.remove(SNAPSHOT);
    try {
      Connection connection = driver.connect(jdbc.url(), properties);
      if (connection == null) {
        throw new IllegalStateException(
            driver.getClass().getName() + " does not take the source's url; check source.url");
      }
      return options.contains(SNAPSHOT)
          ? atSnapshot(connection, options.apply(SNAPSHOT))
          : connection;
    } catch (SQLException e) {
      throw SilentConnections.<RuntimeException>undeclared(e);
    }
  }

  private static Connection atSnapshot(Connection connection, String id) throws SQLException {
    try {
      ExportedSnapshot.enter(connection, id);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public boolean modifiesSecurityContext(Driver driver, Map<String, String> options) {
    return false;
  }

  /** Spark expects the driver's own exception, which Scala need not declare. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E undeclared(Throwable thrown) throws E {
    throw (E) thrown;
  }
}
