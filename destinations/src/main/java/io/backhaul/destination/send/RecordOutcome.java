/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import java.util.Objects;

/**
 * The outcome of one record.
 *
 * @param key the change's key
 * @param rowHash the change's row hash
 * @param destinationId the destination's id, or {@code null}
 * @param code error code of anything but {@link Outcome#APPLIED}, else {@code null}
 * @param field destination field at fault, or {@code null}
 * @param message redacted words of the destination, or {@code null}
 */
public record RecordOutcome(
    String key,
    long rowHash,
    Outcome outcome,
    String destinationId,
    String code,
    String field,
    String message) {

  public RecordOutcome {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(outcome, "outcome");
  }
}
