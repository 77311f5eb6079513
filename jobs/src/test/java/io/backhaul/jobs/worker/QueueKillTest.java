/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.testkit.SparkSessions;
import io.backhaul.jobs.fleet.FleetSync;
import io.backhaul.jobs.fleet.JobEnd;
import io.backhaul.jobs.fleet.Target;
import io.backhaul.jobs.fleet.Wish;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.ledger.LedgerTable;
import io.backhaul.jobs.sync.SyncProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes work on one queue, and one of them is killed with {@code kill -9}. */
@Tag("faults")
class QueueKillTest {

  @TempDir Path home;

  @Test
  void eachJobIsDoneOnceAlthoughAWorkerIsKilled() throws Exception {
    killOneOfTwo(400, 40);
  }

  @Test
  void eachOfTenThousandJobsIsDoneOnceAlthoughAWorkerIsKilled() throws Exception {
    killOneOfTwo(10_000, 250);
  }

  private void killOneOfTwo(int jobs, int places) throws Exception {
    Ledger ledger =
        new Ledger(
            SparkSessions.shared(), new LedgerRoot.ByPath(home.resolve("ledger").toString()));
    QueueTable table = new QueueTable(ledger, Clock.systemUTC(), 5);
    List<FleetSync> syncs = QueueWorker.syncs(jobs);
    table.change(
        "test",
        page ->
            new QueueTable.Change<>(
                new Target.OneTenant("acme")
                    .grant(Wish.TRIGGER, page, syncs, Instant.parse("2026-03-02T12:00:00Z"))
                    .page(),
                null));

    Set<String> heldByTheDead = new HashSet<>();
    try (SyncProcess first = worker("first", jobs, places);
        SyncProcess second = worker("second", jobs, places)) {
      second.awaitUntil(() -> ran("second").size() >= jobs / 8);
      second.kill();
      table
          .read()
          .entries()
          .forEach(
              (id, entry) -> {
                if (entry.job() != null && "second".equals(entry.job().worker())) {
                  heldByTheDead.add(entry.sync());
                }
              });
      first.awaitUntil(
          () -> table.read().entries().values().stream().allMatch(e -> e.job() == null));
    }

    assertThat(heldByTheDead).as("the dead had jobs").isNotEmpty().hasSizeLessThanOrEqualTo(places);
    assertThat(table.read().entries().values())
        .hasSize(jobs)
        .allSatisfy(entry -> assertThat(entry.lastOutcome()).isEqualTo(JobEnd.Outcome.DONE));
    Map<String, Integer> ends = acceptedEnds(ledger);
    assertThat(ends).hasSize(jobs);
    assertThat(ends.values()).containsOnly(1);
    Map<String, Integer> times = new HashMap<>();
    ran("first").forEach(sync -> times.merge(sync, 1, Integer::sum));
    ran("second").forEach(sync -> times.merge(sync, 1, Integer::sum));
    assertThat(times).hasSize(jobs);
    times.values().removeIf(count -> count == 1);
    assertThat(heldByTheDead)
        .as("only what the dead had is begun again")
        .containsAll(times.keySet());
  }

  private SyncProcess worker(String name, int jobs, int places) {
    return SyncProcess.of(
        home,
        QueueWorker.class,
        home.toString(),
        name,
        Integer.toString(jobs),
        Integer.toString(places));
  }

  private List<String> ran(String worker) {
    Path file = home.resolve(worker + ".ran");
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How often the queue was told that a job has ended, from all versions of the table. */
  private static Map<String, Integer> acceptedEnds(Ledger ledger) {
    Map<String, Set<Object>> ends = new HashMap<>();
    long newest = ledger.ref(LedgerTable.QUEUE).version(ledger.spark());
    for (long version = 1; version <= newest; version++) {
      for (Row row :
          ledger
              .spark()
              .read()
              .format("delta")
              .option("versionAsOf", version)
              .load(ledger.ref(LedgerTable.QUEUE).toString())
              .where("last_ended_at IS NOT NULL")
              .select("sync", "last_ended_at")
              .collectAsList()) {
        ends.computeIfAbsent(row.getString(0), sync -> new HashSet<>()).add(row.get(1));
      }
    }
    Map<String, Integer> times = new HashMap<>();
    ends.forEach((sync, instants) -> times.put(sync, instants.size()));
    return times;
  }
}
