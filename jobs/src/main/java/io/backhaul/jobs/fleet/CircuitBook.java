/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import io.backhaul.destination.send.CircuitReport;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The circuits of all accounts, as the runs leave them. Several runs of an account end at about the
 * same time and saw the same failure: it counts once. Not thread-safe.
 */
final class CircuitBook {

  private final Map<String, CircuitReport> open = new HashMap<>();

  /** The circuit of an account. */
  CircuitReport of(String account) {
    return open.getOrDefault(account, CircuitReport.CLOSED);
  }

  /**
   * Notes what a run saw.
   *
   * @return whether that is news
   */
  boolean note(Lease lease, CircuitReport seen) {
    String account = lease.job().sync().account();
    CircuitReport known = of(account);
    CircuitReport merged = merge(lease, known, seen);
    if (merged.equals(known)) {
      return false;
    }
    if (merged.openUntil() == null) {
      open.remove(account);
    } else {
      open.put(account, merged);
    }
    return true;
  }

  private static CircuitReport merge(Lease lease, CircuitReport known, CircuitReport seen) {
    if (seen.openUntil() == null) {
      // A run that began before the failure knows nothing of it; only who came to see may close.
      return lease.probe() && lease.circuit().equals(known) ? CircuitReport.CLOSED : known;
    }
    if (known.openUntil() == null || seen.consecutiveOpens() > known.consecutiveOpens()) {
      return seen;
    }
    Instant until =
        seen.openUntil().isAfter(known.openUntil()) ? seen.openUntil() : known.openUntil();
    return seen.consecutiveOpens() < known.consecutiveOpens()
        ? known
        : new CircuitReport(
            known.state(), known.openedAt(), until, known.consecutiveOpens(), seen.lastError());
  }

  /** Whatever is known against an account is forgotten. */
  void close(String account) {
    open.remove(account);
  }
}
