/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.JobHandle;
import io.backhaul.destination.RecordResult;
import io.github.resilience4j.retry.Retry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Delivers one batch: request by request, until each of its records has an outcome or the partition
 * stops. Runs once, on one thread.
 */
final class BatchDelivery implements Runnable {

  /**
   * What the deliveries of a partition have in common.
   *
   * @param resuming whether only vendor jobs of earlier attempts are asked after
   */
  record Parts(
      Destination destination,
      Capabilities capabilities,
      SendPolicy policy,
      Batcher batcher,
      RateGate gate,
      Circuit circuit,
      Retry retry,
      RetryBudget budget,
      CallLimit calls,
      PartitionRun run,
      Rejects rejects,
      Outcomes outcomes,
      Clock clock,
      boolean resuming) {}

  private static final Duration JOB_DEADLINE = Duration.ofHours(6);
  private static final Duration MAX_POLL_INTERVAL = Duration.ofMinutes(1);
  private static final int TOO_MANY_REQUESTS = 429;

  /**
   * So many single records rejected in a row say that others will be, too: what is left is then not
   * tried in one request before it is taken apart.
   */
  private static final int REJECTED_ALIKE = 3;

  private final Parts parts;
  private final PartitionRun run;
  private final Batch batch;

  /** Whether what is in doubt is sent again; else it is noted first and never repeated. */
  private final boolean mayRepeat;

  private final Deque<Piece> pieces = new ArrayDeque<>();
  private int left;
  private int rejectedInARow;

  /** Whether the journal says that the batch may have been sent. */
  private boolean intentNoted;

  BatchDelivery(Parts parts, Batch batch) {
    this.parts = parts;
    this.run = parts.run();
    this.batch = batch;
    this.mayRepeat = parts.policy().repeats(batch.op(), parts.capabilities());
  }

  @Override
  public void run() {
    if (run.stopped()) {
      return;
    }
    try {
      begin();
      while (!pieces.isEmpty()) {
        deliver(pieces.peek());
      }
    } catch (InterruptedException e) {
      // Stopped or killed while it waited; the thread is our own and ends here.
      pieces.forEach(this::abandon);
    } catch (RuntimeException | Error e) {
      run.fail(e);
    }
  }

  /** Queues what earlier attempts of the task left to do. */
  private void begin() {
    OutcomeLog.Earlier earlier = parts.outcomes().earlier();
    Map<String, Outcome> settled = earlier.settled(batch.id());
    List<Change> open = batch.changes();
    if (!settled.isEmpty()) {
      open = open.stream().filter(change -> !settled.containsKey(change.key())).toList();
    }
    if (open.isEmpty()) {
      return;
    }
    Batch first = settled.isEmpty() ? batch : parts.batcher().part(batch, open);
    if (parts.resuming() && earlier.job(first.id()).isEmpty()) {
      return;
    }
    left = open.size();
    Piece piece = new Piece(first, parts.retry(), 0);
    pieces.push(piece);
    if (!parts.capabilities().ops().contains(batch.op())) {
      String message = "the destination has no operation " + batch.op().wireName();
      run.stop(Ending.REFUSED, "UNSUPPORTED_OPERATION", message);
    } else if (!mayRepeat && earlier.job(first.id()).isEmpty() && earlier.inDoubt(batch.id())) {
      // The attempt died between its first intent and its last outcome: any of the rest may have
      // been on its way.
      String message = "an earlier attempt was sending it and left no answer";
      settle(piece, Outcome.UNKNOWN, "IN_DOUBT", message);
    }
  }

  private Piece half(Piece piece, List<Change> changes) {
    return new Piece(parts.batcher().part(piece.batch, changes), parts.retry(), piece.requests);
  }

