/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.time.Duration;
import java.util.Map;

/**
 * What the caller asks of one run, beside what the spec says.
 *
 * @param full send unchanged rows too
 * @param limit most operations to plan, or {@code null}
 * @param where Spark SQL predicate over source columns, or {@code null}
 * @param patience the longest a partition waits for a throttled or broken destination in total
 * @param accepted guards overridden for this run: guard to accepted rows
 * @param trigger what started it: {@code manual}, {@code schedule} or {@link #REHEARSAL}
 */
public record RunOptions(
    boolean full,
    Long limit,
    String where,
    Duration patience,
    Map<String, Long> accepted,
    String trigger) {

  /** The trigger of a run against a sandbox. */
  public static final String REHEARSAL = "rehearsal";

  /** A plain run by hand, with two minutes of patience. */
  public static final RunOptions DEFAULT =
      new RunOptions(false, null, null, Duration.ofMinutes(2), Map.of(), "manual");

  public RunOptions {
    accepted = Map.copyOf(accepted);
  }

  /** The same run, rehearsed. */
  public RunOptions rehearsed() {
    return new RunOptions(full, limit, where, patience, accepted, REHEARSAL);
  }

  boolean rehearses() {
    return trigger.equals(REHEARSAL);
  }

  boolean filtered() {
    return limit != null || where != null;
  }
}
