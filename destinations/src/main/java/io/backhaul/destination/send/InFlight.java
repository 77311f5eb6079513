/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The batches of one partition that are under way: never more than a given number, and never two
 * with the same key, so that changes of one record arrive in order. Owns the threads they run on.
 * One thread starts batches and closes.
 */
final class InFlight implements AutoCloseable {

  private final int limit;
  private final ExecutorService threads;
  private final Set<String> keys = new HashSet<>();
  private int running;

  InFlight(int limit) {
    this.limit = limit;
    AtomicInteger count = new AtomicInteger();
    this.threads =
        Executors.newFixedThreadPool(
            limit,
            task -> {
              Thread thread = new Thread(task, "backhaul-send-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Waits until there is room for the batch, then starts its delivery. */
  void start(Batch batch, Runnable delivery) throws InterruptedException {
    synchronized (this) {
      while (running == limit || underWay(batch)) {
        wait();
      }
      running++;
      for (Change change : batch.changes()) {
        keys.add(change.key());
      }
    }
    threads.execute(
        () -> {
          try {
            delivery.run();
          } finally {
            ended(batch);
          }
        });
  }

  private boolean underWay(Batch batch) {
    for (Change change : batch.changes()) {
      if (keys.contains(change.key())) {
        return true;
      }
    }
    return false;
  }

  private synchronized void ended(Batch batch) {
    running--;
    for (Change change : batch.changes()) {
      keys.remove(change.key());
    }
    notifyAll();
  }

  /** Waits until nothing is under way. */
  synchronized void drain() throws InterruptedException {
    while (running > 0) {
      wait();
    }
  }

  /** Interrupts what is under way and waits for it to end, though not for longer than this. */
  void cancel(Duration atMost) {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
