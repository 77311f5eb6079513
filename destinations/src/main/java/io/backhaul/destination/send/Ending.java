/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import java.util.Locale;

/** Why a partition's sender came back, from best to worst. */
public enum Ending {
  /** Every change has its outcome. */
  DRAINED,
  /** Patience ran out; changes without an outcome were not sent. */
  DEFERRED,
  /**
   * The destination rejects more records than allowed; changes without an outcome were not sent.
   */
  REJECTING,
  /** The destination refuses us: configuration, credentials, permission, schema. */
  REFUSED,
  /** The destination's answer cannot be; going on would do harm. */
  CONTRADICTORY;

  /** The lower-case name used in tables and JSON. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
