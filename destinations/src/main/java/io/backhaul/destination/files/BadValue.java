/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.files;

/** A value that its column cannot hold; the message holds no value. */
final class BadValue extends Exception {

  private static final long serialVersionUID = 1L;

  BadValue(String message) {
    super(message);
  }
}
