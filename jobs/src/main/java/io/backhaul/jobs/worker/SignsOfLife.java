/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import io.backhaul.jobs.ledger.LeaseBeat;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says, three times in the term of a lease and on a thread of its own, that a worker lives: also
 * while the tasks of its runs keep all cores busy, so that it cannot write the queue.
 */
final class SignsOfLife {

  private static final Logger LOG = LoggerFactory.getLogger(SignsOfLife.class);

  private static final int BEATS_A_TERM = 3;

  private final LeaseBeat beat;
  private final Configuration hadoop;
  private final Duration leaseTerm;
  private final Clock clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(SignsOfLife::thread);
  private long turn;

  SignsOfLife(LeaseBeat beat, Configuration hadoop, Duration leaseTerm, Clock clock) {
    this.beat = beat;
    this.hadoop = hadoop;
    this.leaseTerm = leaseTerm;
    this.clock = clock;
    long pause = leaseTerm.dividedBy(BEATS_A_TERM).toMillis();
    var unused = thread.scheduleWithFixedDelay(this::beat, 0, pause, TimeUnit.MILLISECONDS);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "backhaul-signs-of-life");
    thread.setDaemon(true);
    return thread;
  }

  private void beat() {
    try {
      beat.write(hadoop, turn++, clock.instant().plus(leaseTerm));
    } catch (RuntimeException e) { // or it would be the last time
      LOG.warn("no sign of life could be given; trying again", e);
    }
  }

  /** Ends them, and removes what they left. */
  void end() throws InterruptedException {
    thread.shutdownNow();
    if (thread.awaitTermination(leaseTerm.toMillis(), TimeUnit.MILLISECONDS)) {
      beat.remove(hadoop);
    }
  }
}
