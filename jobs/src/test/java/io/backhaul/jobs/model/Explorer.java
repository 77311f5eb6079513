/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Plays schedules drawn from a seed until one breaks the promise.
 *
 * @param protections that are on
 * @param limits that the promise is not held to
 */
record Explorer(Set<Protection> protections, Set<Limit> limits) {

  /** Odd, so that seeds in a row give schedules that have nothing in common. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /** The protocol as it is, held to what it promises. */
  static Explorer ofTheProtocol() {
    return new Explorer(EnumSet.allOf(Protection.class), EnumSet.allOf(Limit.class));
  }

  static Explorer without(Protection protection) {
    return new Explorer(EnumSet.complementOf(EnumSet.of(protection)), EnumSet.allOf(Limit.class));
  }

  static Explorer beyond(Limit limit) {
    return new Explorer(EnumSet.allOf(Protection.class), EnumSet.complementOf(EnumSet.of(limit)));
  }

  /** A schedule that breaks the promise. */
  record Found(Violation violation, Schedule schedule) {

    /** What to paste into a test. */
    String report() {
      return violation.getMessage() + "\n\n" + schedule.text() + "\n";
    }
  }

  /** The first of {@code schedules} that breaks the promise, without its idle steps. */
  Optional<Found> explore(long seed, long schedules) {
    for (long i = 0; i < schedules; i++) {
      Schedule schedule = Schedule.draw((seed + i) * SPREAD);
      Optional<Violation> violation = play(schedule);
      if (violation.isPresent()) {
        Schedule shrunk = shrunk(schedule, violation.get().rule());
        return Optional.of(new Found(play(shrunk).orElseThrow(), shrunk));
      }
    }
    return Optional.empty();
  }

  /** What a schedule breaks, if anything. */
  Optional<Violation> play(Schedule schedule) {
    try {
      World.play(schedule, protections, limits);
      return Optional.empty();
    } catch (Violation violation) {
      return Optional.of(violation);
    }
  }

  /** Takes out steps, longer stretches first, for as long as the same rule stays broken. */
  private Schedule shrunk(Schedule schedule, Violation.Rule rule) {
    Schedule shortest = schedule;
    for (int stretch = Math.max(1, schedule.steps().size() / 2); stretch > 0; ) {
      Schedule shorter = without(shortest, stretch, rule);
      if (shorter.steps().size() == shortest.steps().size()) {
        stretch /= 2;
      }
      shortest = shorter;
    }
    return shortest;
  }

  private Schedule without(Schedule schedule, int stretch, Violation.Rule rule) {
    Schedule shortest = schedule;
    for (int from = schedule.steps().size() - stretch; from >= 0; from--) {
      if (from + stretch > shortest.steps().size()) {
        continue;
      }
      List<Step> rest = new ArrayList<>(shortest.steps());
      rest.subList(from, from + stretch).clear();
      Schedule candidate = new Schedule(schedule.setup(), List.copyOf(rest));
      if (play(candidate).filter(violation -> violation.rule() == rule).isPresent()) {
        shortest = candidate;
      }
    }
    return shortest;
  }
}