  /** One request for the piece at the head of the queue, and what follows from its answer. */
  private void deliver(Piece piece) throws InterruptedException {
    if (piece.requests == 0 && piece.job == null) {
      piece.job = parts.outcomes().earlier().job(piece.batch.id()).orElse(null);
    }
    if (parts.resuming() && piece.job == null) {
      String code = piece.lastCode == null ? "NOT_SENT" : piece.lastCode;
      settle(piece, Outcome.DEFERRED, code, piece.lastMessage); // its job left it over
      return;
    }
    if (parts.batcher().oversized(piece.batch)) {
      String message = "the record is larger than any request may be";
      settle(piece, Outcome.REJECTED, "TOO_LARGE", message);
      return;
    }
    if (rejectedInARow >= REJECTED_ALIKE && piece.batch.size() > 1 && piece.untried()) {
      halve(piece);
      return;
    }
    if (piece.job == null && parts.calls().spent()) {
      callsSpent(piece);
      return;
    }
    Optional<Admission> admission = Admission.await(parts.gate(), parts.circuit(), run);
    if (admission.isEmpty()) {
      if (piece.lastCode == null) {
        notTried(piece);
      }
      outOfPatience(piece);
      return;
    }
    // Taken when nothing is waited for any more: who finds all of them spent ends the partition,
    // and must not end the wait of somebody who has one.
    if (piece.job != null) {
      parts.calls().ask();
    } else if (!parts.calls().take()) {
      admission.get().close();
      callsSpent(piece);
      return;
    }
    try {
      Delivery delivery = exchange(piece, admission.get());
      if (delivery instanceof Delivery.Settled settled) {
        results(piece, settled);
      } else if (delivery instanceof Delivery.Pending pending) {
        poll(piece, pending);
      }
    } catch (DestinationException e) {
      failed(piece, e);
    }
  }

  private void callsSpent(Piece piece) {
    piece.failed(CallLimit.SPENT, "the calls that this run may make today are spent");
    outOfPatience(piece);
  }

  private void notTried(Piece piece) {
    if (parts.circuit().pauseLeft().isZero()) {
      piece.failed("THROTTLED", "the destination asked for a pause longer than our patience");
    } else {
      String lastError = parts.circuit().report().lastError();
      String after = lastError == null ? "earlier failures" : lastError;
      piece.failed("CIRCUIT_OPEN", "not tried: the circuit is open after " + after);
    }
  }

  /** Makes the request; gate and circuit hear of its end, however it ends. */
  private Delivery exchange(Piece piece, Admission admission) {
    long started = System.nanoTime();
    try (admission) {
      if (!mayRepeat && piece.job == null && !intentNoted) {
        parts.outcomes().intent(batch);
        intentNoted = true;
      }
      run.countRequest();
      piece.requests++;
      started = System.nanoTime();
      Delivery answer =
          admission.tell(
              () ->
                  piece.job == null
                      ? parts.destination().write(piece.batch)
                      : parts.destination().resume(piece.job, piece.batch));
      parts.outcomes().called(admission.heldBack(), false);
      return answer;
    } catch (DestinationException e) {
      piece.httpStatus = e.httpStatus();
      parts.outcomes().called(admission.heldBack(), e.kind() != DestinationException.Kind.POISONED);
      throw e;
    } finally {
      piece.latencyMillis = (System.nanoTime() - started) / 1_000_000;
    }
  }

  private void results(Piece piece, Delivery.Settled settled) throws InterruptedException {
    piece.httpStatus = settled.httpStatus();
    rejectedInARow = 0;
    parts.budget().refill();
    if (!settled.rateHint().pause().isZero()) {
      parts.gate().pause(settled.rateHint().pause());
    }
    List<RecordOutcome> known = new ArrayList<>(piece.batch.size());
    List<Change> again = new ArrayList<>();
    String code = null;
    List<RecordResult> results = matched(piece.batch, settled);
    for (int i = 0; i < results.size(); i++) {
      Change change = piece.batch.changes().get(i);
      RecordResult result = results.get(i);
      if (result instanceof RecordResult.Retry retry) {
        again.add(change);
        code = retry.code();
      } else {
        known.add(outcome(change, result));
      }
    }
    pieces.remove(piece);
    append(piece, known);
    if (!again.isEmpty()) {
      repeat(piece, again, code, settled);
    }
  }

