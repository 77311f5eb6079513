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
      String runId, Map<String, Long> planned, Map<String, Long> accounted, long phantoms) {
    super(
        "the balance of run "
            + runId
            + " is broken: planned "
            + planned
            + ", accounted for "
            + accounted
            + ", outcomes of keys that were not planned: "
            + phantoms
            + "; its journal and outbox are kept, state was not advanced");
  }
}
