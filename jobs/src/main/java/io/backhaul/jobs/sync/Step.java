/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.util.Locale;

/** The five steps of a run, in order. Log lines, timings and progress use these words. */
public enum Step {
  READ,
  DIFF,
  PLAN,
  DELIVER,
  SETTLE;

  /** The name in JSON and tables. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
