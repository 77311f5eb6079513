/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The batches of one partition that are under way: never more than a given number, and never two
 * with the same key, so that changes of one record arrive in order. Owns the threads they run on.
 * One thread starts batches and closes.
 */
final class InFlight implements AutoCloseable {

  private final int limit;
  private final ExecutorService threads;
  private final List<UnderWay> running = new ArrayList<>();

  /**
   * Of all that is under way, once two batches have overlapped; those of a sorted plan lie apart
   * from each other, so that no key need be looked up.
   */
  private Set<String> keys;

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

  /** A batch and where its keys lie. */
  private record UnderWay(Batch batch, String lowest, String highest) {

    static UnderWay of(Batch batch) {
      String lowest = batch.changes().get(0).key();
      String highest = lowest;
      for (Change change : batch.changes()) {
        String key = change.key();
        if (key.compareTo(highest) > 0) {
          highest = key;
        } else if (key.compareTo(lowest) < 0) {
          lowest = key;
        }
      }
      return new UnderWay(batch, lowest, highest);
    }

    boolean liesApartFrom(UnderWay other) {
      return highest.compareTo(other.lowest) < 0 || lowest.compareTo(other.highest) > 0;
    }

    Stream<String> keys() {
      return batch.changes().stream().map(Change::key);
    }
  }

  /** Waits until there is room for the batch, then starts its delivery. */
  void start(Batch batch, Runnable delivery) throws InterruptedException {
    UnderWay next = UnderWay.of(batch);
    synchronized (this) {
      while (running.size() == limit || sharesKey(next)) {
        wait();
      }
      running.add(next);
      if (keys != null) {
        next.keys().forEach(keys::add);
      }
    }
    threads.execute(
        () -> {
          try {
            delivery.run();
          } finally {
            ended(next);
          }
        });
  }

  /** Whether one of the batches under way has a key of this one. */
  private boolean sharesKey(UnderWay next) {
    if (keys == null) {
      if (running.stream().allMatch(next::liesApartFrom)) {
        return false;
      }
      keys =
          running.stream().flatMap(UnderWay::keys).collect(Collectors.toCollection(HashSet::new));
    }
    return next.keys().anyMatch(keys::contains);
  }

  private synchronized void ended(UnderWay batch) {
    running.remove(batch);
    if (keys != null) {
      batch.keys().forEach(keys::remove);
    }
    notifyAll();
  }

  /** Waits until nothing is under way. */
  synchronized void drain() throws InterruptedException {
    while (!running.isEmpty()) {
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
