/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

/** A run found that another one holds its sync. It sends and settles nothing more. */
final class LeaseLostException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LeaseLostException(String tenant, String sync, String runId) {
    super(
        "run "
            + runId
            + " lost the lease of "
            + tenant
            + "/"
            + sync
            + ": it was paused for longer than a minute, or its ledger could not be written; what"
            + " it delivered is settled from its journal by the next run");
  }
}
