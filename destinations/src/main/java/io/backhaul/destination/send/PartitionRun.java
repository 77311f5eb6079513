/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Sleeper;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the batches of one partition share while they are delivered: whether to go on, and how much
 * waiting is left. Thread-safe.
 */
final class PartitionRun {

  /** Something that waits on the calling thread and ends early on an interrupt. */
  @FunctionalInterface
  interface Wait<T> {
    T await() throws InterruptedException;
  }

  private final Patience patience;
  private final Sleeper sleeper;
  private final AtomicLong requests = new AtomicLong();
  private final Set<Thread> waiting = new HashSet<>();
  private Ending ending = Ending.DRAINED;
  private String code;
  private String message;
  private Throwable failure;
  private boolean cancelled;
  private volatile boolean stopped;

  PartitionRun(Duration patience, Clock clock, Sleeper sleeper) {
    this.patience = new Patience(patience, clock);
    this.sleeper = sleeper;
  }

  /** Whether nothing more is to be sent. */
  boolean stopped() {
    return stopped;
  }

  /** Whether the task was killed: what is under way ends without an answer. */
  synchronized boolean cancelled() {
    return cancelled;
  }

  synchronized Ending ending() {
    return ending;
  }

  /** Why nothing more is sent, or {@code null} if nobody said. */
  synchronized String code() {
    return code;
  }

  /** Ends the partition; of several reasons the worst is told, and of equal ones the first. */
  synchronized void stop(Ending why, String whyCode, String whyMessage) {
    if (why.compareTo(ending) > 0) {
      ending = why;
      code = whyCode;
      message = whyMessage;
    }
    halt();
  }

  /** Something broke that the sender cannot judge: the task must fail with it. */
  synchronized void fail(Throwable why) {
    if (failure == null) {
      failure = why;
    } else if (failure != why) {
      failure.addSuppressed(why);
    }
    halt();
  }

  synchronized void cancel() {
    cancelled = true;
    halt();
  }

  /** Requests under way are left to end; whoever only waits is woken. */
  private void halt() {
    stopped = true;
    waiting.forEach(Thread::interrupt);
  }

  /**
   * Waits in a way that the end of the partition ends too.
   *
   * @throws InterruptedException if the partition is stopped or the task killed
   */
  <T> T waiting(Wait<T> wait) throws InterruptedException {
    synchronized (this) {
      if (stopped) {
        throw new InterruptedException();
      }
      waiting.add(Thread.currentThread());
    }
    try {
      return wait.await();
    } finally {
      synchronized (this) {
        waiting.remove(Thread.currentThread());
        if (stopped && !cancelled) {
          // Meant for the wait that has just ended; the next request must not meet it.
          Thread.interrupted();
        }
      }
    }
  }

  /** Sleeps; no patience is needed for it. */
  void sleep(Duration pause) throws InterruptedException {
    waiting(
        () -> {
          sleeper.sleep(pause);
          return null;
        });
  }

  /** Waits for the destination to recover, unless that takes more patience than is left. */
  boolean waitFor(Duration pause) throws InterruptedException {
    if (!patience.pay(pause)) {
      return false;
    }
    sleep(pause);
    return true;
  }

  void countRequest() {
    requests.incrementAndGet();
  }

  /** Throws what {@link #fail} was given, if anything. */
  synchronized void rethrow() {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    if (failure != null) {
      throw new IllegalStateException("a batch ended in a way that cannot be", failure);
    }
  }

  synchronized SendReport report(CircuitReport circuit, long batches) {
    return new SendReport(ending, code, message, circuit, requests.get(), batches);
  }
}
