/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Delivers one batch by several calls, one after another: for objects of which a vendor takes fewer
 * records in a call than a batch holds. Each record gets its own result, whatever becomes of the
 * calls after its own:
 *
 * <table>
 * <caption>What a call that failed means</caption>
 * <tr><th>failure</th><th>first call</th><th>a later call</th></tr>
 * <tr><td>poisoned, one record</td><td>rejected; the next call is made</td><td>the same</td></tr>
 * <tr><td>poisoned, several records</td><td>thrown</td><td>they may be asked for again</td></tr>
 * <tr><td>refused, unavailable</td><td>thrown</td><td>its records and all after it: again</td></tr>
 * <tr><td>in doubt, repeatable</td><td>thrown</td><td>its records and all after it: again</td></tr>
 * <tr><td>in doubt, not repeatable</td><td>its records unknown, the rest again</td><td>the same</td></tr>
 * <tr><td>contradictory</td><td>thrown</td><td>its records unknown, the rest again</td></tr>
 * </table>
 */
public final class CallSeries {

  /** One call, or all calls that its records need. */
  public interface Call {

    /** The records it carries, in its order. */
    List<Change> changes();

    /**
     * Makes it.
     *
     * @throws DestinationException if it ended without results
     */
    Read make();
  }

  /**
   * One call.
   *
   * @param changes the records it carries, in its order
   */
  public record Part(HttpCall call, List<Change> changes) {
    public Part {
      Objects.requireNonNull(call, "call");
      changes = List.copyOf(changes);
    }
  }

  /** Makes a call and reads its answer. */
  @FunctionalInterface
  public interface Exchange {

    /**
     * The results of the part's records.
     *
     * @throws DestinationException if the call as a whole ended without results
     */
    Read of(Part part);
  }

  /** What an answer said. */
  public record Read(List<RecordResult> results, int httpStatus, RateHint rateHint) {
    public Read {
      results = List.copyOf(results);
      Objects.requireNonNull(rateHint, "rateHint");
    }
  }

  /** A part and how it is exchanged. */
  private record Exchanged(Part part, Exchange exchange) implements Call {
    @Override
    public List<Change> changes() {
      return part.changes();
    }

    @Override
    public Read make() {
      return exchange.of(part);
    }
  }

  private final Batch batch;
  private final boolean repeatable;
  private final List<RecordResult> results = new ArrayList<>();
  private int httpStatus;
  private RateHint pace = RateHint.NONE;
  private int calls;

  private CallSeries(Batch batch, List<RecordResult> known, boolean repeatable) {
    this.batch = batch;
    this.repeatable = repeatable;
    this.results.addAll(known);
  }

  /**
   * Makes the calls; what becomes of a single one is what becomes of the batch. When an answer asks
   * for a pause, the calls that are left are not made: their records may be asked for again.
   *
   * @param known results of the records that no call carries
   * @param repeatable whether a record that may have been applied may be sent again without harm
   * @throws DestinationException if the first call fails in a way that says so of all of them
   */
  public static Delivery.Settled of(
      Batch batch, List<RecordResult> known, List<? extends Call> calls, boolean repeatable) {
    CallSeries series = new CallSeries(batch, known, repeatable);
    if (calls.size() == 1) {
      series.settled(calls.get(0).make());
    } else {
      series.run(calls, true);
    }
    return Delivery.Settled.of(batch, series.results, series.httpStatus, series.pace);
  }

  /**
   * The same for calls that are made alike, and without regard to pauses between them.
   *
   * @throws DestinationException if the first call fails in a way that says so of all of them
   */
  public static Delivery.Settled of(
      Batch batch,
      List<RecordResult> known,
      List<Part> parts,
      boolean repeatable,
      Exchange exchange) {
    CallSeries series = new CallSeries(batch, known, repeatable);
    series.run(parts.stream().map(part -> new Exchanged(part, exchange)).toList(), false);
    return Delivery.Settled.of(batch, series.results, series.httpStatus, series.pace);
  }

  private void run(List<? extends Call> all, boolean pausing) {
    for (int i = 0; i < all.size(); i++) {
      String stopped = null;
      try {
        settled(all.get(i).make());
        stopped = pausing && !pace.pause().isZero() ? "NOT_SENT" : null;
      } catch (DestinationException e) {
        stopped = failed(all.get(i), e) ? null : e.code();
      }
      calls++;
      if (stopped != null) {
        for (Call left : all.subList(i + 1, all.size())) {
          again(left, stopped);
        }
        return;
      }
    }
  }

  private void settled(Read read) {
    results.addAll(read.results());
    httpStatus = read.httpStatus();
    pace = read.rateHint();
  }

  /** Whether the calls after this one are worth making. */
  private boolean failed(Call part, DestinationException failure) {
    boolean alone = part.changes().size() == 1;
    if (failure.kind() == DestinationException.Kind.POISONED && alone) {
      results.add(
          new RecordResult.Rejected(
              part.changes().get(0).key(), failure.code(), failure.field(), failure.getMessage()));
      httpStatus = failure.httpStatus();
      return true;
    }
    boolean lost = failure.kind() == DestinationException.Kind.IN_DOUBT && !repeatable;
    if (calls == 0 && !lost) {
      throw failure;
    }
    httpStatus = failure.httpStatus();
    pace = failure.rateHint();
    if (lost || failure.kind() == DestinationException.Kind.CONTRADICTORY) {
      part.changes()
          .forEach(
              change -> results.add(new RecordResult.Unknown(change.key(), failure.getMessage())));
    } else {
      again(part, failure.code());
    }
    return failure.kind() == DestinationException.Kind.POISONED;
  }

  private void again(Call part, String code) {
    part.changes().forEach(change -> results.add(new RecordResult.Retry(change.key(), code)));
  }

  @Override
  public String toString() {
    return "CallSeries[" + batch + ", " + calls + " calls]";
  }
}
