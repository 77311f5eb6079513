/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run is killed with {@code kill -9} in the middle of delivery, in a process of its own. */
class KillTest {

  private static final int ROWS = 4_000;
  private static final int BATCH = 100;
  private static final int CONNECTIONS = 4;

  @TempDir Path home;

  @Tag("fault-24")
  @Test
  void afterAKillNothingIsMissingAndNothingAcknowledgedIsSentAgain() throws Exception {
    try (SyncBed bed = new SyncBed(home)) {
      bed.customers(ROWS);
      bed.sync("mode: upsert");
      bed.sandbox().script(SandboxScript.FAULTLESS.taking(Duration.ofMillis(200)));
      RequestLedger arrived = bed.sandbox().ledger();
      try (SyncProcess run = SyncProcess.sync(home, null)) {
        run.awaitUntil(() -> arrived.applied() >= 10 * BATCH);
        run.kill();
      }
      bed.sandbox().script(SandboxScript.FAULTLESS);
      long appliedBeforeKill = arrived.applied();
      assertThat(appliedBeforeKill).isBetween(10L * BATCH, ROWS - 1L * BATCH);

      bed.clock().forward(Duration.ofMinutes(2)); // the dead run's lease runs out
      RunReport report = bed.run();

      assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
      Map<String, Integer> applications = new HashMap<>();
      arrived
          .entries()
          .forEach(
              entry ->
                  entry.written().stream()
                      .filter(RequestLedger.Written::applied)
                      .forEach(written -> applications.merge(written.name(), 1, Integer::sum)));
      long sentTwice = applications.values().stream().filter(times -> times > 1).count();
      assertThat(applications).hasSize(ROWS);
      assertThat(sentTwice).isLessThanOrEqualTo((long) CONNECTIONS * BATCH);
      assertThat(bed.value("SELECT count(*) FROM state_acme_contacts")).isEqualTo((long) ROWS);
      List<Row> runs =
          bed.sql(
              "SELECT status, planned, applied, recovered_by, planned - applied - rejected -"
                  + " deferred - unknown FROM runs ORDER BY run_id");
      assertThat(runs).hasSize(2);
      assertThat(runs.get(0).getString(0)).isEqualTo("failed");
      assertThat(runs.get(0).getLong(2)).isGreaterThan(0).isLessThan(ROWS);
      assertThat(runs.get(0).getString(3)).isEqualTo(report.runId());
      assertThat(runs.get(1).getLong(1)).isEqualTo(ROWS - runs.get(0).getLong(2));
      assertThat(runs).extracting(row -> row.getLong(4)).containsOnly(0L);
      assertThat(new File(home.toFile(), "ledger/_journal/acme/contacts")).isEmptyDirectory();
    }
  }
}
