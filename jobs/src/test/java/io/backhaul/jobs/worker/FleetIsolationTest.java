/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.sandbox.Fault;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.jobs.cli.Backhaul;
import io.backhaul.jobs.fleet.SyncEntry;
import io.backhaul.jobs.fleet.Target;
import io.backhaul.jobs.fleet.Wish;
import io.backhaul.jobs.sync.SyncProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
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

  /** Two for each tenant, and one for each account. */
  private static final String PLACES = "6";

  private static final Duration LOOK = Duration.ofSeconds(3);

  /** A round is measured so often, and the middle counts. */
  private static final int ROUNDS = Integer.getInteger("backhaul.rounds", 3);

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

  /** Seconds from the change of all tables to the end of each sync that is waited for. */
  private Map<String, Double> round(SyncProcess process, String change, Collection<String> awaited)
      throws InterruptedException {
    change(change);
    Fleet fleet = bed.fleet(FleetSettings.DEFAULT);
    Instant changedAt = Instant.now();
    TENANTS.forEach(tenant -> fleet.grant(Wish.TRIGGER, new Target.OneTenant(tenant)));
    await(process, changedAt, awaited);
    return ends(changedAt);
  }

  /** Looks seldom: the fleet is to have the cores. */
  private void await(SyncProcess process, Instant since, Collection<String> awaited)
      throws InterruptedException {
    AtomicLong looked = new AtomicLong(System.nanoTime());
    AtomicBoolean come = new AtomicBoolean();
    process.awaitUntil(
        () -> {
          if (!come.get() && System.nanoTime() - looked.get() >= LOOK.toNanos()) {
            come.set(ends(since).keySet().containsAll(awaited));
            looked.set(System.nanoTime());
          }
          return come.get();
        });
  }

  private void change(String change) {
    for (String tenant : TENANTS) {
      for (String destination : List.of("crm", "ads")) {
        for (int i = 0; i < 4; i++) {
          bed.customers(tenant + "_" + destination + i, ROWS, change);
        }
      }
    }
  }

  private Map<String, Double> ends(Instant since) {
    Map<String, Double> seconds = new HashMap<>();
    for (SyncEntry entry : bed.entries()) {
      if (entry.last().startedAt().isAfter(since)) {
        seconds.put(entry.id(), Duration.between(since, entry.last().endedAt()).toMillis() / 1e3);
      }
    }
    return seconds;
  }

  private double middle(List<Double> seconds) {
    return seconds.stream().sorted().toList().get(seconds.size() / 2);
  }

  private double p95(Map<String, Double> seconds) {
    List<Double> sorted = untouched.stream().map(seconds::get).sorted().toList();
    return sorted.get((int) Math.ceil(0.95 * sorted.size()) - 1);
  }

  @Test
  void syncsThatNoTroubleTouchesAreAsFreshAsWithoutIt() throws Exception {
    List<Double> without = new ArrayList<>();
    List<Double> with = new ArrayList<>();
    change("first");
    try (SyncProcess fleet =
        SyncProcess.lasting(
            home,
            Backhaul.class,
            "--conf",
            home.resolve("conf").toString(),
            "fleet",
            "--workers",
            PLACES)) {
      List<String> all = new ArrayList<>(untouched);
      for (int i = 0; i < 4; i++) {
        all.addAll(List.of("b/crm" + i, "c/crm" + i));
      }
      all.add("a/crm0");
      await(fleet, Instant.EPOCH, all); // compiles, fills state
      for (int i = 0; i < ROUNDS; i++) {
        without.add(p95(round(fleet, "quiet" + i, all)));
      }

      servers.get("b/crm").script(lasting(Fault.Kind.THROTTLE));
      servers.get("c/crm").script(lasting(Fault.Kind.HANG));
      slowQuery(40);
      for (int i = 0; i < ROUNDS; i++) {
        with.add(p95(round(fleet, "trouble" + i, untouched)));
      }
      fleet.kill();
    }

    System.out.printf(
        "p95 of untouched syncs: %s s without trouble, %s s with it%n", without, with);
    assertThat(untouched).hasSize(15);
    for (String account : List.of("a/crm", "a/ads", "b/ads", "c/ads")) {
      long syncs = account.equals("a/crm") ? 3 : 4;
      assertThat(servers.get(account).ledger().applied())
          .as(account)
          .isGreaterThanOrEqualTo(syncs * ROWS * (1 + 2 * ROUNDS));
    }
    assertThat(bed.sql("SELECT DISTINCT held_reason FROM queue WHERE held_until IS NOT NULL"))
        .as("the trouble was there")
        .isNotEmpty();
    assertThat(middle(with)).isLessThanOrEqualTo(1.2 * middle(without));
  }

  private static SandboxScript lasting(Fault.Kind kind) {
    return SandboxScript.FAULTLESS.with(Fault.lasting(kind, Duration.ofHours(1)));
  }
}
