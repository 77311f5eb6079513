/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import java.util.List;
import java.util.Objects;

/**
 * The records of one request: one object, one kind of operation, each key once, at least one
 * record.
 *
 * @param id derived from content alone (no wall time, no partition number), and therefore the same
 *     when a retried task or a restarted run forms the batch again; doubles as the idempotency key
 * @param object the destination's object, for example {@code contacts}
 * @param op the operation of every change in it
 * @param changes in outbox order; vendors that answer by position answer in this order
 */
public record Batch(String id, String object, Op op, List<Change> changes) {

  public Batch {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(object, "object");
    changes = List.copyOf(changes);
    if (changes.isEmpty()) {
      throw new IllegalArgumentException("a batch holds at least one change");
    }
    DistinctKeys keys = new DistinctKeys();
    for (Change change : changes) {
      if (change.op() != op) {
        throw new IllegalArgumentException("a batch holds one kind of operation: " + op);
      }
      if (!keys.add(change.key())) {
        throw new IllegalArgumentException("a batch holds each key once");
      }
    }
  }

  /** How many records the batch holds. */
  public int size() {
    return changes.size();
  }

  @Override
  public String toString() {
    return "Batch[" + id + ", " + object + ", " + op.wireName() + ", " + size() + " records]";
  }
}
