/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import java.time.Clock;
import java.util.Objects;
import java.util.Optional;

/**
 * What a destination may use from its surroundings.
 *
 * @param clock for dates in answers; waits never use it
 * @param userAgent sent with every request
 * @param wire what carries requests; empty for the network
 * @param meter counts the calls that are made
 */
public record DeliveryContext(Clock clock, String userAgent, Optional<Wire> wire, CallMeter meter) {

  public DeliveryContext {
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(userAgent, "userAgent");
    Objects.requireNonNull(wire, "wire");
    Objects.requireNonNull(meter, "meter");
  }

  /** Calls that nobody counts. */
  public DeliveryContext(Clock clock, String userAgent, Optional<Wire> wire) {
    this(clock, userAgent, wire, new CallMeter());
  }

  /** The network. */
  public DeliveryContext(Clock clock, String userAgent) {
    this(clock, userAgent, Optional.empty());
  }

  /** System clock, Backhaul's own user agent, and the network. */
  public static DeliveryContext system() {
    return new DeliveryContext(Clock.systemUTC(), "backhaul/0.1");
  }

  /** The same, with requests carried by {@code other} and not by the network. */
  public DeliveryContext over(Wire other) {
    return new DeliveryContext(clock, userAgent, Optional.of(other), meter);
  }

  /** The same, with calls counted by {@code other}. */
  public DeliveryContext counting(CallMeter other) {
    return new DeliveryContext(clock, userAgent, wire, other);
  }
}
