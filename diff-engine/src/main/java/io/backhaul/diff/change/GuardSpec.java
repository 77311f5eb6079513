/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import java.io.Serializable;

/**
 * Bounds that stop a run before its first byte is sent; {@code null} where a guard is off.
 *
 * @param maxDeletes of the rows in state
 * @param maxChanges of the rows in the source; not applied to a first sync
 * @param minSourceRows fewest rows the source must have
 * @param maxInvalid of the rows in the source
 */
public record GuardSpec(Limit maxDeletes, Limit maxChanges, Long minSourceRows, Limit maxInvalid)
    implements Serializable {

  /** No guard set. */
  public static final GuardSpec OFF = new GuardSpec(null, null, null, null);
}
