/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.sandbox.Fault;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.jobs.fleet.JobEnd;
import io.backhaul.jobs.fleet.Lease;
import io.backhaul.jobs.fleet.Target;
import io.backhaul.jobs.fleet.Wish;
import io.backhaul.jobs.sync.Cancellation;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
          public void began(Lease lease) {
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

  @Test
  void aFleetThatIsToldToStopEndsItsRunsAndSettlesThem() throws Exception {
    bed.customers("customers", 2_000, "user");
    bed.destination("acme/crm", crm.url(), "batch: {max_records: 10}");
    bed.sync("acme/contacts", "customers", "crm", "schedule: {every: 5m}");
    crm.script(SandboxScript.FAULTLESS.taking(Duration.ofMillis(200)));
    Cancellation stop = new Cancellation();
    Thread stopper =
        new Thread(
            () -> {
              while (crm.ledger().applied() < 50) {
                Thread.onSpinWait();
              }
              stop.request("SIGTERM");
            });
    stopper.start();

    WorkerReport report =
        bed.fleet(FleetSettings.DEFAULT).run(new Term.Endless(), WorkerListener.NONE, stop);

    stopper.join();
    assertThat(report.done()).isEqualTo(1);
    assertThat(bed.sql("SELECT status, deferred_code FROM runs").toString())
        .isEqualTo("[[partial,CANCELLED]]");
    long applied = bed.sql("SELECT applied FROM runs").get(0).getLong(0);
    assertThat(applied).isEqualTo(crm.ledger().applied()).isBetween(50L, 1_990L);
    assertThat(bed.entry("acme/contacts").job()).isNull();
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
