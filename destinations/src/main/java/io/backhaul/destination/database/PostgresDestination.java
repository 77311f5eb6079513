/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.Probe;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.database.Rows.Row;
import io.backhaul.destination.database.Table.Column;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.http.Redactor;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.Driver;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Tables of PostgreSQL. A batch is one transaction: {@code COPY} into a temporary table, then one
 * statement from there. Whatever the server refuses for a value in it rolls the batch back and
 * poisons it.
 *
 * <p>Where the connection dies while a transaction is being committed, the server is asked what
 * became of it ({@code txid_status}); the batch is in doubt only if it cannot be asked, or was
 * started anew since, as a standby that took over may have lost the transaction.
 */
final class PostgresDestination implements Destination {

  /** {@code COPY backhaul_0, line 3, column v1: "…"}. */
  private static final Pattern COPIED =
      Pattern.compile("COPY backhaul_(\\d+), line \\d+, column ([kv])(\\d+)");

  private static final Transactions.Witness TXID_STATUS =
      new Transactions.Witness() {
        @Override
        public String mark(Connection connection) throws SQLException {
          return one(
              connection, "SELECT txid_current() || ' ' || pg_postmaster_start_time()::text");
        }

        @Override
        public Optional<Boolean> committed(Connection connection, String mark) throws SQLException {
          String txid = mark.substring(0, mark.indexOf(' '));
          String status =
              one(
                  connection,
                  "SELECT txid_status(" + txid + ") || ' ' || pg_postmaster_start_time()::text");
          String started = mark.substring(mark.indexOf(' '));
          if (status == null || !status.endsWith(started)) {
            return Optional.empty();
          }
          return switch (status.substring(0, status.length() - started.length())) {
            case "committed" -> Optional.of(true);
            case "aborted" -> Optional.of(false);
            default -> Optional.empty();
          };
        }
      };

  private final DatabaseConfig config;
  private final DeliveryContext context;
  private final Set<String> secrets;
  private final Transactions transactions;
  private final Map<String, Table> tables = new ConcurrentHashMap<>();

  PostgresDestination(DatabaseConfig config, DeliveryContext context, Set<String> named) {
    this.config = config;
    this.context = context;
    this.secrets = new HashSet<>(named);
    if (config.password() != null) {
      secrets.add(config.password());
    }
    this.transactions =
        new Transactions(
            new Connections(this::connect), Optional.of(TXID_STATUS), PostgresDestination::column);
  }

  private Connection connect() throws SQLException {
    config.url().judge(config.guard());
    Properties properties = new Properties();
    if (config.user() != null) {
      properties.setProperty("user", config.user());
    }
    if (config.password() != null) {
      properties.setProperty("password", config.password());
    }
    long seconds = Math.max(1, config.timeout().toSeconds());
    properties.setProperty("connectTimeout", Long.toString(Math.min(10, seconds)));
    // The server ends a statement by itself; this is for a server that says nothing any more.
    properties.setProperty("socketTimeout", Long.toString(seconds + 5));
    properties.setProperty("ApplicationName", "backhaul");
    properties.setProperty("prepareThreshold", "0");
    properties.setProperty("tcpKeepAlive", "true");
    if (config.url().option("sslmode") == null && !config.url().local()) {
      properties.setProperty("sslmode", "verify-full");
    }
    // Authorities are those that this JVM trusts, as for every other destination.
    properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
    if (GuardedSockets.class.getClassLoader() == Driver.class.getClassLoader()) {
      properties.setProperty("socketFactory", GuardedSockets.class.getName());
      properties.setProperty(
          "socketFactoryArg",
          config.allowPrivateNetworks() ? GuardedSockets.PRIVATE_TOO : "public");
    }
    Connection connection = new Driver().connect(config.url().text(), properties);
    if (connection == null) {
      throw DestinationException.refused(
          "URL_REFUSED", 0, "the url is not PostgreSQL's: write jdbc:postgresql://host/database");
    }
    return connection;
  }

  @Override
  public Capabilities capabilities() {
    return config.capabilities();
  }

  @Override
  public ObjectSchema describe(String object) {
    tables.remove(object);
    return transactions.read(connection -> table(connection, object), redactor()).schema(object);
  }

