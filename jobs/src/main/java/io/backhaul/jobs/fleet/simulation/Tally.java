/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

import io.backhaul.jobs.spec.Priority;
import java.util.EnumMap;
import java.util.Map;

/** What is counted over a day. */
final class Tally {

  final Map<Priority, Lags> untouched = new EnumMap<>(Priority.class);
  final Map<Priority, Lags> touched = new EnumMap<>(Priority.class);
  long calls;
  long wasted;
  long starved;
  long added;
  long ended;
  long twice;
  long fenced;
  long parked;
  long atWorkMillis;

  Tally() {
    for (Priority priority : Priority.values()) {
      untouched.put(priority, new Lags());
      touched.put(priority, new Lags());
    }
  }

  Lags lags(SimulatedSync sync) {
    return (Troubles.touches(sync) ? touched : untouched).get(sync.sync.priority());
  }

  /** The percentiles by priority. */
  static Map<Priority, Percentiles> percentiles(Map<Priority, Lags> lags) {
    Map<Priority, Percentiles> all = new EnumMap<>(Priority.class);
    lags.forEach((priority, those) -> all.put(priority, those.percentiles()));
    return all;
  }
}
