/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.slack;

import io.backhaul.destination.RecordResult;

/** A record of which no request can be made; nothing was sent for it. */
final class Unsendable extends Exception {

  private static final long serialVersionUID = 1L;

  private final String code;
  private final String field;

  Unsendable(String code, String field, String message) {
    super(message, null, false, false);
    this.code = code;
    this.field = field;
  }

  RecordResult.Rejected result(String key) {
    return new RecordResult.Rejected(key, code, field, getMessage());
  }
}
