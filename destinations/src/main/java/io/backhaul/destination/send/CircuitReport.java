/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;

/**
 * A breaker as it is kept between runs.
 *
 * @param state {@code closed}, {@code open} or {@code half_open}
 * @param openedAt when it last opened (UTC), {@code null} while closed
 * @param openUntil when it may be tried again (UTC), {@code null} while closed
 * @param consecutiveOpens how often it opened since it was last closed
 * @param lastError code of the last failed call, or {@code null}
 */
public record CircuitReport(
    String state, Instant openedAt, Instant openUntil, int consecutiveOpens, String lastError)
    implements Serializable {

  /** A breaker that nothing is known against. */
  public static final CircuitReport CLOSED = new CircuitReport("closed", null, null, 0, null);

  public CircuitReport {
    Objects.requireNonNull(state, "state");
    if (!state.equals("closed") && (openUntil == null || consecutiveOpens < 1)) {
      throw new IllegalArgumentException("a circuit that is " + state + " was opened until a time");
    }
  }
}
