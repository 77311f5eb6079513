/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/** Prints the idempotency keys of one plan; {@link IdempotencyKeyTest} starts it as a process. */
final class KeyProcess {

  private KeyProcess() {}

  /** The keys of a plan with keys and fields in several scripts. */
  static List<String> keys() {
    Iterator<Change> plan =
        IntStream.range(0, 25)
            .mapToObj(
                n ->
                    new Change(
                        "{\"id\":\"I\u0130\u00e9\u20ac-" + n + "\"}",
                        n < 20 ? Op.UPSERT : Op.DELETE,
                        n < 20 ? "{\"name\":\"\ud83d\ude00 " + n + "\"}" : null,
                        null,
                        31L * n,
                        n % 2 == 0 ? "" : "20260101T000000000Z-0001"))
            .iterator();
    List<String> keys = new ArrayList<>();
    new Batcher("acme/contacts", "contacts", ScriptedDestination.limits(7, true))
        .batches(plan)
        .forEachRemaining((Batch batch) -> keys.add(batch.id()));
    return keys;
  }

  public static void main(String[] args) {
    keys().forEach(System.out::println);
  }
}
