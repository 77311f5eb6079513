/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.ledger;

/** A ledger that a newer version of Backhaul wrote, in a way that this one may misread. */
public final class NewerLedgerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NewerLedgerException(String message) {
    super(message);
  }
}
