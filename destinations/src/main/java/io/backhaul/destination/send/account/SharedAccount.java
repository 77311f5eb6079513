/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send.account;

import io.backhaul.destination.Sleeper;
import io.backhaul.destination.send.Circuit;
import io.backhaul.destination.send.CircuitReport;
import io.backhaul.destination.send.MonotonicClock;
import io.backhaul.destination.send.Permits;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A destination account as one process sees it. Permits are fetched in chunks, the larger the
 * sooner the last one was used up, so that a request seldom waits for a message; one that is not
 * used in time lapses, so that what many processes hold never adds up to a burst. Where nobody
 * answers, the process keeps to the share that would be its own. Thread-safe.
 */
public final class SharedAccount implements Permits {

  /** How long after its time a permit is good. */
  static final Duration LATEST = Duration.ofMillis(50);

  /** No chunk holds more than the account's permits of so long. */
  private static final Duration LARGEST_CHUNK = Duration.ofMillis(100);

  /** A chunk that is used up sooner was too small. */
  private static final Duration SOON = Duration.ofMillis(50);

  private static final Logger LOG = LoggerFactory.getLogger(SharedAccount.class);

  private final String id;
  private final String process;
  private final double requestsPerSecond;
  private final AccountDesk desk;
  private final Permits alone;
  private final Clock clock;

  private final ReentrantLock fetching = new ReentrantLock();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong asked = new AtomicLong();

  /** Guarded by {@link #fetching}. */
  private int left;

  private Instant next = Instant.MIN;
  private Duration spacing = Duration.ZERO;
  private int chunk = 1;
  private Instant fetchedAt = Instant.MIN;

  /** Guarded by this. */
  private long succeeded;

  private AccountAnswer known;
  private Instant knownAt;
  private String trial;
  private boolean outOfDate;
  private boolean unanswered;

  /**
   * @param id tenant and name of the destination
   * @param process this one's name, without {@code #}
   * @param requestsPerSecond of the whole account
   * @param alone the share of this process while nobody answers
   */
  public SharedAccount(
      String id,
      String process,
      double requestsPerSecond,
      AccountDesk desk,
      Permits alone,
      Clock clock) {
    this.id = id;
    this.process = process;
    this.requestsPerSecond = requestsPerSecond;
    this.desk = desk;
    this.alone = alone;
    this.clock = new MonotonicClock(clock);
    this.known =
        new AccountAnswer(
            null, false, 0, CircuitReport.CLOSED, Duration.ZERO, false, Duration.ZERO);
    this.knownAt = this.clock.instant();
  }

  /** Whether this is the account at these limits. */
  public boolean allows(double rate) {
    return rate == requestsPerSecond;
  }

  /**
   * The account's circuit for one partition.
   *
   * @param earlier as earlier runs left it
   */
  public Circuit circuit(CircuitReport earlier, Sleeper sleeper) throws InterruptedException {
    ask(new AccountRequest.Join(id, earlier));
    return new SharedCircuit(this, sleeper);
  }

  @Override
  public Duration reserve() throws InterruptedException {
    waiting.incrementAndGet();
    fetching.lockInterruptibly();
    try {
      boolean lapsed = dropLapsed();
      if (left == 0 && !fetch(lapsed)) {
        return alone.reserve();
      }
      Duration wait = Duration.between(clock.instant(), next);
      next = next.plus(spacing);
      left--;
      return wait.isNegative() ? Duration.ZERO : wait;
    } finally {
      fetching.unlock();
      waiting.decrementAndGet();
    }
  }

  private boolean dropLapsed() {
    Instant oldest = clock.instant().minus(LATEST);
    boolean lapsed = false;
    while (left > 0 && next.isBefore(oldest)) {
      next = next.plus(spacing);
      left--;
      lapsed = true;
    }
    return lapsed;
  }

