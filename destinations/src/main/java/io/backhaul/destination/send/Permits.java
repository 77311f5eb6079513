/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import java.time.Duration;

/** Where a {@link RateGate} gets the right to make requests from. Thread-safe. */
public interface Permits {

  /**
   * Takes the right to one request.
   *
   * @return how long from now it must not be used; zero if it may be at once
   * @throws InterruptedException where permits come from elsewhere and the wait for them was ended
   */
  Duration reserve() throws InterruptedException;

  /** The destination asks everyone to wait. */
  default void pause(Duration pause) {}

  /** How much is left of the pauses that others were asked for. */
  default Duration pauseLeft() {
    return Duration.ZERO;
  }
}
