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
import io.backhaul.jobs.sync.SyncProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fleet that is killed with {@code kill -9} each minute and started again, while its sources
 * change and one of its destinations is down. {@code -Dbackhaul.minutes=15} has it take a quarter
 * of an hour.
 */
@Tag("faults")
class FleetKillTest {

  private static final String EACH_MINUTE = "schedule: {every: 1m}";
  private static final int ROWS = 200;

  @TempDir Path home;

  @Test
  void aFleetThatIsKilledEachMinuteLosesNothingAndStaysFresh() throws Exception {
    int minutes = Integer.getInteger("backhaul.minutes", 3);
    FleetBed bed = new FleetBed(home);
    SandboxScript unavailable =
        SandboxScript.FAULTLESS.with(Fault.lasting(Fault.Kind.UNAVAILABLE, Duration.ofHours(1)));
    try (SandboxServer crm = SandboxServer.start(0, SandboxScript.FAULTLESS);
        SandboxServer ads = SandboxServer.start(0, SandboxScript.FAULTLESS);
        SandboxServer down = SandboxServer.start(0, unavailable)) {
      bed.destination("acme/crm", crm.url(), "");
      bed.destination("acme/ads", ads.url(), "");
      bed.destination("acme/down", down.url(), "");
      bed.sync("acme/contacts", "customers", "crm", EACH_MINUTE);
      bed.sync("acme/audience", "customers", "ads", EACH_MINUTE);
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
