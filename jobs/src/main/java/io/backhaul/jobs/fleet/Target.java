/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a wish is for: a sync, or all syncs of a tenant or of a destination account. Those that no
 * fleet knows yet are paused with the others, and otherwise not meant.
 */
public sealed interface Target {

  /** One sync. */
  record OneSync(String tenant, String sync) implements Target {}

  /** All syncs of a tenant. */
  record OneTenant(String tenant) implements Target {}

  /** All syncs to a destination account. */
  record OneAccount(String tenant, String destination) implements Target {}

  /** Whether a sync is meant. */
  default boolean means(SyncEntry entry) {
    if (this instanceof OneSync one) {
      return one.tenant().equals(entry.tenant()) && one.sync().equals(entry.sync());
    }
    if (this instanceof OneAccount one) {
      return one.tenant().equals(entry.tenant()) && one.destination().equals(entry.destination());
    }
    return ((OneTenant) this).tenant().equals(entry.tenant());
  }

  /**
   * A wish, granted.
   *
   * @param page to be written; {@code null} if nothing changed
   * @param meant the syncs it was for, by {@code tenant/sync}
   */
  record Granted(Page page, Set<String> meant) {}

  /**
   * The page with a wish granted.
   *
   * @param syncs that files tell of, whether a fleet has met them or not
   */
  default Granted grant(Wish wish, Page page, Collection<FleetSync> syncs, Instant now) {
    Map<String, SyncEntry> entries = page.with(syncs);
    Set<String> meant = new TreeSet<>();
    boolean changed = false;
    for (Map.Entry<String, SyncEntry> each : entries.entrySet()) {
      SyncEntry entry = each.getValue();
      if (means(entry)) {
        meant.add(entry.id());
        each.setValue(wish.grant(entry, now));
        changed |= !each.getValue().equals(entry);
      }
    }
    Set<Target> paused = meant.isEmpty() ? page.paused() : paused(wish, page.paused());
    changed |= !paused.equals(page.paused());
    return new Granted(changed ? page.next(entries, paused) : null, meant);
  }

  private Set<Target> paused(Wish wish, Set<Target> before) {
    if (this instanceof OneSync || (wish != Wish.PAUSE && wish != Wish.RESUME)) {
      return before;
    }
    Set<Target> after = new HashSet<>(before);
    after.removeIf(this::covers);
    if (wish == Wish.PAUSE) {
      after.add(this);
    }
    return after;
  }

  /** Whether what the other means is meant by this as well. */
  private boolean covers(Target other) {
    if (this instanceof OneTenant one && other instanceof OneAccount account) {
      return one.tenant().equals(account.tenant());
    }
    return equals(other);
  }
}
