/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.sandbox.Fault;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.jobs.alert.AlertInbox;
import io.backhaul.jobs.fleet.EndedJob;
import io.backhaul.jobs.fleet.JobEnd;
import io.backhaul.jobs.fleet.JobLease;
import io.backhaul.jobs.fleet.Target;
import io.backhaul.jobs.fleet.Wish;
import io.backhaul.jobs.spec.SpecProblem;
import io.backhaul.jobs.sync.Cancellation;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fleet of real syncs: Delta tables, a ledger, and destinations that answer. */
class FleetTest {

  private static final int ROWS = 20;

  @TempDir Path home;
  private FleetBed bed;
  private SandboxServer crm;

  @BeforeEach
  void twoTenants() {
    bed = new FleetBed(home);
    crm = SandboxServer.start(0, SandboxScript.FAULTLESS);
    bed.destination("acme/crm", crm.url(), "");
    bed.customers("customers", ROWS, "user");
  }

  @AfterEach
  void stopServers() {
    crm.close();
  }

  @Test
  void aSyncThatFollowsAnotherRunsAfterItAndNobodyWaitsForWhatIsBroken() throws Exception {
    bed.sync("acme/contacts", "customers", "crm", "schedule: {after: [accounts]}");
    bed.sync("acme/accounts", "customers", "crm", "schedule: {every: 5m}");
    bed.sync("acme/gone", "no_such_table", "crm", "schedule: {every: 5m}");
    bed.file("conf/syncs/acme/typo.yaml", "sourse: {type: delta}\n");
    bed.sync("acme/by_hand", "customers", "crm", "");

    WorkerReport report = bed.once();

    assertThat(bed.broken()).anySatisfy(problem -> assertThat(problem).contains("typo.yaml"));
    assertThat(report.done()).isEqualTo(2);
    assertThat(report.failed()).isEqualTo(1);
    assertThat(
            bed.sql("SELECT sync, trigger FROM runs WHERE status = 'succeeded' ORDER BY run_id")
                .toString())
        .isEqualTo("[[accounts,schedule], [contacts,schedule]]");
    assertThat(
            bed.sql(
                    "SELECT sync, state, last_outcome, consecutive_failures FROM queue ORDER BY"
                        + " sync")
                .toString())
        .isEqualTo(
            "[[accounts,idle,done,0], [by_hand,idle,null,0], [contacts,idle,done,0],"
                + " [gone,idle,failed,1]]");
    assertThat(bed.entry("acme/gone").lastError()).contains("no_such_table");
    assertThat(crm.ledger().applied()).isEqualTo(2 * ROWS);

    WorkerReport again = bed.once();
    assertThat(again.done() + again.failed()).isLessThanOrEqualTo(3); // what became due meanwhile
    assertThat(crm.ledger().applied()).isEqualTo(2 * ROWS);
  }

  @Test
  void aDestinationThatIsBrokenIsLeftAloneUntilItsCircuitIsClosedByHand() throws Exception {
    bed.sync("acme/contacts", "customers", "crm", "schedule: {every: 5m}");
    bed.sync("acme/leads", "customers", "crm", "schedule: {every: 5m}");
    crm.script(
        SandboxScript.FAULTLESS.with(
            Fault.lasting(Fault.Kind.UNAVAILABLE, Duration.ofMinutes(10))));
    List<String> begun = new ArrayList<>();
    WorkerListener listener =
        new WorkerListener() {
          @Override
          public void began(JobLease lease) {
            begun.add(lease.job().sync().id());
          }
        };

    WorkerReport report =
        bed.fleet(new FleetSettings(1, null, null, 5))
            .run(new Term.Once(), listener, new Cancellation());

    assertThat(report.deferred()).isEqualTo(1);
    assertThat(begun).hasSize(1);
    assertThat(report.held()).hasSize(1);
    assertThat(report.held().get(0).jobs()).isEqualTo(2);
    assertThat(report.held().get(0).until()).isAfter(Instant.now());
    long requests = crm.ledger().arrivals();
    assertThat(bed.once().deferred()).isZero();
    assertThat(crm.ledger().arrivals()).isEqualTo(requests);

    crm.script(SandboxScript.FAULTLESS);
    assertThat(bed.fleet(FleetSettings.DEFAULT).closeCircuit("acme", "crm")).isTrue();
    WorkerReport closed = bed.once();
    assertThat(closed.done())
        .as(() -> closed + " " + bed.sql("SELECT status, deferred_code, error FROM runs"))
        .isEqualTo(2);
    assertThat(bed.entry("acme/leads").lastOutcome()).isEqualTo(JobEnd.Outcome.DONE);
    assertThat(crm.ledger().applied()).isEqualTo(2 * ROWS);
    assertThat(bed.fleet(FleetSettings.DEFAULT).closeCircuit("acme", "crm")).isFalse();
  }

