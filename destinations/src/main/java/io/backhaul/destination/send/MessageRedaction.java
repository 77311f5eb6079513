/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Change;

/**
 * Takes what is personal out of a vendor's message about one record, before it is journaled.
 * Thread-safe.
 */
@FunctionalInterface
public interface MessageRedaction {

  /** For syncs without personal fields. */
  MessageRedaction NONE = (change, message) -> message;

  /**
   * @param message the vendor's words, never {@code null}
   */
  String redact(Change change, String message);
}
