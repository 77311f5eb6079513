/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

/** Guards stop the run; nothing was sent. */
final class GuardsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  GuardsException(String message) {
    super(message);
  }
}
