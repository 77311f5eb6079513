/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.Destination;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import java.util.Arrays;
import java.util.List;

/** Batches in few words. */
final class Batches {

  private Batches() {}

  static Change change(Op op, String key, String fields) {
    return change(op, key, fields, null);
  }

  static Change change(Op op, String key, String fields, String destinationId) {
    return new Change(key, op, fields, destinationId, 1, "");
  }

  static Change upsert(int id, String fields) {
    return change(Op.UPSERT, "{\"id\":" + id + "}", fields);
  }

  static Batch batch(String object, Change... changes) {
    String id = "batch-" + Arrays.hashCode(changes);
    return new Batch(id, object, changes[0].op(), List.of(changes));
  }

  static List<RecordResult> write(Destination destination, Batch batch) {
    return ((Delivery.Settled) destination.write(batch)).results();
  }
}
