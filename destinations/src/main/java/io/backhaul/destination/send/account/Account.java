/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send.account;

import io.backhaul.destination.send.Breaker;
import io.backhaul.destination.send.Circuit;
import io.backhaul.destination.send.CircuitReport;
import io.backhaul.destination.send.MonotonicClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One destination account. Guarded by itself; {@link Accounts} holds the lock. */
final class Account {

  private final String id;
  private final Clock clock;
  private Breaker breaker;

  /** Added to the breaker's epochs, so that they go on growing when another takes its place. */
  private long epochsBefore;

  private Instant changedAt = Instant.MIN;
  private long changedEpoch;
  private boolean watched;
  private long openings;
  private Instant nextPermit = Instant.MIN;
  private Instant pausedUntil = Instant.MIN;
  private Instant pauseToldAt = Instant.MIN;
  private String trialOf;
  private long trialEpoch;

  Account(String id, Clock clock) {
    this.id = id;
    this.clock = new MonotonicClock(clock);
    adopt(new Breaker(id, CircuitReport.CLOSED, this.clock));
  }

  private void adopt(Breaker other) {
    breaker = other;
    breaker.onChange(state -> openings += state.equals("open") ? 1 : 0);
  }

  /** Whatever was known against it at a time is forgotten. */
  void lift(Instant closedAt) {
    Instant openedAt = answer(null, false).circuit().openedAt();
    if (openedAt != null && openedAt.isBefore(closedAt)) {
      replace(CircuitReport.CLOSED, closedAt);
    }
    if (pauseToldAt.isBefore(closedAt)) {
      pausedUntil = Instant.MIN;
    }
  }

  private void replace(CircuitReport report, Instant at) {
    epochsBefore = epoch() + 1;
    adopt(new Breaker(id, report, clock));
    changedAt = at;
    changedEpoch = epoch();
    trialOf = null;
  }

  /** How often the circuit opened since the application began. */
  long openings() {
    return openings;
  }

  /** What another application found out since we last heard of the account is news. */
  void join(CircuitReport earlier) {
    if (earlier.state().equals("closed")
        || earlier.openedAt() == null
        || !earlier.openedAt().isAfter(changedAt)) {
      return;
    }
    replace(earlier, earlier.openedAt());
  }

  /**
   * The next permits in a row. Nobody keeps what it does not use: time goes on without it, and so
   * do the permits of a process that died. A pause does not put them off, since whoever meets one
   * has only so much patience; the answer tells of it.
   */
  AccountAnswer take(AccountRequest.Take take) {
    if (take.succeeded() > 0) {
      succeeded(take.epoch());
    }
    Instant now = clock.instant();
    Instant from = nextPermit.isAfter(now) ? nextPermit : now;
    Duration spacing = Duration.ofNanos(Math.max(1, Math.round(1e9 / take.requestsPerSecond())));
    nextPermit = from.plus(spacing.multipliedBy(take.permits()));
    return answer(
        new AccountAnswer.Grant(take.permits(), Duration.between(now, from), spacing), false);
  }

  AccountAnswer begin(String asker) {
    Optional<Circuit.Call> call = breaker.tryBegin();
    if (call.isPresent() && breaker.report().state().equals("half_open")) {
      trialOf = asker;
      trialEpoch = call.get().epoch();
    }
    return answer(null, call.isPresent());
  }

  /** One success among the last five calls keeps the circuit closed, however many there were. */
  void succeeded(long epoch) {
    if (epoch == epoch()) {
      watched = false;
      breaker.succeeded(new Circuit.Call(epoch - epochsBefore));
    }
  }

  void failed(long epoch, String code) {
    watched |= epoch == epoch();
    breaker.failed(new Circuit.Call(epoch - epochsBefore), code);
  }

  void release(String asker) {
    if (asker.equals(trialOf)) {
      trialOf = null;
      breaker.released(new Circuit.Call(trialEpoch));
    }
  }

  void lost(String process) {
    if (trialOf != null && trialOf.startsWith(process + "#")) {
      release(trialOf);
    }
  }

  void pause(Duration pause) {
    pauseToldAt = clock.instant();
    Instant until = pauseToldAt.plus(pause);
    pausedUntil = until.isAfter(pausedUntil) ? until : pausedUntil;
  }

  private long epoch() {
    return epochsBefore + breaker.epoch();
  }

  AccountAnswer answer(AccountAnswer.Grant grant, boolean mayCall) {
    long epoch = epoch();
    if (epoch != changedEpoch) {
      changedEpoch = epoch;
      changedAt = clock.instant();
    }
    Instant now = clock.instant();
    return new AccountAnswer(
        grant,
        mayCall,
        epoch,
        breaker.report(),
        breaker.pauseLeft(),
        watched,
        pausedUntil.isAfter(now) ? Duration.between(now, pausedUntil) : Duration.ZERO);
  }
}
