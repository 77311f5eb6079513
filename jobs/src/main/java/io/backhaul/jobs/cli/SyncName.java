/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

/**
 * A sync as a user names it.
 *
 * @param tenant {@code null} where only the name was given
 * @param sync {@code null} where nothing was given
 */
record SyncName(String tenant, String sync) {

  /** Splits {@code tenant/name} or {@code name}; {@code null} means any. */
  static SyncName of(String text) {
    if (text == null) {
      return new SyncName(null, null);
    }
    int slash = text.indexOf('/');
    return slash < 0
        ? new SyncName(null, text)
        : new SyncName(text.substring(0, slash), text.substring(slash + 1));
  }
}
