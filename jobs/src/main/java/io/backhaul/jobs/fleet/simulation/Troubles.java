/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

import java.time.Duration;
import java.time.Instant;

/**
 * What goes wrong on the day. The first tenant's queries take ten minutes, the second one's records
 * all fail, one vendor throttles everybody for a twelfth of the day (of 24 hours, two), and each
 * hour a worker is lost, every other time one that is only cut off and comes back.
 *
 * @param any whether anything goes wrong; not on the day that is compared with
 */
record Troubles(boolean any, Instant start, Duration day) {

  static final Vendor THROTTLING = Vendor.SALESFORCE;
  static final int SLOW_TENANT = 0;
  static final int FAILING_TENANT = 1;
  static final long SLOW_QUERY_MILLIS = Duration.ofMinutes(10).toMillis();

  boolean throttles(Vendor vendor, Instant now) {
    Instant begin = start.plus(day.dividedBy(3));
    return any
        && vendor == THROTTLING
        && !now.isBefore(begin)
        && now.isBefore(begin.plus(day.dividedBy(12)));
  }

  boolean isSlow(SimulatedSync sync) {
    return any && sync.tenant == SLOW_TENANT;
  }

  boolean fails(SimulatedSync sync) {
    return any && sync.tenant == FAILING_TENANT;
  }

  /** Whether any of it may hold up this sync, on a day on which it happens. */
  static boolean touches(SimulatedSync sync) {
    return sync.tenant == SLOW_TENANT || sync.tenant == FAILING_TENANT || sync.vendor == THROTTLING;
  }
}
