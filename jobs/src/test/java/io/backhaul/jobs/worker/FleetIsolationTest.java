/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.sandbox.Fault;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.jobs.fleet.EndedJob;
import io.backhaul.jobs.fleet.Target;
import io.backhaul.jobs.fleet.Wish;
import io.backhaul.jobs.sync.Cancellation;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three tenants of eight syncs, four to each of two destinations. A destination of one tenant is
 * throttled, one of another hangs, and a query of the third takes long. The other fifteen syncs are
 * compared with themselves in a round without trouble.
 */
@Tag("faults")
class FleetIsolationTest {

  private static final List<String> TENANTS = List.of("a", "b", "c");
  private static final int ROWS = 500;

  /** Four for each tenant and two for each account: with one, a slow query holds up its account. */
  private static final int PLACES = 12;

  @TempDir Path home;
  private final Map<String, SandboxServer> servers = new HashMap<>();
  private final List<String> untouched = new ArrayList<>();
  private FleetBed bed;
  private EmbeddedPostgres postgres;

  @BeforeEach
  void twentyFourSyncs() throws Exception {
    bed = new FleetBed(home);
    postgres = EmbeddedPostgres.start();
    for (String tenant : TENANTS) {
      for (String destination : List.of("crm", "ads")) {
        SandboxServer server = SandboxServer.start(0, SandboxScript.FAULTLESS);
        servers.put(tenant + "/" + destination, server);
        bed.destination(tenant + "/" + destination, server.url(), "timeout: 5s");
        for (int i = 0; i < 4; i++) {
          String name = destination + i;
          bed.sync(tenant + "/" + name, tenant + "_" + name, destination, "schedule: {every: 1h}");
          boolean troubled = destination.equals("crm") && (!tenant.equals("a") || i == 0);
          if (!troubled) {
            untouched.add(tenant + "/" + name);
          }
        }
      }
    }
    slowQuery(0);
  }

  @AfterEach
  void stopServers() throws Exception {
    servers.values().forEach(SandboxServer::close);
    postgres.close();
  }

  /** The sync a/crm0 reads from a database that takes so long. */
  private void slowQuery(int seconds) {
    bed.file(
        "conf/syncs/a/crm0.yaml",
        """
        source:
          type: jdbc
          url: %s
          user: postgres
          query: "SELECT i AS customer_id, 'user' || i AS email FROM generate_series(1, 10) i, pg_sleep(%d)"
        key: [customer_id]
        destination: crm
        object: contacts
        schedule: {every: 1h}
        mapping: {email: email}
        """
            .formatted(postgres.getJdbcUrl("postgres", "postgres"), seconds));
  }

  /** Seconds from the change of all tables to each sync's end, of those that ended. */
  private Map<String, Double> round(String change) throws InterruptedException {
    for (String tenant : TENANTS) {
      for (String destination : List.of("crm", "ads")) {
        for (int i = 0; i < 4; i++) {
          bed.customers(tenant + "_" + destination + i, ROWS, change);
        }
      }
    }
    Fleet fleet = bed.fleet(new FleetSettings(PLACES, null, null, 5));
    TENANTS.forEach(tenant -> fleet.grant(Wish.TRIGGER, new Target.OneTenant(tenant)));
    Instant changedAt = Instant.now();
    Map<String, Double> seconds = new HashMap<>();
    WorkerListener listener =
        new WorkerListener() {
          @Override
          public void ended(EndedJob job) {
            double since = Duration.between(changedAt, Instant.now()).toMillis() / 1e3;
            seconds.putIfAbsent(job.lease().job().sync().id(), since);
          }
        };
    fleet.run(new Term.Once(), listener, new Cancellation());
    return seconds;
  }

  private double p95(Map<String, Double> seconds) {
    List<Double> sorted = untouched.stream().map(seconds::get).sorted().toList();
    return sorted.get((int) Math.ceil(0.95 * sorted.size()) - 1);
  }

  @Test
  void syncsThatNoTroubleTouchesAreAsFreshAsWithoutIt() throws Exception {
    round("first"); // compiles, fills state
    double without = p95(round("second"));

    servers
        .get("b/crm")
        .script(
            SandboxScript.FAULTLESS.with(Fault.lasting(Fault.Kind.THROTTLE, Duration.ofHours(1))));
    servers
        .get("c/crm")
        .script(SandboxScript.FAULTLESS.with(Fault.lasting(Fault.Kind.HANG, Duration.ofHours(1))));
    slowQuery(40);
    double with = p95(round("third"));

    System.out.printf(
        "p95 of untouched syncs: %.1f s without trouble, %.1f s with it%n", without, with);
    assertThat(untouched).hasSize(15);
    for (String sync : untouched) {
      SandboxServer server = servers.get(sync.substring(0, 5));
      assertThat(server.ledger().applied()).as(sync).isGreaterThanOrEqualTo(3 * ROWS);
    }
    assertThat(with).isLessThanOrEqualTo(1.2 * without);
  }
}
