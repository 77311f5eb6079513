/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.util.Locale;

/** What a sync promises of a record whose request or answer was lost on the way. */
public enum DeliveryGuarantee {
  /** It is sent again where that is safe or asked for: never lost, perhaps there twice. */
  AT_LEAST_ONCE,
  /**
   * It is sent again only if it certainly was not applied; otherwise it waits for a person, however
   * safe to repeat the operation is.
   */
  AT_MOST_ONCE;

  /** The lower-case name used in specs and journals. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