  /** The results in the order of the batch; a connector that mixes them up is caught here. */
  private static List<RecordResult> matched(Batch batch, Delivery.Settled settled) {
    List<RecordResult> results = settled.results();
    boolean inOrder = results.size() == batch.size();
    for (int i = 0; inOrder && i < results.size(); i++) {
      inOrder = results.get(i).key().equals(batch.changes().get(i).key());
    }
    return inOrder
        ? results
        : Delivery.Settled.of(batch, results, settled.httpStatus(), settled.rateHint()).results();
  }

  private RecordOutcome outcome(Change change, RecordResult result) {
    Outcomes outcomes = parts.outcomes();
    if (result instanceof RecordResult.Applied applied) {
      return outcomes.of(change, Outcome.APPLIED, applied.destinationId(), null, null, null);
    }
    if (result instanceof RecordResult.Rejected rejected) {
      return outcomes.of(
          change, Outcome.REJECTED, null, rejected.code(), rejected.field(), rejected.message());
    }
    if (result instanceof RecordResult.Unknown unknown) {
      return outcomes.of(change, Outcome.UNKNOWN, null, "NO_RESULT", null, unknown.reason());
    }
    throw new IllegalStateException("no outcome for " + result.getClass().getSimpleName());
  }

  /** Exactly the records that asked for it are sent again, as a request of their own. */
  private void repeat(Piece piece, List<Change> again, String code, Delivery.Settled settled)
      throws InterruptedException {
    long backoff = piece.attempts.onResult(settled);
    Piece rest = new Piece(parts.batcher().part(piece.batch, again), piece);
    rest.failed(code, "the destination did not apply it and may if asked again");
    pieces.push(rest);
    if (backoff < 0) {
      giveUp(rest);
    } else if (!run.waitFor(Duration.ofMillis(backoff))) {
      outOfPatience(rest);
    }
  }

  private void poll(Piece piece, Delivery.Pending pending) throws InterruptedException {
    Clock clock = parts.clock();
    JobHandle job = pending.job();
    if (!job.equals(piece.job)) {
      parts.outcomes().job(job);
      piece.job = job;
    }
    piece.polling = parts.retry().asyncContext();
    if (piece.jobDeadline == null) {
      piece.jobDeadline = clock.instant().plus(JOB_DEADLINE);
    }
    Duration grown = Duration.ofSeconds(piece.polls++);
    Duration capped = grown.compareTo(MAX_POLL_INTERVAL) > 0 ? MAX_POLL_INTERVAL : grown;
    Duration wait = pending.pollAfter().compareTo(capped) > 0 ? pending.pollAfter() : capped;
    if (clock.instant().plus(wait).isAfter(piece.jobDeadline)) {
      String message = "the vendor's job had no end after " + JOB_DEADLINE.toHours() + " hours";
      settle(piece, Outcome.UNKNOWN, "JOB_UNFINISHED", message);
      return;
    }
    run.sleep(wait);
  }

  private void failed(Piece piece, DestinationException failure) throws InterruptedException {
    String code = failure.code();
    String message = failure.getMessage();
    piece.failed(code, message);
    switch (failure.kind()) {
      case REFUSED -> {
        run.stop(Ending.REFUSED, code, message);
        throw new InterruptedException("stopped");
      }
      case CONTRADICTORY -> {
        run.stop(Ending.CONTRADICTORY, code, message);
        settle(piece, Outcome.UNKNOWN, code, message);
      }
      case POISONED -> poisoned(piece, failure);
      case IN_DOUBT -> {
        if (piece.job == null) {
          piece.doubt = code;
        }
        if (run.cancelled()) {
          throw new InterruptedException("stopped");
        } else if (piece.job == null && !mayRepeat) {
          settle(piece, Outcome.UNKNOWN, code, message);
        } else {
          await(piece, failure);
        }
      }
      case UNAVAILABLE -> await(piece, failure);
    }
  }

  private void poisoned(Piece piece, DestinationException failure) {
    List<Change> changes = piece.batch.changes();
    if (changes.size() == 1) {
      RecordOutcome rejected =
          parts
              .outcomes()
              .of(
                  changes.get(0),
                  Outcome.REJECTED,
                  null,
                  failure.code(),
                  failure.field(),
                  failure.getMessage());
      pieces.remove(piece);
      rejectedInARow++;
      append(piece, List.of(rejected));
      return;
    }
    halve(piece);
  }

