/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import io.backhaul.destination.Sleeper;
import io.backhaul.jobs.fleet.FleetSync;
import io.backhaul.jobs.fleet.Page;
import io.backhaul.jobs.fleet.Target;
import io.backhaul.jobs.fleet.Wish;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.spec.SyncSpec;
import io.backhaul.jobs.spec.Workspace;
import io.backhaul.jobs.sync.Cancellation;
import io.backhaul.jobs.sync.Circuits;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The syncs of a configuration as a fleet: worked on, and told what people wish of them. */
public final class Fleet {

  private static final Duration POLL = Duration.ofSeconds(2);
  private static final Duration LOOK_AT_SOURCES = Duration.ofSeconds(30);

  private final Ledger ledger;
  private final Workspace workspace;
  private final FleetSettings settings;
  private final Clock clock;
  private final QueueTable table;

  /** A fleet over one ledger; others may work on it at the same time. */
  public Fleet(Ledger ledger, Workspace workspace, FleetSettings settings, Clock clock) {
    this.ledger = ledger;
    this.workspace = workspace;
    this.settings = settings;
    this.clock = clock;
    this.table = new QueueTable(ledger, clock, settings.maxConsecutiveFailures());
  }

  /**
   * Works on the syncs.
   *
   * @param stop ends it early
   */
  public WorkerReport run(Term term, WorkerListener listener, Cancellation stop)
      throws InterruptedException {
    List<SyncSpec> specs = workspace.syncs();
    SyncJobs jobs =
        new SyncJobs(ledger, specs, workspace.pii(), workspace.lineage(), clock, Sleeper.SYSTEM);
    long tenants = specs.stream().map(SyncSpec::tenant).distinct().count();
    long accounts = syncs().stream().map(FleetSync::account).distinct().count();
    WorkerSettings worker =
        new WorkerSettings(name(), settings.places(), settings.limits(tenants, accounts), POLL);
    try (SourceVersions sources = new SourceVersions(ledger.spark(), specs, LOOK_AT_SOURCES)) {
      return new FleetWorker(table, syncs(), jobs, worker, sources, listener, clock)
          .run(term, stop);
    }
  }

  /**
   * Grants a wish, for whoever works on the syncs to find.
   *
   * @return the syncs it was for, by {@code tenant/sync}; empty if there is no such sync
   */
  public Set<String> grant(Wish wish, Target target) {
    return table.change(
        name(),
        page -> {
          Target.Granted granted =
              target.grant(wish, page, syncs(), clock.instant().truncatedTo(ChronoUnit.MICROS));
          return new QueueTable.Change<>(granted.page(), granted.meant());
        });
  }

  /**
   * Forgets what is known against a destination, for runs and for the queue.
   *
   * @return whether anything was
   */
  public boolean closeCircuit(String tenant, String destination) {
    String name = name();
    boolean known = new Circuits(ledger, clock).close(tenant, destination, name) != null;
    boolean held =
        table.change(
            name,
            page -> {
              Optional<Page> closed = page.closed(tenant + "/" + destination);
              return new QueueTable.Change<>(closed.orElse(null), closed.isPresent());
            });
    return known || held;
  }

  private List<FleetSync> syncs() {
    return workspace.syncs().stream().map(FleetSync::of).toList();
  }

  private static String name() {
    return "fleet-" + UUID.randomUUID();
  }
}
