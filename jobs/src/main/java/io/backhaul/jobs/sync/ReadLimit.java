/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends a run that reads and compares for too long; Spark jobs of other runs go on. By wall time of
 * this machine. Thread-safe.
 */
final class ReadLimit implements AutoCloseable {

  private final Duration most;
  private final Cancellation cancellation;
  private final ScheduledExecutorService timer;
  private boolean over;
  private boolean passed;

  private ReadLimit(Duration most, Cancellation cancellation) {
    this.most = most;
    this.cancellation = cancellation;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "backhaul-read-limit");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** From now on. */
  static ReadLimit begin(Duration most, Cancellation cancellation) {
    ReadLimit limit = new ReadLimit(most, cancellation);
    var unused = limit.timer.schedule(limit::pass, most.toMillis(), TimeUnit.MILLISECONDS);
    return limit;
  }

  private void pass() {
    synchronized (this) {
      if (over) {
        return;
      }
      passed = true;
    }
    cancellation.request("read_timeout");
  }

  /** Whether the run was ended by it. */
  synchronized boolean passed() {
    return passed;
  }

  /** Nothing is ended any more. */
  @Override
  public void close() {
    synchronized (this) {
      over = true;
    }
    timer.shutdownNow();
  }

  /** Why the run failed. */
  @Override
  public String toString() {
    return "READ_TIMEOUT: reading and comparing took longer than read_timeout, "
        + most.toSeconds()
        + " s; nothing was sent. Give it more, or make the source's query faster";
  }
}
