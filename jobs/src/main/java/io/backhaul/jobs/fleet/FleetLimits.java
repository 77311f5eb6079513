/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import io.backhaul.jobs.spec.Priority;
import java.time.Duration;

/**
 * How a fleet is shared out.
 *
 * @param perTenant most jobs of one tenant at once
 * @param perAccount most jobs of one destination account at once
 * @param leaseTerm after so long without a sign of life a worker's jobs are free again
 * @param maxConsecutiveFailures failed runs in a row after which a sync is parked
 */
public record FleetLimits(
    int perTenant, int perAccount, Duration leaseTerm, int maxConsecutiveFailures) {

  public FleetLimits {
    if (perTenant < 1 || perAccount < 1 || maxConsecutiveFailures < 1) {
      throw new IllegalArgumentException("a fleet lets at least one job, account and failure be");
    }
    if (leaseTerm.isNegative() || leaseTerm.isZero()) {
      throw new IllegalArgumentException("a lease has a term: " + leaseTerm);
    }
  }

  /**
   * The usual ones for so many jobs at once: a tenant gets a twentieth and at least two, an account
   * half of that; a lease lasts a minute, and five failures park a sync.
   */
  public static FleetLimits of(int jobsAtOnce) {
    int perTenant = Math.max(2, jobsAtOnce / 20);
    return new FleetLimits(perTenant, Math.max(1, perTenant / 2), Duration.ofMinutes(1), 5);
  }

  /**
   * The share of a priority: while all three have jobs waiting, 8 of 12 jobs at work are of high
   * priority, 3 of normal and 1 of low. What one does not need, the others get.
   */
  public static int weight(Priority priority) {
    return switch (priority) {
      case HIGH -> 8;
      case NORMAL -> 3;
      case LOW -> 1;
    };
  }
}
