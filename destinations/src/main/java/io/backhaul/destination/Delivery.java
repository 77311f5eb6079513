/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** How a write ended: with a result for every record, or with a vendor job still running. */
public sealed interface Delivery {

  /**
   * Every record of the batch has its result.
   *
   * @param results one per change, in the order of the batch
   * @param httpStatus status of the answer, 0 where there is none
   * @param rateHint what the answer said about pace
   */
  record Settled(List<RecordResult> results, int httpStatus, RateHint rateHint)
      implements Delivery {

    public Settled {
      results = List.copyOf(results);
      Objects.requireNonNull(rateHint, "rateHint");
    }

    /**
     * Matches results to the batch by key. A connector cannot lose a record: a change without a
     * result becomes {@link RecordResult.Unknown}.
     *
     * @throws DestinationException (contradictory answer) if a result names a key that is not in
     *     the batch, or names one twice
     */
    public static Settled of(
        Batch batch, Iterable<? extends RecordResult> results, int httpStatus, RateHint rateHint) {
      Map<String, RecordResult> byKey = new HashMap<>();
      for (RecordResult result : results) {
        if (byKey.put(result.key(), result) != null) {
          throw DestinationException.contradictory(
              httpStatus, "the answer names one record twice in " + batch);
        }
      }
      List<RecordResult> matched =
          batch.changes().stream()
              .map(
                  change -> {
                    RecordResult result = byKey.remove(change.key());
                    return result != null
                        ? result
                        : new RecordResult.Unknown(change.key(), "the answer does not name it");
                  })
              .toList();
      if (!byKey.isEmpty()) {
        throw DestinationException.contradictory(
            httpStatus, "the answer names " + byKey.size() + " records that are not in " + batch);
      }
      return new Settled(matched, httpStatus, rateHint);
    }
  }

  /**
   * The vendor took the batch as a job. Journal the handle, wait, then {@link
   * Destination#resume(JobHandle, Batch)}.
   *
   * @param pollAfter how long to wait before asking
   */
  record Pending(JobHandle job, Duration pollAfter) implements Delivery {}
}
