/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import java.util.ArrayList;
import java.util.List;

/**
 * One batch by several calls, one after another. Each record gets its own result, whatever becomes
 * of the calls after its own:
 *
 * <table>
 * <caption>What a call that failed means</caption>
 * <tr><th>failure</th><th>nothing applied before it</th><th>otherwise</th></tr>
 * <tr><td>poisoned, of several calls and with one record</td><td>rejected; the next call is made</td><td>the same</td></tr>
 * <tr><td>in doubt, not repeatable</td><td>its records unknown, the rest again</td><td>the same</td></tr>
 * <tr><td>contradictory</td><td>thrown</td><td>its records unknown, the rest again</td></tr>
 * <tr><td>any other</td><td>thrown</td><td>its records and all after it: again</td></tr>
 * </table>
 */
final class Series {

  /** What a call ended with. */
  record Told(List<RecordResult> results, int httpStatus, RateHint rateHint) {
    Told {
      results = List.copyOf(results);
    }
  }

  /** One call, or all calls that one record needs. */
  interface Call {
    List<Change> changes();

    /**
     * Makes it.
     *
     * @throws DestinationException if it ended without results
     */
    Told make();
  }

  private final List<RecordResult> results = new ArrayList<>();
  private final boolean repeatable;
  private int httpStatus;
  private RateHint pace = RateHint.NONE;
  private int settled;

  private Series(boolean repeatable) {
    this.repeatable = repeatable;
  }

  /**
   * Makes the calls.
   *
   * @param known results of the records that no call carries
   * @param repeatable whether a record that may have been applied may be sent again without harm
   */
  static Delivery.Settled of(
      Batch batch, List<RecordResult> known, List<? extends Call> calls, boolean repeatable) {
    Series series = new Series(repeatable);
    series.results.addAll(known);
    for (int i = 0; i < calls.size(); i++) {
      if (!series.make(calls.get(i), calls.size() == 1)) {
        for (Call left : calls.subList(i + 1, calls.size())) {
          series.again(left, "NOT_SENT");
        }
        break;
      }
    }
    return Delivery.Settled.of(batch, series.results, series.httpStatus, series.pace);
  }

  /** Whether the calls after this one are worth making. */
  private boolean make(Call call, boolean alone) {
    try {
      Told told = call.make();
      results.addAll(told.results());
      httpStatus = told.httpStatus();
      pace = told.rateHint();
      settled++;
      return pace.pause().isZero();
    } catch (DestinationException e) {
      return failed(call, e, alone);
    }
  }

  private boolean failed(Call call, DestinationException failure, boolean alone) {
    boolean poisoned = failure.kind() == DestinationException.Kind.POISONED;
    boolean inDoubt = failure.kind() == DestinationException.Kind.IN_DOUBT;
    boolean lost = inDoubt && !repeatable && !alone;
    boolean one = call.changes().size() == 1;
    if (settled == 0 && !lost && !(poisoned && one && !alone)) {
      throw failure;
    }
    httpStatus = failure.httpStatus();
    if (poisoned && one) {
      results.add(
          new RecordResult.Rejected(
              call.changes().get(0).key(), failure.code(), failure.field(), failure.getMessage()));
      settled++;
      return true;
    }
    pace = failure.rateHint();
    if (!failure.outcomeKnown() && !(inDoubt && repeatable)) {
      call.changes()
          .forEach(
              change -> results.add(new RecordResult.Unknown(change.key(), failure.getMessage())));
    } else {
      again(call, failure.code());
    }
    return false;
  }

  private void again(Call call, String code) {
    call.changes().forEach(change -> results.add(new RecordResult.Retry(change.key(), code)));
  }
}
