/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

/** A value that its column cannot hold, found before anything was sent. */
final class BadValue extends Exception {

  private static final long serialVersionUID = 1L;

  private final String code;

  /** The message holds no value. */
  BadValue(String code, String message) {
    super(message);
    this.code = code;
  }

  String code() {
    return code;
  }
}
