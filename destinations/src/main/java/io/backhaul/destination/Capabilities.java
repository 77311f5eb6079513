/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a destination can do and how much it takes. Static: no I/O stands behind it, and the
 * contract test checks that it is true.
 *
 * @param ops operations it accepts; all others are refused before anything is sent
 * @param maxRecords most records in one request
 * @param maxBytes most bytes in one request body, the envelope included
 * @param requestsPerSecond most requests a second for the whole destination, all executors together
 * @param concurrency most requests in flight for the whole destination, all executors together
 * @param idempotencyKeys whether the destination honours the batch id as an idempotency key, so
 *     that even an insert may be sent again
 * @param identityFields destination fields that identify the record and travel even when only
 *     changed fields are sent
 */
public record Capabilities(
    Set<Op> ops,
    int maxRecords,
    long maxBytes,
    double requestsPerSecond,
    int concurrency,
    boolean idempotencyKeys,
    Set<String> identityFields) {

  public Capabilities {
    ops = Set.copyOf(ops);
    identityFields = Set.copyOf(identityFields);
    if (ops.isEmpty()
        || maxRecords < 1
        || maxBytes < 1
        || requestsPerSecond <= 0
        || concurrency < 1) {
      throw new IllegalArgumentException(
          "a destination takes at least one operation, record, byte, request and connection");
    }
  }

  /** Whether sending the same batch of this operation twice does no harm. */
  public boolean safeToRepeat(Op op) {
    return op.idempotent() || idempotencyKeys;
  }

  /**
   * Passes a batch that the destination takes. Every destination asks this first, so that what it
   * cannot do is refused before anything is sent.
   *
   * @throws DestinationException (refused) if the operation is not offered or the batch holds too
   *     many records
   */
  public void admit(Batch batch) {
    if (!ops.contains(batch.op())) {
      throw DestinationException.refused(
          "OP_NOT_OFFERED",
          0,
          "this destination does not offer "
              + batch.op().wireName()
              + ", only "
              + ops.stream().map(Op::wireName).sorted().collect(Collectors.joining(", ")));
    }
    if (batch.size() > maxRecords) {
      throw DestinationException.refused(
          "BATCH_TOO_LARGE", 0, batch + " is larger than the " + maxRecords + " records it takes");
    }
  }
}
