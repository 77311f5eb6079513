/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.sandbox.Rejection;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CanaryTest {

  private static final int ROWS = 300;
  private static final int FIRST = 20;

  @TempDir Path home;
  private SyncBed bed;

  @BeforeEach
  void twentyGoFirst() {
    bed = new SyncBed(home);
    bed.customers(ROWS);
    bed.batches(10);
    bed.sync("canary: {records: %d, max_rejected: 10%%}".formatted(FIRST));
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private void rejectThoseNotLike(String regex) {
    bed.sandbox()
        .script(
            SandboxScript.FAULTLESS.with(
                new Rejection(
                    "contacts",
                    "email",
                    Pattern.compile(regex),
                    false,
                    "NOT_WANTED",
                    "is not wanted")));
  }

  @Test
  void wherePartOfTheFirstIsRejectedTheOthersAreNotSent() {
    rejectThoseNotLike("nobody");

    RunReport report = bed.run();

    assertThat(report.status()).isEqualTo(RunStatus.STOPPED);
    assertThat(report.error())
        .contains("20 of the 20 records that went first", "canary.max_rejected (10%)", "dlq retry");
    assertThat(Arrivals.at(bed).times()).hasSize(FIRST);
    assertThat(report.count("rejected")).isEqualTo(FIRST);
    assertThat(report.count("deferred")).isEqualTo(ROWS - FIRST);
    assertThat(bed.value("SELECT deferred_code FROM runs")).isEqualTo("CANARY_REJECTED");
    assertThat(bed.value("SELECT count(*) FROM dead_letters WHERE status = 'open'"))
        .isEqualTo((long) FIRST);

    rejectThoseNotLike(".*");
    assertThat(bed.run().count("applied")).isEqualTo(ROWS - FIRST);
  }

  @Test
  void whereTheFirstAreTakenTheOthersFollowAndNoneIsSentTwice() {
    RunReport report = bed.run();

    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(report.count("applied")).isEqualTo(ROWS);
    assertThat(Arrivals.at(bed).times()).hasSize(ROWS);
    assertThat(Arrivals.at(bed).arrivedTwice()).isEmpty();
    Set<String> went = new TreeSet<>();
    for (RequestLedger.Entry entry : bed.sandbox().ledger().entries()) {
      if (went.size() < FIRST) {
        entry.written().forEach(written -> went.add(written.name()));
      }
    }
    Set<String> lowest = new TreeSet<>();
    for (Row row : bed.sql("SELECT key FROM outbox ORDER BY xxhash64(key) LIMIT " + FIRST)) {
      lowest.add(row.getString(0));
    }
    assertThat(went).hasSize(FIRST).isEqualTo(lowest);
  }

  @Test
  void aPlanThatIsNoLargerGoesAtOnce() {
    bed.sync("canary: {records: %d, max_rejected: 0}".formatted(ROWS));
    rejectThoseNotLike(".*7@.*");

    RunReport report = bed.run();

    assertThat(report.status()).isEqualTo(RunStatus.PARTIAL);
    assertThat(report.count("rejected")).isPositive();
    assertThat(report.count("deferred")).isZero();
  }
}
