/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.util.Locale;

/** How a run ended. */
public enum RunStatus {
  /** Every planned operation was applied, and no row was invalid. */
  SUCCEEDED,
  /** It ran to its end, and some rows were rejected, invalid, deferred or unknown. */
  PARTIAL,
  /** It could not run to its end; what the destination acknowledged is settled all the same. */
  FAILED,
  /** A guard stopped it, before anything was sent or because too many records were rejected. */
  STOPPED,
  /** Another run holds the sync; nothing was read or sent. */
  SKIPPED;

  /** The name in JSON and tables. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
