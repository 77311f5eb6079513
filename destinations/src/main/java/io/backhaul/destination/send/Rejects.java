/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts what a partition's records came to, and why some were rejected. Thread-safe. */
final class Rejects {

  /** Reasons told apart; a vendor that puts a number into each code must not fill the memory. */
  private static final int MOST_REASONS = 1_000;

  private record Reason(String code, String field) {
    @Override
    public String toString() {
      return field == null ? code : code + " (field " + field + ")";
    }
  }

  private final RejectLimit limit;
  private final Map<Reason, Long> reasons = new HashMap<>();
  private long judged;
  private long rejected;

  Rejects(RejectLimit limit) {
    this.limit = limit;
  }

  /** Adds outcomes; returns whether the limit is exceeded. */
  synchronized boolean exceededWith(List<RecordOutcome> outcomes) {
    for (RecordOutcome outcome : outcomes) {
      switch (outcome.outcome()) {
        case APPLIED -> judged++;
        case REJECTED -> {
          judged++;
          rejected++;
          count(new Reason(outcome.code(), outcome.field()));
        }
        case DEFERRED, UNKNOWN -> {}
      }
    }
    return limit.exceededBy(rejected, judged);
  }

  private void count(Reason reason) {
    if (reasons.size() < MOST_REASONS || reasons.containsKey(reason)) {
      reasons.merge(reason, 1L, Long::sum);
    }
  }

  /** What was counted, in words; at least one record was rejected. */
  synchronized String words() {
    Map.Entry<Reason, Long> first =
        reasons.entrySet().stream()
            .max(
                Map.Entry.<Reason, Long>comparingByValue()
                    .thenComparing(entry -> entry.getKey().toString(), Comparator.reverseOrder()))
            .orElseThrow();
    return "of "
        + judged
        + " records of a partition the destination rejected "
        + rejected
        + ", most often ("
        + first.getValue()
        + ") with "
        + first.getKey();
  }
}
