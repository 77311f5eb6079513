/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.time.Duration;
import java.util.List;

/** When a sync is due by itself. */
public sealed interface Schedule {

  /** Only a person or another scheduler starts it. */
  record Manual() implements Schedule {}

  /**
   * Once in each period. Syncs of the same period are spread over it.
   *
   * @param period one minute or more
   */
  record Every(Duration period) implements Schedule {}

  /** At the times of a cron expression. */
  record Cron(CronTimes times) implements Schedule {}

  /**
   * When each of these has ended a run since this one last began.
   *
   * @param parents names of syncs of the same tenant, at least one
   * @param onParentFailure whether a failed run of a parent counts as well
   */
  record After(List<String> parents, OnParentFailure onParentFailure) implements Schedule {
    public After {
      parents = List.copyOf(parents);
    }
  }

  /** When the source's version is another one than that of the last run. */
  record OnChange() implements Schedule {}
}
