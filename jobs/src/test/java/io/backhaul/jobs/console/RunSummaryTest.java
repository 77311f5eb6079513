/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.jobs.sync.RunReport;
import io.backhaul.jobs.sync.RunStatus;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunSummaryTest {

  private static RunReport report(RunStatus status, long rejected, long deferred, String error) {
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("source", 200_000L);
    counts.put("applied", 10L);
    counts.put("rejected", rejected);
    counts.put("deferred", deferred);
    Map<String, Long> ops = new LinkedHashMap<>();
    ops.put("upsert", 1_234L);
    ops.put("insert", 0L);
    ops.put("delete", 5L);
    Instant start = Instant.parse("2026-03-01T12:00:00Z");
    return new RunReport(
        "20260301T120000000Z-0001",
        "acme",
        "contacts",
        status,
        start,
        start.plusMillis(12_340),
        counts,
        ops,
        Map.of("settle", 1.0, "read", 0.25),
        "snapshot",
        null,
        deferred > 0 ? "CIRCUIT_OPEN" : null,
        error);
  }

  @Test
  void itSaysWhatHappenedHowLongItTookAndWhatToDoNext() {
    String summary = RunSummary.of(report(RunStatus.PARTIAL, 3, 0, null), 100);
    assertThat(summary)
        .startsWith("acme/contacts partial in 12.3 s (run 20260301T120000000Z-0001)\n")
        .contains("| 200,000 |", "operations: 1,234 upsert, 5 delete\n")
        .contains("seconds:    read 0.3, settle 1.0\n")
        .endsWith("next:       backhaul dlq list acme/contacts");
  }

  @Test
  void whatWasDeferredComesWithItsReasonAndTheNextRun() {
    assertThat(RunSummary.of(report(RunStatus.PARTIAL, 0, 7, null), 100))
        .contains("deferred:   CIRCUIT_OPEN\n")
        .endsWith("next:       backhaul sync acme/contacts  (takes up what was deferred)");
  }

  @Test
  void anErrorStandsAtTheTop() {
    assertThat(RunSummary.of(report(RunStatus.FAILED, 0, 0, "the token was refused"), 100).lines())
        .element(1)
        .isEqualTo("the token was refused");
  }

  @Test
  void aRunThatAGuardStoppedLeadsToItsPlanOrToWhatWasRejected() {
    assertThat(RunSummary.of(report(RunStatus.STOPPED, 0, 0, "100 deletes"), 100))
        .endsWith("next:       backhaul plan acme/contacts");
    assertThat(RunSummary.of(report(RunStatus.STOPPED, 900, 7, "900 records rejected"), 100))
        .endsWith("next:       backhaul dlq list acme/contacts");
  }
}
