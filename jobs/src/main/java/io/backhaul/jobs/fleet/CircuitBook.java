/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import io.backhaul.destination.send.CircuitReport;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The circuits of all accounts, as the runs leave them. Several runs of an account end at about the
 * same time and saw the same failure: it counts once. Not thread-safe.
 */
final class CircuitBook {

  /** The reason where a run deferred rows and named none. */
  private static final String DEFERRED = "DEFERRED";

  /** As the breaker's: 1, 2, 4, 8, 16 and then 30 minutes. */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(30);

  private final Map<String, CircuitReport> open = new HashMap<>();

  /** The circuit of an account. */
  CircuitReport of(String account) {
    return open.getOrDefault(account, CircuitReport.CLOSED);
  }

  /**
   * Notes what a run saw. One that deferred rows although no circuit is open afterwards was told to
   * come back later, or the day's calls are spent: its account is held as if it had opened one, or
   * the job would be tried again at once, and for ever.
   *
   * @return whether that is news
   */
  boolean note(JobLease lease, JobEnd end, Instant now) {
    String account = lease.job().sync().account();
    CircuitReport known = of(account);
    CircuitReport merged = merge(lease, known, end.circuit());
    boolean held = merged.openUntil() != null && merged.openUntil().isAfter(now);
    if (end.outcome() == JobEnd.Outcome.DEFERRED && !held) {
      merged = hold(merged, now);
    }
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

  private static CircuitReport merge(JobLease lease, CircuitReport known, CircuitReport seen) {
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

  private static CircuitReport hold(CircuitReport circuit, Instant now) {
    int opens = circuit.consecutiveOpens() + 1;
    Duration pause =
        opens > 5 ? LONGEST_PAUSE : Duration.ofMinutes(1).multipliedBy(1L << (opens - 1));
    String reason = circuit.lastError() == null ? DEFERRED : circuit.lastError();
    return new CircuitReport("open", now, now.plus(pause), opens, reason);
  }

  /** What is known against an account. */
  void put(String account, CircuitReport circuit) {
    open.put(account, circuit);
  }

  /** All that is known against accounts. */
  Map<String, CircuitReport> open() {
    return Map.copyOf(open);
  }

  /** Whatever is known against an account is forgotten. */
  void close(String account) {
    open.remove(account);
  }
}
