/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.util.Map;

/** Planned operations and their outcomes do not match; nothing of the run is settled. */
final class BrokenBalanceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BrokenBalanceException(
      String runId,
      Map<String, Long> planned,
      Map<String, Long> accounted,
      long phantoms,
      String journal) {
    super(
        "the balance of run "
            + runId
            + " is broken: planned "
            + planned
            + ", accounted for "
            + accounted
            + ", outcomes of keys that were not planned: "
            + phantoms
            + "; state was not advanced. Compare the run's rows in outbox with its journal "
            + journal
            + "; to abandon what it delivered, remove that folder, and the next run sends again"
            + " what state does not hold");
  }
}
