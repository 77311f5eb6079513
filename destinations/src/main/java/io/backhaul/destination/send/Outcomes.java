/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.JobHandle;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Writes outcomes to the journal and tells the listener, in this order. Thread-safe. */
final class Outcomes {

  private final OutcomeLog log;
  private final SendListener listener;
  private final Clock clock;

  Outcomes(OutcomeLog log, SendListener listener, Clock clock) {
    this.log = log;
    this.listener = listener;
    this.clock = clock;
  }

  OutcomeLog.Earlier earlier() {
    return log.earlier();
  }

  void intent(Batch batch) {
    uninterrupted(() -> log.intent(batch));
  }

  void job(JobHandle job) {
    uninterrupted(() -> log.job(job));
  }

  /** A request has ended. */
  void called(Duration heldBack, boolean failed) {
    listener.call(heldBack, failed);
  }

  /** The outcome of a change. */
  RecordOutcome of(
      Change change,
      Outcome outcome,
      String destinationId,
      String code,
      String field,
      String message) {
    return new RecordOutcome(
        change.key(), change.rowHash(), outcome, destinationId, code, field, message);
  }

  /** Journals outcomes of a batch. */
  void append(Batch batch, List<RecordOutcome> outcomes, boolean last, Exchange exchange) {
    BatchOutcome known =
        new BatchOutcome(
            batch.id(),
            batch.op(),
            outcomes,
            last,
            exchange.requests(),
            exchange.httpStatus(),
            exchange.latencyMillis(),
            clock.instant());
    uninterrupted(() -> log.append(known));
    Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
    for (RecordOutcome outcome : outcomes) {
      counts.merge(outcome.outcome(), 1, Integer::sum);
    }
    counts.forEach(listener::outcomes);
  }

  /** File systems close what a thread with its interrupt flag set writes to. */
  private static void uninterrupted(Runnable write) {
    boolean interrupted = Thread.interrupted();
    try {
      write.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * The requests behind an outcome.
   *
   * @param requests made so far for these records
   * @param httpStatus of the last answer, 0 where there was none
   * @param latencyMillis of the last request
   */
  record Exchange(int requests, int httpStatus, long latencyMillis) {}
}
