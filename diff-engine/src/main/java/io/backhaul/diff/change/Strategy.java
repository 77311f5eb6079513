/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import java.util.Locale;

/** How changes are found. */
public enum Strategy {
  /** Compares the whole snapshot with state. */
  SNAPSHOT,
  /** Compares only rows whose {@code updated_at} passed the cursor, less an overlap. */
  WATERMARK,
  /** Compares only rows that Delta's change data feed names since the last settled version. */
  CHANGE_FEED;

  /** The name in specs. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
