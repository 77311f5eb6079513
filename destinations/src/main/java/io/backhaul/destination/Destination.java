/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

/**
 * A place that records are delivered to. Implementations are thread-safe: several batches are in
 * flight at once.
 *
 * <p>A destination never sleeps, never retries and never logs a payload. What it knows about pace
 * it returns as a {@link RateHint}; what it knows about failure it says with {@link
 * DestinationException}. There is no flush, begin, commit or abort: HTTP has no transaction to
 * honour them.
 */
public interface Destination extends AutoCloseable {

  /** What it can do. No I/O. */
  Capabilities capabilities();

  /**
   * Asks the destination what fields an object has.
   *
   * @throws DestinationException if the object does not exist or the destination cannot be asked
   */
  ObjectSchema describe(String object);

  /**
   * Asks the destination something harmless that needs our credentials.
   *
   * @throws DestinationException if it does not take them, or cannot be asked
   */
  default Probe probe() {
    return Probe.NOTHING_TO_ASK;
  }

  /**
   * Sends one batch and waits for the answer, within the transport's total deadline.
   *
   * @return a result for every record, or a job to resume
   * @throws DestinationException if the batch as a whole ended without results
   */
  Delivery write(Batch batch);

  /**
   * Asks after a vendor job; asynchronous destinations only.
   *
   * @param batch the batch the job carries, to match its results by
   * @throws DestinationException if the job vanished or cannot be asked after
   */
  default Delivery resume(JobHandle job, Batch batch) {
    throw DestinationException.contradictory(0, "this destination has no asynchronous jobs");
  }

  @Override
  void close();
}