  @Tag("faults") // long
  @Test
  void whatPeopleWishIsFoundByTheFleet() throws Exception {
    bed.sync("acme/contacts", "customers", "crm", "schedule: {every: 5m}");
    bed.sync("acme/leads", "customers", "crm", "");
    Fleet fleet = bed.fleet(FleetSettings.DEFAULT);
    assertThat(fleet.grant(Wish.PAUSE, new Target.OneAccount("acme", "crm")))
        .containsExactly("acme/contacts", "acme/leads");
    assertThat(bed.once().done()).isZero();

    fleet.grant(Wish.TRIGGER, new Target.OneSync("acme", "leads"));

    assertThat(bed.once().done()).isEqualTo(1);
    assertThat(bed.sql("SELECT sync FROM runs").toString()).isEqualTo("[[leads]]");
    fleet.grant(Wish.RESUME, new Target.OneTenant("acme"));
    assertThat(bed.once().done()).isEqualTo(1);
    assertThat(bed.sql("SELECT count(*) FROM runs").get(0).getLong(0)).isEqualTo(2);
  }

  /** A sync that takes so long that it is met half-way. */
  private void slowDelivery() {
    bed.customers("customers", 2_000, "user");
    bed.file( // one core is left for the queue
        "conf/destinations/acme/crm.yaml",
        "type: http\nurl: %s/api\nbatch: {max_records: 10}\nrate: {concurrency: 1}\n"
            .formatted(crm.url()));
    bed.sync("acme/contacts", "customers", "crm", "schedule: {every: 1h}");
    crm.script(SandboxScript.FAULTLESS.taking(Duration.ofMillis(400)));
  }

  /** Does something once 50 records have arrived. */
  private Thread halfWay(Runnable action) {
    Thread thread =
        new Thread(
            () -> {
              while (crm.ledger().applied() < 50) {
                Thread.onSpinWait();
              }
              action.run();
            });
    thread.start();
    return thread;
  }

  private void theRunEndedEarlyAndIsSettled() {
    assertThat(bed.sql("SELECT status, deferred_code FROM runs").toString())
        .isEqualTo("[[partial,CANCELLED]]");
    long applied = bed.sql("SELECT applied FROM runs").get(0).getLong(0);
    assertThat(applied).isEqualTo(crm.ledger().applied()).isBetween(50L, 1_990L);
    assertThat(bed.entry("acme/contacts").job()).isNull();
  }

  @Test
  void aFleetThatIsToldToStopEndsItsRunsAndSettlesThem() throws Exception {
    slowDelivery();
    Cancellation stop = new Cancellation();
    Thread stopper = halfWay(() -> stop.request("SIGTERM"));

    WorkerReport report =
        bed.fleet(FleetSettings.DEFAULT).run(new Term.Endless(), WorkerListener.NONE, stop);

    stopper.join();
    assertThat(report.done()).isEqualTo(1);
    theRunEndedEarlyAndIsSettled();
  }

  @Test
  void aRunUnderWayIsCancelledThroughTheQueue() throws Exception {
    slowDelivery();
    Thread canceller =
        halfWay(
            () ->
                bed.fleet(FleetSettings.DEFAULT)
                    .grant(Wish.CANCEL, new Target.OneSync("acme", "contacts")));

    WorkerReport report = bed.once();

    canceller.join();
    assertThat(report.done()).isEqualTo(1);
    theRunEndedEarlyAndIsSettled();
    assertThat(bed.once().done()).as("its time has passed").isZero();
  }

