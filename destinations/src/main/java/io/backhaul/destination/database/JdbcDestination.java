/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.Probe;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.http.Redactor;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tables of any database whose JDBC driver is on the class path. A batch is one transaction of
 * prepared statements; whatever the database refuses for a value in it rolls the batch back and
 * poisons it. Where the connection dies during the commit, the batch is in doubt.
 */
final class JdbcDestination implements Destination {

  /** A table, and how this database words an upsert. */
  private record Known(Table table, UpsertForm form, String product) {}

  private final DatabaseConfig config;
  private final Set<String> secrets;
  private final Transactions transactions;
  private final Map<String, Known> tables = new ConcurrentHashMap<>();

  JdbcDestination(DatabaseConfig config, Set<String> named) {
    this.config = config;
    this.secrets = new HashSet<>(named);
    if (config.password() != null) {
      secrets.add(config.password());
    }
    this.transactions =
        new Transactions(new Connections(this::connect), Optional.empty(), failure -> null);
  }

  /** Drivers are looked for where the job's own classes come from, whatever loaded this one. */
  private Connection connect() throws SQLException {
    config.url().judge(config.guard());
    Properties properties = new Properties();
    if (config.user() != null) {
      properties.setProperty("user", config.user());
    }
    if (config.password() != null) {
      properties.setProperty("password", config.password());
    }
    if (config.url().text().startsWith("jdbc:postgresql:")) {
      // Its enumerations, UUIDs and JSON have no types of JDBC: let the server read them.
      properties.setProperty("stringtype", "unspecified");
    }
    ClassLoader jobs = Thread.currentThread().getContextClassLoader();
    ClassLoader loader = jobs == null ? JdbcDestination.class.getClassLoader() : jobs;
    for (Driver driver : ServiceLoader.load(Driver.class, loader)) {
      if (driver.acceptsURL(config.url().text())) {
        Connection connection = driver.connect(config.url().text(), properties);
        if (connection != null) {
          return connection;
        }
      }
    }
    throw DestinationException.refused(
        "DRIVER_MISSING",
        0,
        "no driver on the class path takes such a url: add the database's JDBC driver (--jars, or"
            + " --packages)");
  }

  @Override
  public Capabilities capabilities() {
    return config.capabilities();
  }

  @Override
  public ObjectSchema describe(String object) {
    tables.remove(object);
    Redactor redactor = Redactor.of(Set.of()).withSecrets(secrets);
    return transactions
        .read(connection -> known(connection, object), redactor)
        .table()
        .schema(object);
  }

  /** Connects, and asks who we are. */
  @Override
  public Probe probe() {
    return transactions.read(
        connection -> {
          String asked = "connect to " + connection.getMetaData().getDatabaseProductName();
          return new Probe(asked, connection.getMetaData().getUserName(), Duration.ZERO);
        },
        Redactor.of(Set.of()).withSecrets(secrets));
  }

  @Override
  public Delivery write(Batch batch) {
    config.capabilities().admit(batch);
    Redactor redactor = Redactor.of(JsonBody.values(batch)).withSecrets(secrets);
    Known known = tables.get(batch.object());
    Known target =
        known != null
            ? known
            : transactions.read(connection -> known(connection, batch.object()), redactor);
    Rows rows = Rows.of(batch, target.table(), config.key(batch.object()), JdbcValue::of);
    if (batch.op() == Op.UPSERT && rows.key().isEmpty()) {
      throw DestinationException.refused(
          "KEY_UNKNOWN", 0, "nothing identifies a row of '" + batch.object() + "': set key");
    }
    List<RecordResult> results = new ArrayList<>(rows.refused());
    if (!rows.all().isEmpty()) {
      results.addAll(applied(batch, target, rows, redactor, known != null));
    }
    return Delivery.Settled.of(batch, results, 0, RateHint.NONE);
  }

  private List<RecordResult> applied(
      Batch batch, Known target, Rows rows, Redactor redactor, boolean mayBeStale) {
    boolean[] names = new boolean[1];
    try {
      return transactions.write(
          connection -> {
            try {
              return new JdbcWrite(
                      connection,
                      target.table(),
                      batch.op(),
                      rows.key(),
                      target.form(),
                      target.product(),
                      (int) Math.max(1, config.timeout().toSeconds()))
                  .write(rows.groups());
            } catch (SQLException e) {
              SQLException first = first(e);
              names[0] = SqlFailure.ofNames(first);
              throw first;
            }
          },
          redactor);
    } catch (DestinationException e) {
      if (names[0]) {
        tables.remove(batch.object());
        if (mayBeStale) {
          // The table is no longer what it was when it was looked at: look again, then judge.
          throw DestinationException.unavailable(e.code(), 0, Duration.ZERO, e.getMessage());
        }
      }
      throw e;
    }
  }

  /** What a batch's failure only wraps. */
  private static SQLException first(SQLException failure) {
    SQLException at = failure;
    while (at instanceof BatchUpdateException && at.getNextException() != null) {
      at = at.getNextException();
    }
    return at;
  }

  private Known known(Connection connection, String object) throws SQLException {
    JdbcCatalogue catalogue = new JdbcCatalogue(connection);
    String product = catalogue.product();
    Known known =
        new Known(
            catalogue.read(connection, object),
            config.form() == null ? UpsertForm.of(product) : config.form(),
            product);
    tables.put(object, known);
    return known;
  }

  @Override
  public void close() {
    transactions.close();
  }
}
