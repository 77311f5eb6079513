/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops sending to a destination that does not work: opens after {@value #FAILURES} consecutive
 * calls that were throttled or failed, for 1, 2, 4, 8, 16 and then 30 minutes, and closes when the
 * one call it lets through after a pause succeeds. Thread-safe.
 *
 * <p>What it learned goes on in the next run through {@link CircuitReport}. Where nobody keeps one
 * for all (see {@link io.backhaul.destination.send.account.Accounts}) there is a breaker for each
 * partition, which then makes its own trial call.
 */
public final class Breaker implements Circuit {

  /** Consecutive failed calls that open it. */
  public static final int FAILURES = 5;

  private static final List<Duration> PAUSES =
      List.of(
          Duration.ofMinutes(1),
          Duration.ofMinutes(2),
          Duration.ofMinutes(4),
          Duration.ofMinutes(8),
          Duration.ofMinutes(16),
          Duration.ofMinutes(30));

  /** The circuit lets a call through after its time, not at it; ours is open until its time. */
  private static final Duration TICK = Duration.ofMillis(1);

  /** Beyond any request's deadline: a trial call that never came back counts as failed. */
  private static final Duration MAX_TRIAL = Duration.ofMinutes(15);

  private static final Logger LOG = LoggerFactory.getLogger(Breaker.class);

  private final String name;
  private final Clock clock;
  private final CircuitBreaker circuit;
  private Consumer<String> onChange = state -> {};
  private CircuitBreaker.State state = CircuitBreaker.State.CLOSED;
  private int opensOfEarlierRuns;
  private int opens;
  private Instant openedAt;
  private Instant openUntil;
  private String lastError;
  private long epoch;
  private boolean trialUnderWay;

  /**
   * @param name of the destination
   * @param earlier how the last run left it
   */
  public Breaker(String name, CircuitReport earlier, Clock clock) {
    this.name = name;
    this.clock = new MonotonicClock(clock);
    this.lastError = earlier.lastError();
    this.circuit = CircuitBreaker.of(name, config());
    this.circuit
        .getEventPublisher()
        .onStateTransition(event -> changed(event.getStateTransition().getToState()));
    if (!earlier.state().equals("closed")) {
      this.openUntil = earlier.openUntil();
      this.circuit.transitionToOpenStateUntil(earlier.openUntil().minus(TICK));
      // The circuit does not count this opening: its next one is its first.
      this.opensOfEarlierRuns = earlier.consecutiveOpens();
      this.opens = earlier.consecutiveOpens();
      this.openedAt = earlier.openedAt();
    }
  }

  private CircuitBreakerConfig config() {
    return CircuitBreakerConfig.custom()
        .slidingWindowType(SlidingWindowType.COUNT_BASED)
        .slidingWindowSize(FAILURES)
        .minimumNumberOfCalls(FAILURES)
        .failureRateThreshold(100)
        .permittedNumberOfCallsInHalfOpenState(1)
        .maxWaitDurationInHalfOpenState(MAX_TRIAL)
        .waitIntervalFunctionInOpenState(this::pause)
        .clock(clock)
        .currentTimestampFunction(Clock::millis, TimeUnit.MILLISECONDS)
        .writableStackTraceEnabled(false)
        .build();
  }

  /** Called by the circuit when it opens, for the pause in milliseconds. */
  private synchronized long pause(int attempt) {
    opens = opensOfEarlierRuns + attempt;
    Duration pause = PAUSES.get(Math.min(opens, PAUSES.size()) - 1);
    openedAt = clock.instant();
    openUntil = openedAt.plus(pause);
    return pause.minus(TICK).toMillis();
  }

  private synchronized void changed(CircuitBreaker.State now) {
    state = now;
    epoch++;
    trialUnderWay = false;
    if (now == CircuitBreaker.State.CLOSED) {
      opensOfEarlierRuns = 0;
      opens = 0;
      openedAt = null;
      openUntil = null;
    }
    notifyAll();
    if (now == CircuitBreaker.State.OPEN) {
      LOG.warn("The circuit to {} is open until {} after {}", name, openUntil, lastError);
    } else {
      LOG.info("The circuit to {} is {}", name, name(now));
    }
    onChange.accept(name(now));
  }

  /** Counts changes of state, see {@link Circuit.Call}. */
  public synchronized long epoch() {
    return epoch;
  }

  @Override
  public synchronized void onChange(Consumer<String> listener) {
    onChange = listener;
  }

  @Override
  public synchronized Duration pauseLeft() {
    if (state != CircuitBreaker.State.OPEN) {
      return Duration.ZERO;
    }
    Duration left = Duration.between(clock.instant(), openUntil);
    return left.isNegative() ? Duration.ZERO : left;
  }

  @Override
  public synchronized Optional<Call> tryBegin() {
    if (!circuit.tryAcquirePermission()) {
      return Optional.empty();
    }
    trialUnderWay = state == CircuitBreaker.State.HALF_OPEN;
    return Optional.of(new Call(epoch));
  }

  @Override
  public synchronized void succeeded(Call call) {
    if (ended(call)) {
      circuit.onSuccess(0, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public synchronized void failed(Call call, String code) {
    lastError = code;
    if (ended(call)) {
      circuit.onError(0, TimeUnit.MILLISECONDS, new CallFailed(code));
    }
  }

  @Override
  public synchronized void released(Call call) {
    if (ended(call)) {
      circuit.releasePermission();
    }
  }

  /**
   * A call that began before the last change of state must not decide the next one: of many calls
   * in flight the slow ones come back when the trial is already running.
   */
  private boolean ended(Call call) {
    if (call.epoch() != epoch) {
      return false;
    }
    trialUnderWay = false;
    notifyAll();
    return true;
  }

  @Override
  public synchronized void awaitTrial() throws InterruptedException {
    long before = epoch;
    while (trialUnderWay && epoch == before) {
      wait();
    }
  }

  @Override
  public synchronized CircuitReport report() {
    return state == CircuitBreaker.State.CLOSED
        ? new CircuitReport("closed", null, null, 0, lastError)
        : new CircuitReport(name(state), openedAt, openUntil, opens, lastError);
  }

  private static String name(CircuitBreaker.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  /** What the circuit records; carries no stack, since nobody sees it. */
  private static final class CallFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CallFailed(String code) {
      super(code, null, false, false);
    }
  }
}
