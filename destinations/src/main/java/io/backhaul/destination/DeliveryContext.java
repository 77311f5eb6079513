/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import java.time.Clock;
import java.util.Objects;

/**
 * What a destination may use from its surroundings.
 *
 * @param clock for dates in answers; waits never use it
 * @param userAgent sent with every request
 */
public record DeliveryContext(Clock clock, String userAgent) {

  public DeliveryContext {
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(userAgent, "userAgent");
  }

  /** System clock and Backhaul's own user agent. */
  public static DeliveryContext system() {
    return new DeliveryContext(Clock.systemUTC(), "backhaul/0.1");
  }
}
