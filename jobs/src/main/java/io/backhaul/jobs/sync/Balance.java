/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.util.Map;
import java.util.TreeMap;

/**
 * The books of one run: every planned operation has exactly one outcome, and every outcome belongs
 * to a planned operation. Checked by operation and by key (the outbox and the journal are joined on
 * it), before anything is settled.
 */
final class Balance {

  private Balance() {}

  static void check(RunHeader header, Outcomes outcomes, JournalFolder folder) {
    Map<String, Long> planned = new TreeMap<>(header.counts().ops());
    planned.values().removeIf(count -> count == 0);
    Map<String, Long> accounted = new TreeMap<>(outcomes.byOp());
    if (outcomes.phantoms() > 0 || !planned.equals(accounted)) {
      throw new BrokenBalanceException(
          header.runId(), planned, accounted, outcomes.phantoms(), folder.path());
    }
  }
}
