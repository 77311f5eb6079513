/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import io.backhaul.destination.Sleeper;
import io.backhaul.jobs.alert.Webhook;
import io.backhaul.jobs.fleet.FleetSync;
import io.backhaul.jobs.fleet.Page;
import io.backhaul.jobs.fleet.Target;
import io.backhaul.jobs.fleet.Turn;
import io.backhaul.jobs.fleet.Wish;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.spec.SpecProblem;
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
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The syncs of a configuration as a fleet: worked on, and told what people wish of them. */
public final class Fleet {

  private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);

  private static final Duration POLL = Duration.ofSeconds(2);
  private static final Duration LOOK_AT_FILES = Duration.ofSeconds(10);
  private static final Duration LOOK_AT_SOURCES = Duration.ofSeconds(30);

  private final Ledger ledger;
  private final FleetFiles files;
  private final FleetSettings settings;
  private final Clock clock;
  private final QueueTable table;

  /** A fleet over one ledger; others may work on it at the same time. */
  public Fleet(Ledger ledger, FleetFiles files, FleetSettings settings, Clock clock) {
    this.ledger = ledger;
    this.files = files;
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
    SyncJobs jobs = new SyncJobs(ledger, files, clock, Sleeper.SYSTEM);
    SourceVersions sources = new SourceVersions(ledger.spark(), files);
    sources.look();
    ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(Fleet::thread);
    Optional<Webhook> webhook =
        files.now().workspace().alerts().map(to -> new Webhook(to, LOG::warn));
    try {
      again(looking, files::look, LOOK_AT_FILES);
      again(looking, sources::look, LOOK_AT_SOURCES);
      WorkerListener all =
          webhook.map(to -> listener.and(new ParkedAlerts(to, clock))).orElse(listener);
      return new FleetWorker(
              table,
              new Turns(all),
              jobs,
              new WorkerSettings(name(), settings.places(), FleetSettings.LEASE_TERM, POLL),
              sources,
              all,
              clock)
          .run(term, stop);
    } finally {
      looking.shutdownNow();
      webhook.ifPresent(Webhook::close);
    }
  }

  /** The syncs that the files have now, shared out; says what is wrong with the others. */
  private final class Turns implements Supplier<Turn> {
    private final WorkerListener listener;
    private Workspace.Usable read;
    private Turn turn;

    private Turns(WorkerListener listener) {
      this.listener = listener;
    }

    @Override
    public Turn get() {
      Workspace.Usable now = files.now();
      if (!now.equals(read)) {
        List<FleetSync> syncs = syncs();
        long tenants = syncs.stream().map(FleetSync::tenant).distinct().count();
        long accounts = syncs.stream().map(FleetSync::account).distinct().count();
        turn = new Turn(syncs, settings.limits(tenants, accounts));
        listener.leftOut(news(now.broken()));
        read = now;
      }
      return turn;
    }

    private List<SpecProblem> news(List<SpecProblem> broken) {
      return broken.stream()
          .filter(problem -> read == null || !read.broken().contains(problem))
          .toList();
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
    return files.now().workspace().syncs().stream().map(FleetSync::of).toList();
  }

  private static void again(ScheduledExecutorService looking, Runnable look, Duration every) {
    var unused =
        looking.scheduleWithFixedDelay(
            () -> {
              try {
                look.run();
              } catch (RuntimeException e) { // or it would be the last time
                LOG.warn("what changed could not be seen; trying again", e);
              }
            },
            every.toMillis(),
            every.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "backhaul-looking");
    thread.setDaemon(true);
    return thread;
  }

  private static String name() {
    return "fleet-" + UUID.randomUUID();
  }
}
