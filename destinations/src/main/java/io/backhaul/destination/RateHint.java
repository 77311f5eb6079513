/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import java.time.Duration;
import java.util.Objects;

/**
 * What an answer said about the pace the destination wants. Data: whoever sends decides to wait.
 *
 * @param pause send nothing to this destination for so long; zero where nothing was said
 */
public record RateHint(Duration pause) {

  /** The destination said nothing. */
  public static final RateHint NONE = new RateHint(Duration.ZERO);

  public RateHint {
    Objects.requireNonNull(pause, "pause");
    if (pause.isNegative()) {
      throw new IllegalArgumentException("a pause is not negative: " + pause);
    }
  }
}
