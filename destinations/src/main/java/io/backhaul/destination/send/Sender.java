/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Change;
import io.backhaul.destination.Destination;
import io.backhaul.destination.Sleeper;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Delivers one partition's changes to one destination. The only loop in Backhaul that waits for a
 * destination and asks it again.
 *
 * <p>Whatever happens, the {@link OutcomeLog} says for every change at most one outcome, and says
 * it before anything that depends on it is done. A change without an outcome was not applied as far
 * as anyone knows, and the next run finds it again; there are such changes only after an ending
 * other than {@link Ending#DRAINED}.
 *
 * <ul>
 *   <li>What an earlier attempt of the task settled is not sent again.
 *   <li>Up to {@link SendPolicy#inFlight()} batches are under way at once, two changes of one key
 *       never.
 *   <li>Each request passes the {@link RateGate}, which all senders of a destination share, then
 *       the {@link Circuit}. A request that neither lets through has not been attempted.
 *   <li>What is not to be repeated in doubt (an operation that is not safe to repeat, and under
 *       {@link SendPolicy#atMostOnce()} every one) is noted before it is sent, and is sent again
 *       only if it certainly was not applied. Otherwise it is unknown.
 *   <li>Once the {@link CallLimit} is reached, nothing more is sent; vendor jobs under way are
 *       still asked after.
 *   <li>Once more records are rejected than {@link SendPolicy#rejects()} allows, no further request
 *       is made.
 * </ul>
 *
 * <p>A sender is used once, by one thread.
 */
public final class Sender {

  /** How long a killed task waits for its requests to end. */
  private static final Duration SHUTDOWN = Duration.ofSeconds(10);

  private final Destination destination;
  private final SendPolicy policy;
  private final RateGate gate;
  private final Circuit circuit;
  private final CallLimit calls;
  private final OutcomeLog log;
  private final SendListener listener;
  private final Clock clock;
  private final Sleeper sleeper;
  private final Capabilities capabilities;
  private final Batcher batcher;
  private final AtomicBoolean used = new AtomicBoolean();

  /**
   * @param destination whose words are journaled as they are, see {@link RedactedDestination}
   * @param scope what makes equal changes of different syncs different batches; see {@link Batcher}
   * @param object the destination's object
   * @param gate shared by all senders of the destination in this process
   */
  public Sender(
      Destination destination,
      String scope,
      String object,
      SendPolicy policy,
      RateGate gate,
      Circuit circuit,
      OutcomeLog log,
      SendListener listener,
      Clock clock,
      Sleeper sleeper) {
    this(
        destination,
        scope,
        object,
        policy,
        gate,
        circuit,
        CallLimit.none(),
        log,
        listener,
        clock,
        sleeper);
  }

  /** One that makes no more than so many calls. */
  public Sender(
      Destination destination,
      String scope,
      String object,
      SendPolicy policy,
      RateGate gate,
      Circuit circuit,
      CallLimit calls,
      OutcomeLog log,
      SendListener listener,
      Clock clock,
      Sleeper sleeper) {
    this.calls = calls;
    this.destination = destination;
    this.policy = policy;
    this.gate = gate;
    this.circuit = circuit;
    this.log = log;
    this.listener = listener;
    this.clock = new MonotonicClock(clock);
    this.sleeper = sleeper;
    this.capabilities = destination.capabilities();
    this.batcher = new Batcher(scope, object, capabilities);
  }

  /**
   * Delivers all changes, or as many as can be.
   *
   * @param changes read lazily; memory is bounded by the batches in flight
   * @throws InterruptedException if the calling thread was interrupted. Batches in flight that are
   *     not to be repeated are then journaled as unknown, the others have no outcome
   * @throws java.io.UncheckedIOException if an outcome could not be journaled
   */
  public SendReport send(Iterator<Change> changes) throws InterruptedException {
    return deliver(changes, false);
  }

  /**
   * Sends nothing and asks after the vendor jobs that the journal names: for a run that died and
   * whose rest is planned anew. What no job carries gets no outcome, what a job leaves over is
   * deferred.
   *
   * @param changes all of the partition, as they were sent
   * @throws InterruptedException as {@link #send}
   */
  public SendReport resume(Iterator<Change> changes) throws InterruptedException {
    return deliver(changes, true);
  }

  private SendReport deliver(Iterator<Change> changes, boolean resuming)
      throws InterruptedException {
    if (!used.compareAndSet(false, true)) {
      throw new IllegalStateException("a sender delivers one partition");
    }
    circuit.onChange(listener::circuit);
    PartitionRun run = new PartitionRun(policy.patience(), clock, sleeper);
    BatchDelivery.Parts parts =
        new BatchDelivery.Parts(
            destination,
            capabilities,
            policy,
            batcher,
            gate,
            circuit,
            retry(),
            new RetryBudget(),
            calls,
            run,
            new Rejects(policy.rejects()),
            new Outcomes(log, listener, clock),
            clock,
            resuming);
    long batches = 0;
    try (InFlight inFlight = new InFlight(policy.inFlight())) {
      try {
        batches = dispatch(changes, inFlight, parts);
      } catch (InterruptedException e) {
        run.cancel();
        inFlight.cancel(SHUTDOWN);
        throw e;
      }
    }
    run.rethrow();
    return run.report(circuit.report(), batches);
  }

  private long dispatch(Iterator<Change> changes, InFlight inFlight, BatchDelivery.Parts parts)
      throws InterruptedException {
    PartitionRun run = parts.run();
    long batches = 0;
    try {
      Iterator<Batch> cut = batcher.batches(changes);
      while (!run.stopped() && cut.hasNext()) {
        Batch batch = cut.next();
        if (!log.earlier().complete(batch.id())) {
          inFlight.start(batch, new BatchDelivery(parts, batch));
          batches++;
        }
      }
    } catch (RuntimeException | Error e) {
      // The changes cannot be read on; what is under way still gets its outcome.
      run.fail(e);
    }
    inFlight.drain();
    return batches;
  }

  /** Decides how often and how long; it is asked, and never sleeps itself. */
  private Retry retry() {
    RetryConfig config =
        RetryConfig.custom()
            .maxAttempts(policy.maxAttempts())
            .intervalFunction(
                IntervalFunction.ofExponentialRandomBackoff(
                    policy.firstBackoff(), 2.0, 0.2, policy.maxBackoff()))
            .retryOnResult(result -> true)
            .retryOnException(failure -> true)
            .failAfterMaxAttempts(false)
            .writableStackTraceEnabled(false)
            .build();
    return Retry.of("backhaul", config);
  }
}
