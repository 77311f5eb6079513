/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import io.backhaul.destination.send.CircuitReport;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that fleets have written down, at one moment. Whoever changes it writes the next revision,
 * and of two who do only one succeeds.
 *
 * @param revision of this page; 0 before the first
 * @param entries by {@code tenant/sync}
 */
public record Page(long revision, Map<String, SyncEntry> entries) {

  /** Before anything was written. */
  public static final Page EMPTY = new Page(0, Map.of());

  public Page {
    entries = Collections.unmodifiableMap(new TreeMap<>(entries));
  }

  /** The page with nothing known against an account; empty if nothing was. */
  public Optional<Page> closed(String account) {
    Map<String, SyncEntry> changed = new TreeMap<>(entries);
    changed.replaceAll(
        (id, entry) -> entry.account().equals(account) ? entry.with(CircuitReport.CLOSED) : entry);
    return changed.equals(entries) ? Optional.empty() : Optional.of(next(changed));
  }

  Page next(Map<String, SyncEntry> changed) {
    return new Page(revision + 1, changed);
  }
}