  private void halve(Piece piece) {
    pieces.remove(piece);
    List<List<Change>> halves = Bisection.halves(piece.batch.changes());
    pieces.push(half(piece, halves.get(1)));
    pieces.push(half(piece, halves.get(0)));
  }

  /** Waits before the same request is made again, for as long as the destination asked at least. */
  private void await(Piece piece, DestinationException failure) throws InterruptedException {
    if (run.cancelled()) {
      throw new InterruptedException("stopped");
    }
    long backoff = piece.failures().onError(failure);
    Duration hint = failure.rateHint().pause();
    Duration own = Duration.ofMillis(Math.max(0, backoff));
    Duration wait = hint.compareTo(own) > 0 ? hint : own;
    if (!hint.isZero() || failure.httpStatus() == TOO_MANY_REQUESTS) {
      parts.gate().pause(wait);
    }
    // Asking after a job adds no load that its poll interval does not bound already.
    boolean free = !hint.isZero() || piece.job != null;
    if (backoff < 0 || !(free || parts.budget().take())) {
      giveUp(piece);
    } else if (!run.waitFor(wait)) {
      outOfPatience(piece);
    }
  }

  private void outOfPatience(Piece piece) {
    run.stop(Ending.DEFERRED, piece.lastCode, piece.lastMessage);
    giveUp(piece);
  }

  /** Not sent again in this run. */
  private void giveUp(Piece piece) {
    if (piece.doubt != null || piece.job != null) {
      String code = piece.doubt == null ? "JOB_UNFINISHED" : piece.doubt;
      settle(piece, Outcome.UNKNOWN, code, piece.lastMessage);
    } else {
      settle(piece, Outcome.DEFERRED, piece.lastCode, piece.lastMessage);
    }
  }

  /**
   * The partition stopped while the piece was under way. What was never sent has no outcome, and
   * neither has what a retried task may send again without harm. An intent is closed where it is
   * certain that nothing was applied, lest the retry take it for doubt.
   */
  private void abandon(Piece piece) {
    boolean inDoubt = piece.doubt != null || piece.job != null;
    if (run.cancelled()) {
      if (intentNoted && piece.job == null) {
        stopped(piece, inDoubt ? Outcome.UNKNOWN : Outcome.DEFERRED, "INTERRUPTED");
      }
    } else if (inDoubt) {
      stopped(piece, Outcome.UNKNOWN, piece.doubt == null ? "JOB_UNFINISHED" : piece.doubt);
    } else if (intentNoted || (piece.lastCode != null && run.ending() == Ending.DEFERRED)) {
      String why = run.code() == null ? "NOT_SENT" : run.code();
      stopped(piece, Outcome.DEFERRED, piece.lastCode == null ? why : piece.lastCode);
    }
  }

  private void stopped(Piece piece, Outcome outcome, String code) {
    append(piece, all(piece, outcome, code, piece.lastMessage));
  }

  private void settle(Piece piece, Outcome outcome, String code, String message) {
    pieces.remove(piece);
    append(piece, all(piece, outcome, code, message));
  }

  private List<RecordOutcome> all(Piece piece, Outcome outcome, String code, String message) {
    List<RecordOutcome> outcomes = new ArrayList<>(piece.batch.size());
    for (Change change : piece.batch.changes()) {
      outcomes.add(parts.outcomes().of(change, outcome, null, code, null, message));
    }
    return outcomes;
  }

  private void append(Piece piece, List<RecordOutcome> outcomes) {
    if (outcomes.isEmpty()) {
      return;
    }
    left -= outcomes.size();
    parts.outcomes().append(batch, outcomes, left == 0, piece.exchange());
    if (parts.rejects().exceededWith(outcomes)) {
      run.stop(Ending.REJECTING, RejectLimit.EXCEEDED, parts.rejects().words());
    }
  }
}
