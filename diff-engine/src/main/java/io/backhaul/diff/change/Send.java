/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

/** Which fields of a changed row are sent. */
public enum Send {
  /** All mapped fields. */
  ALL,
  /** The changed ones and those that identify the record. */
  CHANGED
}
