/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

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
    for (Change change : changes) {
      if (change.op() != op) {
        throw new IllegalArgumentException("a batch holds one kind of operation: " + op);
      }
    }
    if (!ascending(changes) && repeats(changes)) {
      throw new IllegalArgumentException("a batch holds each key once");
    }
  }

  /** Whether each key is greater than the one before, as those of a sorted plan are. */
  private static boolean ascending(List<Change> changes) {
    for (int i = 1; i < changes.size(); i++) {
      if (changes.get(i - 1).key().compareTo(changes.get(i).key()) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean repeats(List<Change> changes) {
    Set<String> keys = new HashSet<>(2 * changes.size());
    return !changes.stream().allMatch(change -> keys.add(change.key()));
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
