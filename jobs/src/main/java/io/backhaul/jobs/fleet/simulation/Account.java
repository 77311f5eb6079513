/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

import io.backhaul.destination.send.RateGate;
import java.time.Clock;
import java.time.Duration;

/**
 * A made-up destination account behind its real rate gate. Nobody sleeps at the gate: the wait that
 * it asks for is handed on, for the virtual clock to pass.
 */
final class Account {

  private final RateGate gate;
  private Duration asked = Duration.ZERO;

  Account(String name, Vendor vendor, Clock clock) {
    gate =
        new RateGate(
            name, vendor.requestsPerSecond, Integer.MAX_VALUE, clock, wait -> asked = wait);
  }

  /** How long the next request has to wait for its turn, which it has taken with this. */
  Duration turn() {
    asked = Duration.ZERO;
    try {
      gate.enter().close();
      return asked;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nothing waits here, and nobody interrupts", e);
    }
  }

  /** How much is left of the pause that the destination asked for. */
  Duration pauseLeft() {
    return gate.pauseLeft();
  }

  void pause(Duration pause) {
    gate.pause(pause);
  }
}
