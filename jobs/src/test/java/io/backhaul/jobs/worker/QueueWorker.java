/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import io.backhaul.destination.send.CircuitReport;
import io.backhaul.jobs.fleet.EndedJob;
import io.backhaul.jobs.fleet.FleetLimits;
import io.backhaul.jobs.fleet.FleetSync;
import io.backhaul.jobs.fleet.JobEnd;
import io.backhaul.jobs.fleet.Turn;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.session.LocalSession;
import io.backhaul.jobs.spec.Priority;
import io.backhaul.jobs.spec.Schedule;
import io.backhaul.jobs.sync.Cancellation;
import java.io.BufferedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A worker whose jobs write their name to a file, for a process of its own. Arguments: a folder,
 * its name, how many syncs there are, and its places. Works until it is killed.
 */
final class QueueWorker {

  private static final FleetLimits LIMITS =
      new FleetLimits(100_000, 100_000, Duration.ofSeconds(10), 5);

  private QueueWorker() {}

  static List<FleetSync> syncs(int number) {
    return IntStream.range(0, number)
        .mapToObj(
            i -> new FleetSync("acme", "sync" + i, "crm", Priority.NORMAL, new Schedule.Manual()))
        .toList();
  }

  public static void main(String[] args) throws Exception {
    Path home = Path.of(args[0]);
    String name = args[1];
    Ledger ledger =
        new Ledger(LocalSession.open(), new LedgerRoot.ByPath(home.resolve("ledger").toString()));
    ledger.spark().sparkContext().setLogLevel("WARN");
    Clock clock = Clock.systemUTC();
    try (BufferedWriter ran =
        Files.newBufferedWriter(
            home.resolve(name + ".ran"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      JobRunner runner =
          (lease, cancellation, delivers) -> {
            try {
              synchronized (ran) {
                ran.write(lease.job().sync().name() + "\n");
                ran.flush();
              }
            } catch (java.io.IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
            return new EndedJob(
                lease,
                new JobEnd(JobEnd.Outcome.DONE, CircuitReport.CLOSED),
                clock.instant(),
                null,
                null);
          };
      Turn turn = new Turn(syncs(Integer.parseInt(args[2])), LIMITS);
      new FleetWorker(
              new QueueTable(ledger, clock, LIMITS.maxConsecutiveFailures()),
              () -> turn,
              runner,
              new WorkerSettings(
                  name, Integer.parseInt(args[3]), LIMITS.leaseTerm(), Duration.ofMillis(200)),
              Map::of,
              WorkerListener.NONE,
              clock)
          .run(new Term.Endless(), new Cancellation());
    }
  }
}
