/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The time a partition may still spend waiting. Batches that wait at the same time use it once: it
 * measures the union of their waits. Thread-safe.
 */
final class Patience {

  private final Clock clock;
  private Duration left;
  private Instant paidUntil = Instant.MIN;

  Patience(Duration total, Clock clock) {
    this.left = total;
    this.clock = clock;
  }

  /** Pays for a wait that begins now, unless too little is left; then nothing is paid. */
  synchronized boolean pay(Duration wait) {
    Instant now = clock.instant();
    Instant until = now.plus(wait);
    if (!until.isAfter(paidUntil)) {
      return true;
    }
    Duration price = Duration.between(now.isAfter(paidUntil) ? now : paidUntil, until);
    if (price.compareTo(left) > 0) {
      return false;
    }
    left = left.minus(price);
    paidUntil = until;
    return true;
  }
}
