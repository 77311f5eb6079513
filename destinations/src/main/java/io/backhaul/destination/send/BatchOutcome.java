/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Op;
import java.time.Instant;
import java.util.List;

/**
 * What became known of a batch at one moment: all of its records, or, where the rest will be asked
 * again, some.
 *
 * @param batchId the batch as the batcher formed it; halves of a bisected batch carry their
 *     parent's
 * @param outcomes final outcomes; no record of a batch is named in two of them
 * @param last whether every record of the batch now has its outcome
 * @param attempts requests made for these records so far, at least 1, or 0 if nothing was sent
 * @param httpStatus status of the last answer, 0 where there was none
 * @param latencyMillis of the last request
 * @param at when it became known (UTC)
 */
public record BatchOutcome(
    String batchId,
    Op op,
    List<RecordOutcome> outcomes,
    boolean last,
    int attempts,
    int httpStatus,
    long latencyMillis,
    Instant at) {

  public BatchOutcome {
    outcomes = List.copyOf(outcomes);
  }
}
