/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.coordination;

import java.util.Locale;

/** What is counted of a sync; the lower-case name ends the name of its metric. */
enum Count {
  /** Records the destination acknowledged. */
  APPLIED,
  /** Records it refused for good. */
  REJECTED,
  /** Records put off to the next run because of how a request ended. */
  DEFERRED,
  /** Records whose outcome nobody knows. */
  UNKNOWN,
  /** Requests made. */
  CALLS,
  /** Requests that were throttled, failed or got no answer. */
  FAILED_CALLS,
  /** Requests that the rate put off. */
  RATE_WAITS,
  /** For how long in all. */
  RATE_WAIT_MILLIS;

  String metric() {
    return name().toLowerCase(Locale.ROOT);
  }
}
