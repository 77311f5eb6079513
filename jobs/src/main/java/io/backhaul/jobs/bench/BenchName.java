/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import java.util.Locale;

/** What can be measured. */
public enum BenchName {
  DIFF(5_000_000, 5, "finding what changed, beside plain Spark, MERGE and DuckDB"),
  DELIVER(500_000, 5, "sending, beside a bare HTTP loop and a one-at-a-time loop"),
  FIRST(5_000_000, 5, "the first sync of a table, all five steps"),
  NIGHTLY(10_000_000, 5, "a sync of a table with a few changes, all five steps"),
  STEADY(10_000_000, 5, "a sync of a table in which nothing changed"),
  SMALL(10_000, 1, "200 syncs of small tables, one after another"),
  SCALE(1_000_000, 1, "a diff of 1, 3, 10 and 30 times the rows"),
  PUSHDOWN(200_000, 3, "what PostgreSQL sends, with hash pushdown and without");

  private final long rows;
  private final int rounds;
  private final String about;

  BenchName(long rows, int rounds, String about) {
    this.rows = rows;
    this.rounds = rounds;
    this.about = about;
  }

  /** Rows unless told otherwise. */
  public long usualRows() {
    return rows;
  }

  /** Rounds unless told otherwise. */
  public int usualRounds() {
    return rounds;
  }

  /** What is measured, in a few words. */
  public String about() {
    return about;
  }

  /** The name on the command line and in JSON. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
