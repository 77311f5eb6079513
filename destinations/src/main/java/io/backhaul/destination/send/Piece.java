/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Batch;
import io.backhaul.destination.JobHandle;
import io.github.resilience4j.retry.Retry;
import java.time.Instant;

/**
 * What is sent as one request: a whole batch, a half of one, or what is left of one, and what has
 * happened to it so far. Used by one thread at a time.
 */
final class Piece {

  final Batch batch;
  final Retry.AsyncContext<Object> attempts;

  /** Attempts to ask after the job, since the last that got an answer; {@code null} before one. */
  Retry.AsyncContext<Object> polling;

  /** The vendor job that carries it, or {@code null}. */
  JobHandle job;

  /** When the sender gives up on the job. */
  Instant jobDeadline;

  int polls;

  /** Requests made for these records, those of the batch they come from included. */
  int requests;

  int httpStatus;
  long latencyMillis;

  /** Code of the failure after which nobody can say whether it was applied, or {@code null}. */
  String doubt;

  /** Code and words of the last failure, or {@code null}. */
  String lastCode;

  String lastMessage;

  Piece(Batch batch, Retry retry, int requests) {
    this.batch = batch;
    this.attempts = retry.asyncContext();
    this.requests = requests;
  }

  /** What is left of another piece: same attempts, same doubt, a request of its own. */
  Piece(Batch batch, Piece before) {
    this.batch = batch;
    this.attempts = before.attempts;
    this.requests = before.requests;
    this.httpStatus = before.httpStatus;
    this.latencyMillis = before.latencyMillis;
    this.doubt = before.doubt;
  }

  /** What counts failures of the request that is to be made now. */
  Retry.AsyncContext<Object> failures() {
    return polling == null ? attempts : polling;
  }

  /** Whether no request for exactly these records was made. */
  boolean untried() {
    return lastCode == null && doubt == null && job == null;
  }

  Outcomes.Exchange exchange() {
    return new Outcomes.Exchange(requests, httpStatus, latencyMillis);
  }

  void failed(String code, String message) {
    lastCode = code;
    lastMessage = message;
  }
}
