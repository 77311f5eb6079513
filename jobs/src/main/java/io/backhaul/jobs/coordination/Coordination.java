/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.coordination;

import io.backhaul.destination.send.CircuitReport;
import io.backhaul.destination.send.SendListener;
import io.backhaul.destination.send.SteadyPermits;
import io.backhaul.destination.send.account.Accounts;
import io.backhaul.destination.send.account.SharedAccount;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What this process has of {@link BackhaulPlugin}: a driver the accounts, an executor the way to
 * them, a local session both. One for each JVM, since Spark starts plugins once in each and hands
 * them to nobody. Thread-safe.
 */
public final class Coordination {

  private static final Map<String, SharedAccount> SHARED = new HashMap<>();
  private static Accounts accounts;
  private static ExecutorPart executor;

  private Coordination() {}

  static synchronized void driver(Accounts ofTheApplication) {
    accounts = ofTheApplication;
  }

  static synchronized void executor(ExecutorPart ofThisProcess) {
    executor = ofThisProcess;
    SHARED.clear();
  }

  /**
   * The account of a destination as this executor shares it; empty where the plugin is not loaded.
   *
   * @param id tenant and name of the destination
   * @param requestsPerSecond of the whole account
   * @param share of it that this executor may use while the driver does not answer
   */
  public static synchronized Optional<SharedAccount> account(
      String id, double requestsPerSecond, double share) {
    if (executor == null) {
      return Optional.empty();
    }
    SharedAccount account = SHARED.get(id);
    if (account == null || !account.allows(requestsPerSecond)) {
      Clock clock = Clock.systemUTC();
      account =
          new SharedAccount(
              id,
              executor.id(),
              requestsPerSecond,
              executor,
              new SteadyPermits(id, Math.max(0.01, requestsPerSecond * share), clock),
              clock);
      SHARED.put(id, account);
    }
    return Optional.of(account);
  }

  /**
   * A listener that counts what a partition does, for Spark's metrics, and tells {@code listener},
   * too; it alone where the plugin is not loaded.
   *
   * @param sync {@code tenant/name}
   */
  public static synchronized SendListener counting(
      String sync, String destination, SendListener listener) {
    return executor == null ? listener : executor.counting(sync, destination, listener);
  }

  /** The partition is over: what its listener counted last is told. */
  public static void counted(SendListener listener) {
    if (listener instanceof Activity activity) {
      activity.close();
    }
  }

  /**
   * On the driver: the circuit of an account as all executors know it; empty where the plugin is
   * not loaded or nobody has sent to the account.
   */
  public static Optional<CircuitReport> circuit(String id) {
    Accounts known = accounts();
    return known == null ? Optional.empty() : known.circuit(id);
  }

  /** On the driver: all executors forget what was known against an account at a time. */
  public static void lift(String id, Instant closedAt) {
    Accounts known = accounts();
    if (known != null) {
      known.lift(id, closedAt);
    }
  }

  private static synchronized Accounts accounts() {
    return accounts;
  }
}
