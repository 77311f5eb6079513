/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

/** What happens to rows that were delivered under an older mapping. */
public enum OnMappingChange {
  /** All of them count as changed. */
  RESYNC,
  /** They count as changed only where a field that both mappings have differs. */
  KEEP,
  /** As keep, and added fields that are not null are sent alone. */
  FIELDS
}
