/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import java.util.Locale;

/** What a sync keeps true of the destination. */
public enum Mode {
  /** New and changed rows are created or overwritten. */
  UPSERT,
  /** New and changed rows overwrite existing records; none is created. */
  UPDATE,
  /** New rows are created; later changes to them are not sent. */
  INSERT,
  /** As upsert, and records whose row left the source are deleted. */
  MIRROR,
  /** Events: each key is sent once, ever. */
  APPEND,
  /** Every row names a record to delete. */
  DELETE;

  /** The name in specs. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
