/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.notebooks;

import static io.backhaul.jobs.notebooks.LedgerRows.by;
import static io.backhaul.jobs.notebooks.LedgerRows.instant;
import static io.backhaul.jobs.notebooks.LedgerRows.key;
import static io.backhaul.jobs.notebooks.LedgerRows.percentile;
import static io.backhaul.jobs.notebooks.LedgerRows.seconds;
import static io.backhaul.jobs.notebooks.LedgerRows.sum;
import static io.backhaul.jobs.notebooks.LedgerRows.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.backhaul.jobs.sync.RunReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.spark.sql.Row;

/** {@code run_health.sql}. */
final class HealthChecks {

  private static final List<String> OUTCOMES =
      List.of("applied", "rejected", "deferred", "unknown");

  private final LedgerRows rows;

  HealthChecks(LedgerRows rows) {
    this.rows = rows;
  }

  Map<String, NotebooksTest.Check> all() {
    return Map.of(
        "Every sync's last run, how it ended, and how long ago one went through",
        this::lastRun,
        "The balance of each run, counted again from its outbox and its deliveries",
        this::balance,
        "The same by key, because counts can agree by accident",
        this::balanceByKey,
        "Where the time of each run went, step by step, and what it got through",
        this::time,
        "What was put off, and for which reason",
        this::putOff,
        "Circuit breakers as the last run of each destination left them",
        this::circuits,
        "What one run sent, with which payload, and what the destination said",
        this::sent,
        "What each destination was asked to do in 30 days",
        this::spend);
  }

  private void lastRun(List<Row> answer) {
    RunReport last = rows.reports.get(3);
    Instant through =
        rows.reports.stream()
            .filter(run -> Set.of("succeeded", "partial").contains(run.status().wireName()))
            .map(RunReport::endedAt)
            .max(Instant::compareTo)
            .orElseThrow();

    assertThat(answer).hasSize(1);
    Row row = answer.get(0);
    assertThat(row.<String>getAs("last_run_id")).isEqualTo(last.runId());
    assertThat(row.<String>getAs("last_status")).isEqualTo(last.status().wireName());
    assertThat(row.<String>getAs("reason"))
        .isEqualTo(last.error() == null ? last.deferredCode() : last.error());
    assertThat(row.<Long>getAs("runs")).isEqualTo(4);
    assertThat(seconds(through, instant(row, "last_through"))).isCloseTo(0, within(0.01));
    assertThat(row.<Number>getAs("minutes_ago").doubleValue())
        .isCloseTo(seconds(through, Instant.now()) / 60, within(0.2));
  }

  private void balance(List<Row> answer) {
    assertThat(answer)
        .extracting(row -> row.<String>getAs("run_id"))
        .containsExactlyInAnyOrderElementsOf(rows.reports.stream().map(RunReport::runId).toList());
    for (Row row : answer) {
      List<Row> outbox = where(rows.outbox, "run_id", row.getAs("run_id"));
      List<Row> deliveries = where(rows.deliveries, "run_id", row.getAs("run_id"));
      assertThat(row.<Long>getAs("planned"))
          .isEqualTo(where(outbox, "disposition", "planned").size());
      assertThat(row.<Long>getAs("invalid"))
          .isEqualTo(sum(where(outbox, "disposition", "invalid"), "source_rows"));
      for (String outcome : OUTCOMES) {
        assertThat(row.<Long>getAs(outcome))
            .as(outcome)
            .isEqualTo(where(deliveries, "outcome", outcome).size())
            .isEqualTo(report(row).count(outcome));
      }
      assertThat(row.<Boolean>getAs("balanced")).isTrue();
    }
  }

  private void balanceByKey(List<Row> answer) {
    assertThat(answer).hasSize(4);
    for (Row row : answer) {
      Set<String> planned = new HashSet<>();
      where(where(rows.outbox, "run_id", row.getAs("run_id")), "disposition", "planned")
          .forEach(change -> planned.add(key(change, "key", "op")));
      Set<String> ended = new HashSet<>();
      where(rows.deliveries, "run_id", row.getAs("run_id"))
          .forEach(delivery -> ended.add(key(delivery, "key", "op")));
      Set<String> either = new HashSet<>(planned);
      either.addAll(ended);
      assertThat(row.<Long>getAs("operations")).isEqualTo(either.size());
      assertThat(row.<Long>getAs("without_outcome"))
          .isEqualTo(either.size() - ended.size())
          .isZero();
      assertThat(row.<Long>getAs("without_plan"))
          .isEqualTo(either.size() - planned.size())
          .isZero();
    }
  }

