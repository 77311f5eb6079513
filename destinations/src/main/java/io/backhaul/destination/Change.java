/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import java.util.Objects;

/**
 * One planned operation on one record, exactly as it stands in the outbox.
 *
 * @param key canonical JSON object of the source key columns, for example {@code
 *     {"customer_id":17}}; equal keys are equal strings, and a plan holds each key once
 * @param op what to do
 * @param fields JSON object of destination field to value, nulls kept; {@code null} for {@link
 *     Op#DELETE}. It is spliced into request bodies as it is
 * @param destinationId the id the destination gave this record when it was last applied, or {@code
 *     null}
 * @param rowHash the canonical hash of the mapped row, 64 bits
 * @param basis what the destination last acknowledged for this key (the run id in state), or {@code
 *     ""} for a new key; part of the batch id, so that A, B, A again are three different batches
 */
public record Change(
    String key, Op op, String fields, String destinationId, long rowHash, String basis) {

  public Change {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(op, "op");
    Objects.requireNonNull(basis, "basis");
    if ((fields == null) != (op == Op.DELETE)) {
      throw new IllegalArgumentException("fields go with every operation except delete");
    }
  }

  /** UTF-8 bytes of key and fields are never printed: keys and fields may be personal. */
  @Override
  public String toString() {
    return "Change[" + op.wireName() + ", hash " + Long.toHexString(rowHash) + "]";
  }
}
