/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import java.io.Serializable;
import java.util.Objects;

/**
 * How a partition's delivery ended. What became of each record stands in the {@link OutcomeLog}.
 *
 * @param code why it ended before it was drained; {@code null} if it was
 * @param message the same in words, without secrets and values; {@code null} if it was drained
 * @param circuit the breaker as the next run finds it
 * @param requests requests made, polls of vendor jobs included
 * @param batches batches taken up, those settled by an earlier attempt left out
 */
public record SendReport(
    Ending ending, String code, String message, CircuitReport circuit, long requests, long batches)
    implements Serializable {

  public SendReport {
    Objects.requireNonNull(ending, "ending");
    Objects.requireNonNull(circuit, "circuit");
  }
}