  private void time(List<Row> answer) {
    assertThat(answer)
        .extracting(row -> row.<String>getAs("run_id"))
        .isSortedAccordingTo(Comparator.reverseOrder())
        .hasSize(4);
    for (Row row : answer) {
      RunReport report = report(row);
      assertThat(row.<Long>getAs("source_rows")).isEqualTo(report.count("source"));
      report
          .seconds()
          .forEach(
              (step, seconds) -> {
                // the row of a run is written before its last step ends
                if (!step.equals("settle")) {
                  assertThat(row.<Number>getAs(step + "_s").doubleValue())
                      .as(step)
                      .isCloseTo(seconds, within(0.051));
                }
              });
      double perSecond = report.count("applied") / report.seconds().get("deliver");
      assertThat(row.<Number>getAs("applied_per_second").doubleValue())
          .isCloseTo(perSecond, within(0.51));
      assertThat(row.<Number>getAs("source_rows_per_second").doubleValue())
          .isCloseTo(
              report.count("source") / seconds(report.startedAt(), report.endedAt()), within(1.0));
    }
  }

  private void putOff(List<Row> answer) {
    Map<String, List<Row>> expected =
        by(
            where(rows.deliveries, "outcome", "deferred"),
            row -> codeOf(row) + key(row, "run_id", "op"));

    assertThat(answer).isNotEmpty().hasSize(expected.size());
    for (Row row : answer) {
      List<Row> deferred = expected.get(codeOf(row) + key(row, "run_id", "op"));
      assertThat(row.<String>getAs("destination")).isEqualTo("crm");
      assertThat(row.<Long>getAs("records")).isEqualTo(deferred.size());
      assertThat(row.<Long>getAs("attempts")).isEqualTo(sum(deferred, "attempts"));
    }
  }

  private void circuits(List<Row> answer) {
    assertThat(rows.circuits).as("the last run found nobody listening").isNotEmpty();
    assertThat(answer).hasSameSizeAs(rows.circuits);
    Row row = answer.get(0);
    Row circuit = rows.circuits.get(0);
    for (String column :
        List.of("destination", "state", "consecutive_opens", "last_error", "run_id")) {
      assertThat(row.<Object>getAs(column)).as(column).isEqualTo(circuit.getAs(column));
    }
    assertThat(row.<Boolean>getAs("blocks_now"))
        .isEqualTo(
            circuit.getAs("state").equals("open")
                && instant(circuit, "open_until").isAfter(Instant.now()));
  }

  private void sent(List<Row> answer) {
    String last = rows.reports.get(3).runId();
    List<Row> planned = where(where(rows.outbox, "run_id", last), "disposition", "planned");

    assertThat(answer).hasSize(Math.min(100, planned.size())).isNotEmpty();
    for (Row row : answer) {
      Row change = where(planned, "key", row.getAs("key")).get(0);
      Row delivery = where(where(rows.deliveries, "run_id", last), "key", row.getAs("key")).get(0);
      for (String column : List.of("op", "payload", "changed_fields", "previous")) {
        assertThat(row.<Object>getAs(column)).as(column).isEqualTo(change.getAs(column));
      }
      for (String column : List.of("outcome", "http_status", "code", "attempts", "batch_id")) {
        assertThat(row.<Object>getAs(column)).as(column).isEqualTo(delivery.getAs(column));
      }
    }
  }

  private void spend(List<Row> answer) {
    List<Row> inBatches =
        rows.deliveries.stream()
            .filter(delivery -> delivery.getAs("batch_id") != null)
            .filter(delivery -> delivery.<Integer>getAs("attempts") > 0)
            .toList();
    Map<String, List<Row>> batches = by(inBatches, "run_id", "batch_id");
    long requests = 0;
    List<Double> latencies = new ArrayList<>();
    for (List<Row> batch : batches.values()) {
      requests +=
          batch.stream().mapToLong(row -> row.<Integer>getAs("attempts")).max().orElseThrow();
      batch.stream()
          .map(row -> row.<Long>getAs("latency_ms"))
          .filter(Objects::nonNull)
          .max(Long::compare)
          .ifPresent(latency -> latencies.add(latency.doubleValue()));
    }
    long applied = where(inBatches, "outcome", "applied").size();

    assertThat(answer).hasSize(1);
    Row row = answer.get(0);
    assertThat(row.<String>getAs("destination")).isEqualTo("crm");
    assertThat(row.<Long>getAs("runs")).isEqualTo(by(inBatches, "run_id").size());
    assertThat(row.<Long>getAs("batches")).isEqualTo(batches.size());
    assertThat(row.<Long>getAs("requests"))
        .isEqualTo(requests)
        .isGreaterThanOrEqualTo(batches.size());
    assertThat(row.<Long>getAs("repeated")).isEqualTo(requests - batches.size());
    assertThat(row.<Long>getAs("records")).isEqualTo(inBatches.size());
    assertThat(row.<Long>getAs("applied")).isEqualTo(applied);
    assertThat(row.<Number>getAs("applied_per_request").doubleValue())
        .isCloseTo((double) applied / requests, within(0.051));
    assertThat(row.<Number>getAs("p95_latency_ms").doubleValue())
        .isCloseTo(percentile(latencies, 0.95), within(0.51));
  }

  private RunReport report(Row row) {
    return rows.reports.stream()
        .filter(report -> report.runId().equals(row.getAs("run_id")))
        .findFirst()
        .orElseThrow();
  }

  private static String codeOf(Row row) {
    String code = row.getAs("code");
    return (code == null ? "(none)" : code) + "|";
  }
}
