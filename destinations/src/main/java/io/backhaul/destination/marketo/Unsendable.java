/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

/** A record that no call can carry; its message says why. Nothing was sent. */
final class Unsendable extends Exception {

  private static final long serialVersionUID = 1L;

  private final String code;
  private final String field;

  /**
   * @param field at fault, or {@code null}
   */
  Unsendable(String code, String field, String message) {
    super(message, null, false, false);
    this.code = code;
    this.field = field;
  }

  String code() {
    return code;
  }

  String field() {
    return field;
  }
}
