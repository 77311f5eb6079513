/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.backfill;

import io.backhaul.jobs.sync.RunReport;
import java.util.List;

/**
 * How far a backfill came.
 *
 * @param id names it in {@code runs.trigger}
 * @param chunks how many runs it takes
 * @param doneBefore how many of them earlier calls had done
 * @param runs those of this call, in order; the last may be one that did not end well
 * @param finished whether all are done now
 */
public record BackfillReport(
    String id, int chunks, int doneBefore, List<RunReport> runs, boolean finished) {

  public BackfillReport {
    runs = List.copyOf(runs);
  }
}
