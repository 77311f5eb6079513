/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import io.backhaul.destination.DestinationException;
import io.backhaul.destination.http.Redactor;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Runs work in a transaction each, and says what its failure means. Thread-safe. */
final class Transactions implements AutoCloseable {

  /** What is done in a transaction. */
  @FunctionalInterface
  interface Work<T> {
    T in(Connection connection) throws SQLException;
  }

  /** Tells afterwards what became of a transaction whose commit got no answer. */
  interface Witness {

    /** What to remember of the transaction that is open. */
    String mark(Connection connection) throws SQLException;

    /** Whether it was committed; empty if that cannot be said. */
    Optional<Boolean> committed(Connection connection, String mark) throws SQLException;
  }

  private final Connections connections;
  private final Optional<Witness> witness;
  private final Function<SQLException, String> field;

  /**
   * @param field finds the column that a failure is about, or {@code null}
   */
  Transactions(
      Connections connections, Optional<Witness> witness, Function<SQLException, String> field) {
    this.connections = connections;
    this.witness = witness;
    this.field = field;
  }

  /**
   * Does the work and commits it.
   *
   * @throws DestinationException if it is not applied, or may be
   */
  <T> T write(Work<T> work, Redactor redactor) {
    return run(work, redactor, true);
  }

  /**
   * Does work that changes nothing.
   *
   * @throws DestinationException if it fails
   */
  <T> T read(Work<T> work, Redactor redactor) {
    return run(work, redactor, false);
  }

  private <T> T run(Work<T> work, Redactor redactor, boolean commit) {
    Connection connection;
    try {
      connection = connections.take();
    } catch (SQLException e) {
      throw SqlFailure.of(e, null, redactor);
    }
    T result;
    String mark;
    try {
      result = work.in(connection);
      mark = commit && witness.isPresent() ? witness.get().mark(connection) : null;
    } catch (SQLException e) {
      rollBack(connection, SqlFailure.ofConnection(e));
      throw SqlFailure.of(e, field.apply(e), redactor);
    } catch (RuntimeException | Error e) {
      rollBack(connection, false);
      throw e;
    }
    if (!commit) {
      rollBack(connection, false);
      return result;
    }
    try {
      connection.commit();
    } catch (SQLException e) {
      return afterCommit(e, connection, mark, result, redactor);
    }
    connections.giveBack(connection);
    return result;
  }

  private <T> T afterCommit(
      SQLException failure, Connection connection, String mark, T result, Redactor redactor) {
    DestinationException means = SqlFailure.ofCommit(failure, redactor);
    if (means.outcomeKnown()) {
      rollBack(connection, false);
      throw means;
    }
    connections.broken(connection);
    Optional<Boolean> committed = mark == null ? Optional.empty() : ask(mark);
    if (committed.isEmpty()) {
      throw means;
    }
    if (committed.get()) {
      return result;
    }
    throw DestinationException.unavailable(
        means.code(), 0, Duration.ZERO, "the connection was lost before the transaction's commit");
  }

  private Optional<Boolean> ask(String mark) {
    try {
      Connection another = connections.take();
      try {
        Optional<Boolean> committed = witness.orElseThrow().committed(another, mark);
        rollBack(another, false);
        return committed;
      } catch (SQLException | RuntimeException e) {
        connections.broken(another);
        return Optional.empty();
      }
    } catch (SQLException | DestinationException e) {
      return Optional.empty();
    }
  }

  private void rollBack(Connection connection, boolean broken) {
    if (broken) {
      connections.broken(connection);
      return;
    }
    try {
      connection.rollback();
      connections.giveBack(connection);
    } catch (SQLException e) {
      connections.broken(connection);
    }
  }

  @Override
  public void close() {
    connections.close();
  }
}
