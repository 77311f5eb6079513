/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.destination.sandbox.RequestLedger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the destination's own ledger says of the records that reached it. */
final class Arrivals {

  private final List<RequestLedger.Entry> entries;

  private Arrivals(List<RequestLedger.Entry> entries) {
    this.entries = entries;
  }

  static Arrivals at(SyncBed bed) {
    return new Arrivals(bed.sandbox().ledger().entries());
  }

  /** Those after the first {@code requests} requests. */
  Arrivals after(long requests) {
    return new Arrivals(entries.stream().filter(entry -> entry.number() > requests).toList());
  }

  int requests() {
    return entries.size();
  }

  /** Record to how often it arrived, applied or not. */
  Map<String, Integer> times() {
    Map<String, Integer> times = new TreeMap<>();
    entries.stream()
        .flatMap(entry -> entry.written().stream())
        .forEach(written -> times.merge(written.name(), 1, Integer::sum));
    return times;
  }

  /** Records that were applied more than once. */
  Set<String> appliedTwice() {
    Map<String, Integer> times = new TreeMap<>();
    entries.stream()
        .flatMap(entry -> entry.written().stream())
        .filter(RequestLedger.Written::applied)
        .forEach(written -> times.merge(written.name(), 1, Integer::sum));
    return moreThanOnce(times);
  }

  /** Records that arrived more than once. */
  Set<String> arrivedTwice() {
    return moreThanOnce(times());
  }

  /** Record to the hashes of all values it arrived with. */
  Map<String, Set<String>> values() {
    Map<String, Set<String>> values = new TreeMap<>();
    entries.stream()
        .flatMap(entry -> entry.written().stream())
        .forEach(
            written ->
                values
                    .computeIfAbsent(written.name(), name -> new TreeSet<>())
                    .add(written.valueHash()));
    return values;
  }

  /** Idempotency keys of the requests. */
  Set<String> keys() {
    return entries.stream()
        .map(RequestLedger.Entry::idempotencyKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> moreThanOnce(Map<String, Integer> times) {
    return times.entrySet().stream()
        .filter(entry -> entry.getValue() > 1)
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
