/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import io.backhaul.jobs.fleet.FleetLimits;
import java.time.Duration;

/**
 * What the caller asks of a fleet application.
 *
 * @param places jobs at once
 * @param perTenant most jobs of one tenant at once, over all applications; {@code null} for a share
 *     of the places
 * @param perAccount most jobs of one destination account at once; {@code null} for half of that
 * @param maxConsecutiveFailures failed jobs in a row after which a sync is parked
 */
public record FleetSettings(
    int places, Integer perTenant, Integer perAccount, int maxConsecutiveFailures) {

  /** Four places, shared out as described, and five failures. */
  public static final FleetSettings DEFAULT = new FleetSettings(4, null, null, 5);

  static final Duration LEASE_TERM = Duration.ofMinutes(1);

  /** No tenant's part of the places is less than a twentieth. */
  private static final int MOST_SHARES = 20;

  /**
   * How that is shared out: a tenant alone gets all places, two get half of them each, and so on;
   * of these one account gets half, so that a slow one leaves room for the tenant's others.
   */
  FleetLimits limits(long tenants, long accounts) {
    long shares = Math.max(1, Math.min(tenants, MOST_SHARES));
    int tenant = perTenant != null ? perTenant : (int) ((places + shares - 1) / shares);
    int half = accounts <= 1 ? tenant : (tenant + 1) / 2;
    return new FleetLimits(
        tenant, perAccount != null ? perAccount : half, LEASE_TERM, maxConsecutiveFailures);
  }
}
