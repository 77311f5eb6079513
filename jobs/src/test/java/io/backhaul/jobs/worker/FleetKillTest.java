/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.sandbox.Fault;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.jobs.cli.Backhaul;
import io.backhaul.jobs.sync.SyncProcess;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fleet that is killed with {@code kill -9} each minute and started again, while its sources
 * change and one of its destinations is down. {@code -Dbackhaul.minutes=15} has it take a quarter
 * of an hour.
 */
class FleetKillTest {

  private static final String EACH_MINUTE = "schedule: {every: 1m}";
  private static final int ROWS = 200;

  /** In flight at a kill, at most: two partitions of a few batches of ten each. */
  private static final int IN_FLIGHT = 100;

  @TempDir Path home;

  @Test
  void aFleetThatIsKilledEachMinuteLosesNothingAndStaysFresh() throws Exception {
    int minutes = Integer.getInteger("backhaul.minutes", 3);
    FleetBed bed = new FleetBed(home);
    SandboxScript unavailable =
        SandboxScript.FAULTLESS.with(Fault.lasting(Fault.Kind.UNAVAILABLE, Duration.ofHours(1)));
    try (SandboxServer crm = destination();
        SandboxServer ads = destination();
        SandboxServer down = SandboxServer.start(0, unavailable)) {
      bed.destination("acme/crm", crm.url(), "batch: {max_records: 10}");
      bed.destination("acme/ads", ads.url(), "batch: {max_records: 10}");
      bed.destination("acme/down", down.url(), "");
      bed.sync("acme/contacts", "customers", "crm", EACH_MINUTE);
      bed.sync("acme/audience", "customers", "ads", "schedule: {on_change: true}");
      bed.sync("acme/tickets", "customers", "down", EACH_MINUTE);

      for (int minute = 0; minute < minutes; minute++) {
        bed.customers("customers", ROWS, "minute" + minute + "-");
        try (SyncProcess fleet = fleet()) {
          long until = System.nanoTime() + Duration.ofMinutes(1).toNanos();
          fleet.awaitUntil(() -> System.nanoTime() >= until);
          fleet.kill();
        }
      }
      bed.customers("customers", ROWS, "last-");
      try (SyncProcess fleet = fleet()) {
        fleet.awaitUntil(() -> holds(crm, "last-") && holds(ads, "last-"));
        fleet.kill();
      }
      assertThat(bed.entry("acme/tickets").held().openUntil()).isNotNull();
      int resent = resent(crm) + resent(ads);
      System.out.printf("sent again after %d kills: %d records%n", minutes + 1, resent);
      assertThat(resent).isLessThanOrEqualTo(2 * IN_FLIGHT * (minutes + 1));
    }
    Row freshness =
        bed.sql(
                "SELECT max(f.p95_seconds), count(*) FROM freshness f JOIN runs r USING (run_id)"
                    + " WHERE r.destination <> 'down'")
            .get(0);
    System.out.printf(
        "p95 of the slowest of %d runs of healthy syncs: %.1f s%n",
        freshness.getLong(1), freshness.getDouble(0));
    assertThat(freshness.getDouble(0)).isLessThan(600.0); // ten minutes
    assertThat(
            bed.sql("SELECT 1 FROM runs WHERE planned <> applied + rejected + deferred + unknown"))
        .isEmpty();
  }

  private static SandboxServer destination() {
    return SandboxServer.start(
        0, SandboxScript.FAULTLESS, RequestLedger.complete(), Clock.systemUTC());
  }

  /** Values of records that arrived before. */
  private static int resent(SandboxServer server) {
    Set<String> seen = new HashSet<>();
    int again = 0;
    for (RequestLedger.Entry entry : server.ledger().entries()) {
      for (RequestLedger.Written written : entry.written()) {
        again += seen.add(written.name() + written.valueHash()) ? 0 : 1;
      }
    }
    return again;
  }

  private SyncProcess fleet() {
    return SyncProcess.of(
        home, Backhaul.class, "--conf", home.resolve("conf").toString(), "fleet", "--workers", "2");
  }

  /** Whether a destination has all rows as the table has them now. */
  private static boolean holds(SandboxServer server, String email) {
    Map<String, String> records = server.records("contacts");
    return records.size() == ROWS
        && records.values().stream().allMatch(fields -> fields.contains("\"" + email));
  }
}
