/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/** What happens when, one after another; time passes only between two events. */
final class Events {

  private record Event(long at, long number, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final VirtualClock clock;
  private long number;

  Events(VirtualClock clock) {
    this.clock = clock;
  }

  Instant now() {
    return clock.instant();
  }

  void after(Duration wait, Runnable action) {
    afterMillis(wait.toMillis(), action);
  }

  void afterMillis(long millis, Runnable action) {
    events.add(new Event(clock.instant().toEpochMilli() + millis, number++, action));
  }

  /** Lets everything happen that happens before {@code end}, and ends there. */
  void runUntil(Instant end) {
    while (!events.isEmpty() && events.element().at() < end.toEpochMilli()) {
      Event event = events.remove();
      clock.set(Instant.ofEpochMilli(event.at()));
      event.action().run();
    }
    clock.set(end);
  }
}
