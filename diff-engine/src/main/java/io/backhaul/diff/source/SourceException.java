/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.source;

/**
 * A source cannot be read as it is configured. The message names the source, what is wrong and the
 * remedy; it holds no password and no value of a row, and there is no cause, because drivers put
 * both into theirs.
 */
public final class SourceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public SourceException(String message) {
    super(message);
  }
}