  private boolean fetch(boolean lapsed) throws InterruptedException {
    Instant now = clock.instant();
    int most = (int) Math.max(1, requestsPerSecond * LARGEST_CHUNK.toMillis() / 1000);
    if (lapsed) {
      chunk = Math.max(1, chunk / 2);
    } else if (now.isBefore(fetchedAt.plus(SOON))) {
      chunk = Math.min(most, chunk * 2);
    }
    fetchedAt = now;
    int wanted = Math.min(most, Math.max(chunk, waiting.get()));
    long since;
    long epoch;
    synchronized (this) {
      since = succeeded;
      epoch = known.epoch();
      succeeded = 0;
    }
    AccountAnswer answer =
        ask(new AccountRequest.Take(id, requestsPerSecond, wanted, since, epoch));
    if (answer == null) {
      return false;
    }
    next = clock.instant().plus(answer.grant().startsIn());
    spacing = answer.grant().spacing();
    left = answer.grant().permits();
    return true;
  }

  @Override
  public void pause(Duration pause) {
    desk.tell(new AccountRequest.Pause(id, pause));
  }

  @Override
  public Duration pauseLeft() {
    return left(known().pausedFor());
  }

  /** How long the circuit stays open, as far as is known here. */
  Duration openLeft() {
    return left(known().openFor());
  }

  private synchronized Duration left(Duration then) {
    if (then.isZero()) {
      return then;
    }
    Duration rest = then.minus(Duration.between(knownAt, clock.instant()));
    return rest.isNegative() ? Duration.ZERO : rest;
  }

  /** The last answer. */
  synchronized AccountAnswer known() {
    return known;
  }

  /** Whether the circuit was closed when we last heard of it, and no call of ours failed since. */
  synchronized boolean surelyClosed() {
    return !outOfDate && known.circuit().state().equals("closed");
  }

  /**
   * Asks for the right to a call.
   *
   * @return the epoch it begins in, or a negative number; without an answer calls go on
   */
  long begin() throws InterruptedException {
    String asker = process + "#" + asked.incrementAndGet();
    try {
      AccountAnswer answer = ask(new AccountRequest.Begin(id, asker));
      if (answer == null) {
        return known().epoch();
      }
      synchronized (this) {
        if (answer.mayCall() && !answer.circuit().state().equals("closed")) {
          trial = asker;
        }
      }
      return answer.mayCall() ? answer.epoch() : -1;
    } catch (InterruptedException e) {
      desk.tell(new AccountRequest.Released(id, asker)); // the answer may have been yes
      throw e;
    }
  }

  /** A call that was not made; only a trial is missed by anybody. */
  synchronized void released(long epoch) {
    if (trial != null && epoch == known.epoch()) {
      desk.tell(new AccountRequest.Released(id, trial));
      trial = null;
    }
  }

  void succeeded(long epoch) {
    AccountAnswer now;
    synchronized (this) {
      now = known;
      if (epoch == now.epoch()) {
        succeeded++;
      }
    }
    if (epoch == now.epoch() && (outOfDate() || now.watched() || !surelyClosed())) {
      desk.tell(new AccountRequest.Succeeded(id, epoch));
      expire();
    }
  }

  void failed(long epoch, String code) {
    desk.tell(new AccountRequest.Failed(id, epoch, code));
    expire();
  }

  /** What is known is out of date; the next call asks first. */
  private synchronized void expire() {
    outOfDate = true;
  }

  private synchronized boolean outOfDate() {
    return outOfDate;
  }

  /** Asks; {@code null} if nobody answers. */
  private AccountAnswer ask(AccountRequest request) throws InterruptedException {
    try {
      AccountAnswer answer = desk.ask(request);
      synchronized (this) {
        if (answer.epoch() != known.epoch()) {
          succeeded = 0;
        }
        known = answer;
        knownAt = clock.instant();
        outOfDate = false;
        unanswered = false;
      }
      return answer;
    } catch (IOException e) {
      synchronized (this) {
        if (!unanswered) {
          LOG.warn("nobody shares out the rate of {}; this process keeps to its own share", id, e);
        }
        unanswered = true;
      }
      return null;
    }
  }
}
