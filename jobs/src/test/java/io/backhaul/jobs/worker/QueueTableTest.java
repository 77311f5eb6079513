/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.testkit.SparkSessions;
import io.backhaul.jobs.fleet.FleetSync;
import io.backhaul.jobs.fleet.Page;
import io.backhaul.jobs.fleet.SyncEntry;
import io.backhaul.jobs.fleet.Target;
import io.backhaul.jobs.fleet.Wish;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.ledger.LedgerTable;
import io.backhaul.jobs.spec.Priority;
import io.backhaul.jobs.spec.Schedule;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueTableTest {

  private static final FleetSync ONE =
      new FleetSync("acme", "contacts", "crm", Priority.HIGH, new Schedule.Manual());

  @TempDir Path folder;
  private Ledger ledger;

  @BeforeEach
  void emptyLedger() {
    ledger = new Ledger(SparkSessions.shared(), new LedgerRoot.ByPath(folder.toString()));
  }

  private QueueTable table() {
    return new QueueTable(ledger, Clock.systemUTC(), 5);
  }

  private static QueueTable.Change<Instant> trigger(Page page, FleetSync sync, Instant now) {
    Target target = new Target.OneSync(sync.tenant(), sync.name());
    return new QueueTable.Change<>(
        target.grant(Wish.TRIGGER, page, List.of(sync), now).page(), now);
  }

  @Test
  void aPageIsReadAsItWasWritten() {
    Instant now = Instant.parse("2026-03-02T12:00:00.123456Z");
    assertThat(table().read()).isEqualTo(Page.EMPTY);

    table().change("one", page -> trigger(page, ONE, now));

    Page read = table().read();
    assertThat(read.revision()).isEqualTo(1);
    SyncEntry entry = read.entries().get("acme/contacts");
    assertThat(entry)
        .isEqualTo(
            new SyncEntry(
                "acme",
                "contacts",
                "crm",
                Priority.HIGH,
                SyncEntry.of(ONE).last(),
                null,
                null,
                false,
                SyncEntry.QueuedJob.waiting(now),
                SyncEntry.of(ONE).held()));
    assertThat(ledger.rows(LedgerTable.QUEUE).select("state", "worker").collectAsList().toString())
        .isEqualTo("[[waiting,null]]");
  }

  @Test
  void whatIsPausedAsAWholeIsReadAsItWasWritten() {
    for (Target target :
        List.of(new Target.OneTenant("acme"), new Target.OneAccount("acme", "crm"))) {
      table()
          .change(
              "one",
              page ->
                  new QueueTable.Change<>(
                      target.grant(Wish.PAUSE, page, List.of(ONE), Instant.EPOCH).page(), null));
    }

    Page read = table().read();
    assertThat(read.paused())
        .containsExactlyInAnyOrder(
            new Target.OneTenant("acme"), new Target.OneAccount("acme", "crm"));
    assertThat(read.entries()).containsOnlyKeys("acme/contacts");
    assertThat(
            ledger
                .rows(LedgerTable.QUEUE)
                .select("tenant", "sync", "destination", "state")
                .orderBy("sync", "destination")
                .collectAsList()
                .toString())
        .isEqualTo("[[acme,*,*,paused], [acme,*,crm,paused], [acme,contacts,crm,paused]]");
  }

  @Test
  void aTableThatAnEarlierVersionMadeGetsWhatItLacks() {
    table().change("one", page -> trigger(page, ONE, Instant.EPOCH));
    String path = ledger.ref(LedgerTable.QUEUE).toString();
    ledger
        .spark()
        .createDataFrame(
            ledger.rows(LedgerTable.QUEUE).drop("reading").collectAsList(),
            ledger.rows(LedgerTable.QUEUE).drop("reading").schema())
        .write()
        .format("delta")
        .mode("overwrite")
        .option("overwriteSchema", true)
        .save(path);
    ledger = new Ledger(ledger.spark(), ledger.root());
    assertThat(ledger.rows(LedgerTable.QUEUE).columns()).doesNotContain("reading");
    assertThat(table().read().entries()).containsOnlyKeys("acme/contacts");

    Instant now = Instant.parse("2026-03-02T12:00:00Z");
    FleetSync other = new FleetSync("acme", "other", "crm", Priority.LOW, new Schedule.Manual());
    table().change("two", page -> trigger(page, other, now));

    assertThat(table().read().entries()).hasSize(2);
    assertThat(ledger.rows(LedgerTable.QUEUE).columns()).contains("reading");
  }

  @Test
  void ofWritersAtOnceNoneIsLost() {
    table().change("first", page -> trigger(page, ONE, Instant.EPOCH)); // makes the table
    List<CompletableFuture<Instant>> writers =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () ->
                            table()
                                .change(
                                    "writer" + i,
                                    page ->
                                        trigger(
                                            page,
                                            new FleetSync(
                                                "acme",
                                                "sync" + i,
                                                "crm",
                                                Priority.LOW,
                                                new Schedule.Manual()),
                                            Instant.EPOCH))))
            .toList();
    writers.forEach(CompletableFuture::join);

    Page page = table().read();
    assertThat(page.entries()).hasSize(5);
    assertThat(page.revision()).isEqualTo(5);
  }

  @Test
  void aChangeThatChangesNothingIsNoCommit() {
    table().change("one", page -> trigger(page, ONE, Instant.EPOCH));
    long version = ledger.ref(LedgerTable.QUEUE).version(ledger.spark());

    table().change("two", page -> trigger(page, ONE, Instant.EPOCH));

    assertThat(ledger.ref(LedgerTable.QUEUE).version(ledger.spark())).isEqualTo(version);
  }
}
