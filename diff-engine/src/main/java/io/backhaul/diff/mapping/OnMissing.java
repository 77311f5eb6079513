/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.util.Locale;

/** What becomes of a row whose {@link Lookup} finds no id. */
public enum OnMissing {
  /** It is planned and not sent, and the next run looks again. */
  DEFER,
  /** It is a dead letter until there is an id. */
  DEAD_LETTER;

  /** The name in files. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
