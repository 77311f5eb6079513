/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;

/**
 * Connections of one destination, kept open between batches. Thread-safe; how many are in use at
 * once is what the sender lets through, and no more are kept.
 */
final class Connections implements AutoCloseable {

  /** Opens a connection. */
  @FunctionalInterface
  interface Opener {
    Connection open() throws SQLException;
  }

  private record Idle(Connection connection, long since) {}

  /** After so long a connection is asked whether it still is one: firewalls forget silently. */
  private static final long TRUSTED = TimeUnit.SECONDS.toNanos(30);

  private static final int SECONDS_TO_ANSWER = 5;

  private final Opener opener;
  private final Deque<Idle> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  Connections(Opener opener) {
    this.opener = opener;
  }

  /** One for the caller alone, without auto-commit. */
  Connection take() throws SQLException {
    for (Idle next = idle.pollLast(); next != null; next = idle.pollLast()) {
      boolean fresh = System.nanoTime() - next.since() < TRUSTED;
      if (fresh || next.connection().isValid(SECONDS_TO_ANSWER)) {
        return next.connection();
      }
      discard(next.connection());
    }
    Connection connection = opener.open();
    connection.setAutoCommit(false);
    return connection;
  }

  /** Takes one back that is in no transaction. */
  void giveBack(Connection connection) {
    idle.addLast(new Idle(connection, System.nanoTime()));
    if (closed) {
      discardIdle();
    }
  }

  /** Closes one that may be broken, and all that lie idle: what broke it may have met them, too. */
  void broken(Connection connection) {
    discard(connection);
    discardIdle();
  }

  private void discardIdle() {
    for (Idle next = idle.poll(); next != null; next = idle.poll()) {
      discard(next.connection());
    }
  }

  private static void discard(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is given up; the server notices by itself.
    }
  }

  @Override
  public void close() {
    closed = true;
    discardIdle();
  }
}
