/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import io.backhaul.destination.DestinationException;
import io.backhaul.destination.http.Redactor;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;

/**
 * What an SQLSTATE means (PostgreSQL, "Appendix A. Error Codes"; the classes are those of the SQL
 * standard). Before its commit nothing of a transaction is applied; after it, what cannot be said
 * is in doubt.
 */
final class SqlFailure {

  private enum Action {
    REFUSED,
    UNAVAILABLE,
    POISONED
  }

  /** The first five characters decide, else the first two. */
  private static final Map<String, Action> TABLE =
      Map.ofEntries(
          Map.entry("08", Action.UNAVAILABLE), // connection
          Map.entry("08004", Action.REFUSED), // the server refuses the connection as it is
          Map.entry("0A", Action.REFUSED), // not supported
          Map.entry("21", Action.POISONED), // one row named twice
          Map.entry("22", Action.POISONED), // data
          Map.entry("23", Action.POISONED), // constraints
          Map.entry("25", Action.UNAVAILABLE), // read-only: a standby, until it takes over
          Map.entry("28", Action.REFUSED), // credentials
          Map.entry("3D", Action.REFUSED), // no such database
          Map.entry("3F", Action.REFUSED), // no such schema
          Map.entry("40", Action.UNAVAILABLE), // serialisation, deadlock
          Map.entry("42", Action.REFUSED), // statement, names, privileges
          Map.entry("44", Action.POISONED), // check option of a view
          Map.entry("53", Action.UNAVAILABLE), // resources
          Map.entry("54", Action.POISONED), // a row or value too large
          Map.entry("55", Action.UNAVAILABLE), // locks
          Map.entry("57", Action.UNAVAILABLE), // cancelled, shutting down
          Map.entry("58", Action.UNAVAILABLE), // the server's disk
          Map.entry("P0", Action.POISONED), // raised by a trigger
          Map.entry("XX", Action.UNAVAILABLE), // the server's own error
          Map.entry("HYT00", Action.UNAVAILABLE), // time, lock wait
          Map.entry("HYT01", Action.UNAVAILABLE)); // time

  /** With these a server says that it did not commit. */
  private static final Set<String> NOT_COMMITTED = Set.of("21", "22", "23", "25", "40", "44", "P0");

  private SqlFailure() {}

  /** A failure before the transaction's commit. */
  static DestinationException of(SQLException failure, String field, Redactor redactor) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof DestinationException known) {
        return known;
      }
      if (at instanceof SSLException) {
        return DestinationException.refused(
            "TLS_FAILED",
            0,
            "no TLS connection that can be trusted: check that the server offers TLS, and that its"
                + " certificate comes from an authority this JVM trusts (javax.net.ssl.trustStore)"
                + " and is for the host in url");
      }
    }
    String code = code(failure);
    String message = code + ": " + redactor.redact(words(failure));
    return switch (action(failure)) {
      case REFUSED -> DestinationException.refused(code, 0, message);
      case UNAVAILABLE -> DestinationException.unavailable(code, 0, Duration.ZERO, message);
      case POISONED -> DestinationException.poisoned(code, field, 0, message);
    };
  }

  /** A failure of the commit itself. */
  static DestinationException ofCommit(SQLException failure, Redactor redactor) {
    if (saysNotCommitted(failure)) {
      return of(failure, null, redactor);
    }
    return DestinationException.inDoubt(
        code(failure), 0, "the connection was lost while the transaction was being committed");
  }

  static boolean saysNotCommitted(SQLException failure) {
    String state = failure.getSQLState();
    return state != null && state.length() == 5 && NOT_COMMITTED.contains(state.substring(0, 2));
  }

  /** Whether a statement, a name in it or a privilege is wrong: the catalogue may have changed. */
  static boolean ofNames(SQLException failure) {
    return failure.getSQLState() != null && failure.getSQLState().startsWith("42");
  }

  /** Whether the connection can be used no more. */
  static boolean ofConnection(SQLException failure) {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    return state.startsWith("08")
        || state.startsWith("57P")
        || failure instanceof SQLNonTransientConnectionException
        || failure instanceof SQLRecoverableException;
  }

  private static Action action(SQLException failure) {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    Action exact = TABLE.get(state);
    if (exact == null && state.length() == 5) {
      exact = TABLE.get(state.substring(0, 2));
    }
    return exact == null ? byKind(failure) : exact;
  }

  /** Drivers with states of their own say by the exception's class what it is. */
  private static Action byKind(SQLException failure) {
    if (failure instanceof SQLDataException
        || failure instanceof SQLIntegrityConstraintViolationException) {
      return Action.POISONED;
    }
    if (failure instanceof SQLSyntaxErrorException
        || failure instanceof SQLInvalidAuthorizationSpecException) {
      return Action.REFUSED;
    }
    boolean passing =
        failure instanceof SQLTransientException
            || failure instanceof SQLRecoverableException
            || failure instanceof SQLNonTransientConnectionException;
    return passing ? Action.UNAVAILABLE : Action.REFUSED;
  }

  private static String code(SQLException failure) {
    String state = failure.getSQLState();
    return state == null || state.isBlank() ? "SQL_" + failure.getErrorCode() : state;
  }

  /** The first line: what follows quotes whole rows. */
  private static String words(SQLException failure) {
    String message = failure.getMessage() == null ? "no words" : failure.getMessage();
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