  /** Asks who we are and what time it is. */
  @Override
  public Probe probe() {
    String asked = "SELECT current_user, clock_timestamp()";
    return transactions.read(
        connection -> {
          try (Statement statement = connection.createStatement();
              ResultSet row = statement.executeQuery(asked)) {
            row.next();
            Instant there = row.getObject(2, OffsetDateTime.class).toInstant();
            return new Probe(
                asked, row.getString(1), Duration.between(context.clock().instant(), there));
          }
        },
        redactor());
  }

  @Override
  public Delivery write(Batch batch) {
    config.capabilities().admit(batch);
    Redactor redactor = Redactor.of(JsonBody.values(batch)).withSecrets(secrets);
    Table known = tables.get(batch.object());
    Table table =
        known != null
            ? known
            : transactions.read(connection -> table(connection, batch.object()), redactor);
    Rows rows = Rows.of(batch, table, config.key(batch.object()), CopyText::of);
    if (batch.op() == Op.UPSERT) {
      checkUnique(batch.object(), table, rows.key());
    }
    List<RecordResult> results = new ArrayList<>(rows.refused());
    List<Row> all = rows.all();
    if (!all.isEmpty()) {
      results.addAll(applied(batch, table, rows, redactor, known != null));
    }
    return Delivery.Settled.of(batch, results, 0, RateHint.NONE);
  }

  private List<RecordResult> applied(
      Batch batch, Table table, Rows rows, Redactor redactor, boolean mayBeStale) {
    SQLException[] names = new SQLException[1];
    try {
      return transactions.write(
          connection -> {
            try (Statement limit = connection.createStatement()) {
              limit.execute("SET LOCAL statement_timeout = " + config.timeout().toMillis());
            }
            try {
              return new PostgresWrite(connection, table, batch.op(), rows.key())
                  .write(rows.groups());
            } catch (SQLException e) {
              names[0] = SqlFailure.ofNames(e) ? e : null;
              throw named(e, rows);
            }
          },
          redactor);
    } catch (DestinationException e) {
      if (names[0] != null) {
        tables.remove(batch.object());
        if (mayBeStale) {
          // The table is no longer what it was when it was looked at: look again, then judge.
          throw DestinationException.unavailable(e.code(), 0, Duration.ZERO, e.getMessage());
        }
      }
      throw e;
    }
  }

  /** A failure in a temporary table's column, told of the column that it stands for. */
  private static SQLException named(SQLException failure, Rows rows) {
    if (!(failure instanceof PSQLException e) || e.getServerErrorMessage() == null) {
      return failure;
    }
    ServerErrorMessage error = e.getServerErrorMessage();
    Matcher copied = COPIED.matcher(error.getWhere() == null ? "" : error.getWhere());
    if (!copied.find()) {
      return failure;
    }
    int group = Integer.parseInt(copied.group(1));
    int position = Integer.parseInt(copied.group(3));
    List<Column> columns =
        copied.group(2).equals("k") ? rows.key() : rows.groups().get(group).columns();
    return new ColumnFailure(error.getMessage(), e, columns.get(position).name());
  }

  private static final class ColumnFailure extends SQLException {
    private static final long serialVersionUID = 1L;
    private final String column;

    ColumnFailure(String message, SQLException cause, String column) {
      super(message, cause.getSQLState(), cause);
      this.column = column;
    }
  }

  private static String column(SQLException failure) {
    if (failure instanceof ColumnFailure named) {
      return named.column;
    }
    ServerErrorMessage error =
        failure instanceof PSQLException e ? e.getServerErrorMessage() : null;
    return error == null ? null : error.getColumn();
  }

  private static void checkUnique(String object, Table table, List<Column> key) {
    Set<String> names = new HashSet<>();
    key.forEach(each -> names.add(each.name()));
    // A view tells no keys of its own: the server judges.
    if (!table.uniques().isEmpty() && !table.uniques().contains(names)) {
      throw DestinationException.refused(
          "KEY_NOT_UNIQUE",
          0,
          "no unique constraint of '"
              + object
              + "' is over "
              + String.join(", ", names)
              + ": add one, or name the columns of one under key");
    }
  }

  private Table table(Connection connection, String object) throws SQLException {
    Table read = PostgresCatalogue.read(connection, object);
    tables.put(object, read);
    return read;
  }

  private Redactor redactor() {
    return Redactor.of(Set.of()).withSecrets(secrets);
  }

  private static String one(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() ? row.getString(1) : null;
    }
  }

  @Override
  public void close() {
    transactions.close();
  }
}
