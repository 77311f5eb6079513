/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Batch;
import io.backhaul.destination.JobHandle;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/**
 * Where a sender writes what it learns, before it goes on: the journal. When a method returns, what
 * it was given survives the death of this process. Thread-safe.
 */
public interface OutcomeLog {

  /**
   * Notes that a batch is about to be sent; called only where it must not be sent twice.
   *
   * @throws UncheckedIOException if it cannot be written; the batch is then not sent
   */
  void intent(Batch batch);

  /** Notes a vendor job, before the first wait for it. */
  void job(JobHandle job);

  /**
   * Notes outcomes.
   *
   * @throws UncheckedIOException if they cannot be written; the sender then stops its partition
   */
  void append(BatchOutcome outcome);

  /** What earlier attempts of this task noted. */
  Earlier earlier();

  /** What earlier attempts of the same task left in the journal. */
  interface Earlier {
    /** Nothing: a first attempt. */
    Earlier NONE =
        new Earlier() {
          @Override
          public boolean complete(String batchId) {
            return false;
          }

          @Override
          public Map<String, Outcome> settled(String batchId) {
            return Map.of();
          }

          @Override
          public boolean inDoubt(String batchId) {
            return false;
          }

          @Override
          public Optional<JobHandle> job(String batchId) {
            return Optional.empty();
          }
        };

    /** Whether every record of the batch has a final outcome: it is not sent again. */
    boolean complete(String batchId);

    /** Keys of an incomplete batch that have their outcome already; these are not sent again. */
    Map<String, Outcome> settled(String batchId);

    /**
     * Whether some attempt noted an intent and then not the last outcome of the batch: any record
     * of it that is not settled may have been on its way.
     */
    boolean inDoubt(String batchId);

    /** No fewer than the requests behind what was noted. */
    default long requests() {
      return 0;
    }

    /** The vendor job that carries the batch, if one was started. */
    Optional<JobHandle> job(String batchId);
  }
}
