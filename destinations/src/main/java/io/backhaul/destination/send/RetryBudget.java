/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

/**
 * Bounds how much repeating adds to an outage: every repetition costs a token, and only calls that
 * succeed bring tokens back, one for every ten. Thread-safe.
 *
 * <p>A repetition at the time the destination itself asked for costs nothing.
 */
final class RetryBudget {

  /** Repetitions a partition may make before anything succeeded. */
  static final int START = 10;

  private static final int TENTHS_PER_TOKEN = 10;

  private int tenths = START * TENTHS_PER_TOKEN;

  /** Takes a token, if there is one. */
  synchronized boolean take() {
    if (tenths < TENTHS_PER_TOKEN) {
      return false;
    }
    tenths -= TENTHS_PER_TOKEN;
    return true;
  }

  /** A call succeeded. */
  synchronized void refill() {
    tenths = Math.min(tenths + 1, START * TENTHS_PER_TOKEN);
  }
}
