/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import io.backhaul.destination.send.CircuitReport;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * All that fleets have written down, at one moment. Whoever changes it writes the next revision,
 * and of two who do only one succeeds.
 *
 * @param revision of this page; 0 before the first
 * @param entries by {@code tenant/sync}
 * @param paused tenants and accounts whose syncs are paused, also those that no fleet has met yet
 */
public record Page(long revision, Map<String, SyncEntry> entries, Set<Target> paused) {

  /** Before anything was written. */
  public static final Page EMPTY = new Page(0, Map.of(), Set.of());

  public Page {
    entries = Collections.unmodifiableMap(new TreeMap<>(entries));
    paused = Set.copyOf(paused);
  }

  /** The entries, with a new one for each sync that no fleet has met before. */
  Map<String, SyncEntry> with(Collection<FleetSync> syncs) {
    Map<String, SyncEntry> all = new TreeMap<>(entries);
    syncs.forEach(sync -> all.computeIfAbsent(sync.id(), id -> met(sync)));
    return all;
  }

  private SyncEntry met(FleetSync sync) {
    SyncEntry entry = SyncEntry.of(sync);
    return entry.paused(paused.stream().anyMatch(target -> target.means(entry)));
  }

  /** The page with nothing known against an account; empty if nothing was. */
  public Optional<Page> closed(String account) {
    Map<String, SyncEntry> changed = new TreeMap<>(entries);
    changed.replaceAll(
        (id, entry) -> entry.account().equals(account) ? entry.with(CircuitReport.CLOSED) : entry);
    return changed.equals(entries) ? Optional.empty() : Optional.of(next(changed));
  }

  Page next(Map<String, SyncEntry> changed) {
    return next(changed, paused);
  }

  Page next(Map<String, SyncEntry> changed, Set<Target> pausedNow) {
    return new Page(revision + 1, changed, pausedNow);
  }
}