  @Test
  void aSyncThatKeepsFailingIsParkedAndPeopleAreTold() throws Exception {
    bed.sync("acme/gone", "no_such_table", "crm", "schedule: {every: 1h}");
    try (AlertInbox inbox = new AlertInbox()) {
      bed.secret("WEBHOOK", inbox.url().toString());
      bed.file(
          "conf/backhaul.yaml",
          "ledger: {path: ./ledger}\nalerts: {webhook: {url: \"${env:WEBHOOK}\"}}\n");
      FleetSettings strict = new FleetSettings(2, null, null, 1);

      WorkerReport report =
          bed.fleet(strict).run(new Term.Once(), WorkerListener.NONE, new Cancellation());
      bed.fleet(strict).run(new Term.Once(), WorkerListener.NONE, new Cancellation());

      assertThat(report.parked()).containsExactly("acme/gone");
      assertThat(inbox.alerts()).as("once").hasSize(1);
      assertThat(inbox.alerts().get(0).path("text").asText())
          .contains("acme/gone is parked", "no_such_table", "backhaul resume acme/gone");
    }
    assertThat(bed.sql("SELECT state FROM queue").toString()).isEqualTo("[[parked]]");
  }

  @Test
  void aFleetAtWorkSeesFilesThatComeChangeAndGo() throws Exception {
    bed.sync("acme/contacts", "customers", "crm", "");
    List<String> told = new CopyOnWriteArrayList<>();
    Cancellation stop = new Cancellation();
    Fleet fleet = bed.fleet(FleetSettings.DEFAULT);
    WorkerListener listener =
        new WorkerListener() {
          @Override
          public void leftOut(List<SpecProblem> problems) {
            if (!problems.isEmpty()) { // mended, and another one beside it
              told.add(problems.toString());
              bed.sync("acme/contacts", "customers", "crm", "schedule: {every: 1h}");
              bed.sync("acme/leads", "customers", "crm", "schedule: {every: 1h}");
            }
          }

          @Override
          public void ended(EndedJob job) {
            told.add(job.lease().job().sync().name());
            if (told.contains("contacts") && told.contains("leads")) {
              stop.request("the test");
            }
          }
        };
    bed.file("conf/syncs/acme/contacts.yaml", "sourse: {type: delta}\n");

    fleet.run(new Term.For(Duration.ofMinutes(2)), listener, stop);

    assertThat(told.get(0)).contains("contacts.yaml", "sourse");
    assertThat(told.subList(1, 3)).containsExactlyInAnyOrder("contacts", "leads");
    assertThat(crm.ledger().applied()).isEqualTo(2 * ROWS);
  }

  @Test
  void ofTwoFleetsAtOnceOneRunsEachSync() throws Exception {
    for (int i = 0; i < 4; i++) {
      bed.sync("acme/sync" + i, "customers", "crm", "schedule: {every: 1h}");
    }
    FleetSettings two = new FleetSettings(2, 4, 4, 5);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<WorkerReport> other =
          threads.submit(
              () -> bed.fleet(two).run(new Term.Once(), WorkerListener.NONE, new Cancellation()));

      WorkerReport one =
          bed.fleet(two).run(new Term.Once(), WorkerListener.NONE, new Cancellation());

      assertThat(one.done() + other.get().done()).isEqualTo(4);
      assertThat(one.lost() + other.get().lost()).isZero();
    } finally {
      threads.shutdown();
    }
    assertThat(
            bed.sql("SELECT sync, status, count(*) FROM runs GROUP BY ALL ORDER BY 1").toString())
        .isEqualTo(
            "[[sync0,succeeded,1], [sync1,succeeded,1], [sync2,succeeded,1],"
                + " [sync3,succeeded,1]]");
    assertThat(crm.ledger().applied()).isEqualTo(4 * ROWS);
  }

  @Test
  void aSyncOfAChangingTableRunsWhenItChanged() throws Exception {
    bed.sync("acme/contacts", "customers", "crm", "schedule: {on_change: true}");
    assertThat(bed.once().done()).isEqualTo(1);
    assertThat(bed.once().done()).isZero();

    bed.customers("customers", ROWS + 1, "user");

    assertThat(bed.once().done()).isEqualTo(1);
    assertThat(crm.ledger().applied()).isEqualTo(ROWS + 1);
  }
}
