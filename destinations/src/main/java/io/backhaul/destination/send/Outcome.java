/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import java.util.Locale;

/** How one planned record of a run ended. */
public enum Outcome {
  /** The destination confirmed it; state advances. */
  APPLIED,
  /** Refused for good; becomes a dead letter. */
  REJECTED,
  /** Not delivered, certainly; the next run finds it again. */
  DEFERRED,
  /** Nobody can say; state does not advance, {@code on_in_doubt} decides. */
  UNKNOWN;

  /** The lower-case name used in tables and JSON. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
