/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.time.Duration;

/**
 * How long the ledger keeps what, {@code maintain} in {@code backhaul.yaml}. State, watermarks,
 * leases and circuits are not history and have no term, nor have dead letters that are not
 * resolved: a discarded one still holds its row back.
 *
 * @param deadLetters counts from the day a letter was resolved
 * @param outbox counts from the start of the run that planned the rows
 * @param vacuum how long files stay that no newest version of a table names any more
 */
public record Retention(
    Duration runs,
    Duration deliveries,
    Duration freshness,
    Duration fieldFailures,
    Duration deadLetters,
    Duration outbox,
    Duration vacuum) {

  /**
   * No term may be shorter: clocks of machines differ, and a run or a query that is under way reads
   * the version of a table that it began with.
   */
  static final Duration SHORTEST = Duration.ofDays(1);
}
