/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.util.Locale;

/** How much a sync may spend of the calls that its destination takes a day. */
public enum Priority {
  /** All of them. */
  HIGH(0),
  /** All but the last tenth, which is kept for syncs of high priority. */
  NORMAL(0.10),
  /** All but the last quarter, which is kept for the others. */
  LOW(0.25);

  private final double kept;

  Priority(double kept) {
    this.kept = kept;
  }

  /** Of so many calls a day, those that all syncs together may have spent when this one stops. */
  public long mostOf(long callsPerDay) {
    return callsPerDay - (long) Math.ceil(callsPerDay * kept);
  }

  /** The lower-case name used in files and tables. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
