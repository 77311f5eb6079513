/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.notebooks;

import static io.backhaul.jobs.notebooks.LedgerRows.by;
import static io.backhaul.jobs.notebooks.LedgerRows.instant;
import static io.backhaul.jobs.notebooks.LedgerRows.lags;
import static io.backhaul.jobs.notebooks.LedgerRows.percentile;
import static io.backhaul.jobs.notebooks.LedgerRows.seconds;
import static io.backhaul.jobs.notebooks.LedgerRows.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/** {@code freshness.sql}. */
final class FreshnessChecks {

  private final LedgerRows rows;

  FreshnessChecks(LedgerRows rows) {
    this.rows = rows;
  }

  Map<String, NotebooksTest.Check> all() {
    return Map.of(
        "p50 and p95 of the last ten runs of each sync", this::lastTen,
        "The same ten runs taken together, exactly", this::exactly,
        "The same again from the merged sketches", this::fromSketches,
        "Who keeps the promise of ten minutes", this::promise,
        "The records that took longest in the last 24 hours", this::longest,
        "What has changed and not arrived", this::notArrived);
  }

  private void lastTen(List<Row> answer) {
    Map<String, List<Row>> byRun = by(where(rows.deliveries, "outcome", "applied"), "run_id");
    List<String> newestFirst = byRun.keySet().stream().sorted(Collections.reverseOrder()).toList();

    assertThat(answer)
        .extracting(row -> row.<String>getAs("run_id"))
        .containsExactlyElementsOf(newestFirst)
        .hasSize(3);
    for (Row row : answer) {
      List<Double> lags = lags(byRun.get(row.<String>getAs("run_id")));
      assertThat(row.<Long>getAs("records")).isEqualTo(lags.size());
      assertThat(number(row, "p50_seconds")).isCloseTo(percentile(lags, 0.5), within(0.051));
      assertThat(number(row, "p95_seconds")).isCloseTo(percentile(lags, 0.95), within(0.051));
      assertThat(number(row, "max_seconds")).isCloseTo(Collections.max(lags), within(0.051));
      assertThat(row.<Boolean>getAs("estimated")).isFalse();
    }
  }

  private void exactly(List<Row> answer) {
    List<Double> lags = lags(rows.deliveries);
    Row row = only(answer);

    assertThat(row.<Long>getAs("records")).isEqualTo(lags.size());
    assertThat(number(row, "p50_seconds")).isCloseTo(percentile(lags, 0.5), within(1e-5));
    assertThat(number(row, "p95_seconds")).isCloseTo(percentile(lags, 0.95), within(1e-5));
    assertThat(number(row, "max_seconds")).isCloseTo(Collections.max(lags), within(1e-5));
  }

  private void fromSketches(List<Row> answer) {
    List<Double> lags = lags(rows.deliveries);
    Row row = only(answer);

    assertThat(row.<Long>getAs("records")).isEqualTo(lags.size());
    assertThat(number(row, "p50_seconds")).isCloseTo(percentile(lags, 0.5), withinPercentage(2));
    assertThat(number(row, "p95_seconds")).isCloseTo(percentile(lags, 0.95), withinPercentage(2));
  }

  private void promise(List<Row> answer) {
    List<Double> lags = lags(rows.deliveries);
    long late = lags.stream().filter(lag -> lag > 600).count();
    Row row = only(answer);

    assertThat(row.<Long>getAs("records")).isEqualTo(lags.size());
    assertThat(row.<Long>getAs("late")).isEqualTo(late);
    assertThat(number(row, "late_percent")).isCloseTo(100.0 * late / lags.size(), within(0.0051));
    assertThat(number(row, "p95_seconds")).isCloseTo(percentile(lags, 0.95), within(0.051));
    assertThat(row.<Boolean>getAs("kept")).isEqualTo(percentile(lags, 0.95) <= 600);
  }

  private void longest(List<Row> answer) {
    List<Double> worst = lags(rows.deliveries).stream().sorted(Collections.reverseOrder()).toList();

    assertThat(answer).hasSize(20);
    for (int i = 0; i < answer.size(); i++) {
      Row row = answer.get(i);
      Row delivery =
          where(where(rows.deliveries, "key", row.getAs("key")), "run_id", row.getAs("run_id"))
              .get(0);
      Instant started =
          instant(where(rows.runs, "run_id", row.getAs("run_id")).get(0), "started_at");
      assertThat(number(row, "lag_seconds")).isCloseTo(worst.get(i), within(0.051));
      assertThat(number(row, "seconds_before_run"))
          .isCloseTo(
              Math.max(0, seconds(instant(delivery, "source_updated_at"), started)), within(0.1));
      assertThat(number(row, "seconds_in_run"))
          .isCloseTo(seconds(started, instant(delivery, "delivered_at")), within(0.1));
    }
  }

  private void notArrived(List<Row> answer) {
    String last = rows.reports.get(3).runId();
    List<Row> deferred = where(where(rows.deliveries, "run_id", last), "outcome", "deferred");
    Map<String, List<Row>> byCode = by(deferred, "code");

    assertThat(deferred).isNotEmpty();
    assertThat(by(answer, "code").keySet()).isEqualTo(byCode.keySet());
    for (Row row : answer) {
      List<Row> ofCode = byCode.get(String.valueOf(row.<String>getAs("code")));
      Instant since =
          ofCode.stream()
              .map(d -> instant(d, "source_updated_at"))
              .min(Instant::compareTo)
              .orElseThrow();
      assertThat(row.<String>getAs("run_id")).isEqualTo(last);
      assertThat(row.<Long>getAs("records")).isEqualTo(ofCode.size());
      assertThat(instant(row, "waiting_since")).isEqualTo(since);
      assertThat(number(row, "minutes")).isCloseTo(seconds(since, Instant.now()) / 60, within(0.2));
    }
  }

  private static Row only(List<Row> answer) {
    assertThat(answer).as("one sync").hasSize(1);
    return answer.get(0);
  }

  private static double number(Row row, String column) {
    return row.<Number>getAs(column).doubleValue();
  }
}
