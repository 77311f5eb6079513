/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.notebooks;

import static io.backhaul.jobs.notebooks.LedgerRows.by;
import static io.backhaul.jobs.notebooks.LedgerRows.instant;
import static io.backhaul.jobs.notebooks.LedgerRows.key;
import static io.backhaul.jobs.notebooks.LedgerRows.sum;
import static io.backhaul.jobs.notebooks.LedgerRows.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Row;

/** {@code dead_letter_triage.sql}. */
final class TriageChecks {

  private static final String[] REASON = {"tenant", "sync", "stage", "field", "code"};

  private final LedgerRows rows;

  TriageChecks(LedgerRows rows) {
    this.rows = rows;
  }

  Map<String, NotebooksTest.Check> all() {
    return Map.of(
        "Rejected today, by field and reason", this::rejectedToday,
        "The oldest open letters", this::oldest,
        "Failures by rule and day over a month", this::byRuleAndDay,
        "Repeat offenders", this::repeatOffenders,
        "What a retry would touch", this::retry,
        "Letters by status", this::byStatus);
  }

  private void rejectedToday(List<Row> answer) {
    Instant midnight = LocalDate.now(ZoneOffset.UTC).atStartOfDay().toInstant(ZoneOffset.UTC);
    Map<String, List<Row>> expected =
        by(
            rows.letters.stream()
                .filter(letter -> !instant(letter, "last_seen").isBefore(midnight))
                .toList(),
            REASON);

    assertThat(answer).hasSize(2);
    assertThat(by(answer, REASON).keySet()).isEqualTo(expected.keySet());
    for (Row row : answer) {
      List<Row> letters = expected.get(key(row, REASON));
      assertThat(row.<Long>getAs("letters")).isEqualTo(letters.size());
      assertThat(row.<Long>getAs("still_open")).isEqualTo(where(letters, "status", "open").size());
      assertThat(instant(row, "since"))
          .isEqualTo(
              letters.stream()
                  .map(l -> instant(l, "first_seen"))
                  .min(Instant::compareTo)
                  .orElseThrow());
      assertThat(letters).anyMatch(letter -> letter.getAs("message").equals(row.getAs("example")));
    }
  }

  private void oldest(List<Row> answer) {
    assertThat(answer)
        .hasSize(20)
        .extracting(row -> row.<String>getAs("letter_id"))
        .containsExactlyElementsOf(
            where(rows.letters, "status", "open").stream()
                .sorted(
                    Comparator.comparing((Row letter) -> instant(letter, "first_seen"))
                        .thenComparing(letter -> letter.<String>getAs("letter_id")))
                .limit(20)
                .map(letter -> letter.<String>getAs("letter_id"))
                .toList());
    assertThat(answer)
        .allSatisfy(
            row ->
                assertThat(row.<Number>getAs("hours_open").doubleValue())
                    .isCloseTo(hours(instant(row, "first_seen"), Instant.now()), within(0.1)));
  }

  /** Not from {@code field_failures}: from what was planned, and from what came of it. */
  private void byRuleAndDay(List<Row> answer) {
    Map<String, Long> failures = new TreeMap<>();
    Map<String, Set<String>> runs = new TreeMap<>();
    for (Row invalid : where(rows.outbox, "disposition", "invalid")) {
      for (Row failure : invalid.<Row>getList(invalid.fieldIndex("failures"))) {
        String reason = "validation|" + failure.getString(0) + "|" + failure.getString(1);
        failures.merge(reason, invalid.<Long>getAs("source_rows"), Long::sum);
        runs.computeIfAbsent(reason, any -> new TreeSet<>()).add(invalid.getAs("run_id"));
      }
    }
    for (Row refused : where(rows.deliveries, "outcome", "rejected")) {
      String reason = "destination|" + key(refused, "field", "code");
      failures.merge(reason, 1L, Long::sum);
      runs.computeIfAbsent(reason, any -> new TreeSet<>()).add(refused.getAs("run_id"));
    }
    Map<String, Long> answered = new TreeMap<>();
    Map<String, Long> runsAnswered = new TreeMap<>();
    for (Row row : answer) {
      answered.merge(key(row, "stage", "field", "code"), row.getAs("failures"), Long::sum);
      runsAnswered.merge(key(row, "stage", "field", "code"), row.getAs("runs"), Long::sum);
    }

    assertThat(answered).isEqualTo(failures).isNotEmpty();
    runs.forEach(
        (reason, ids) -> assertThat(runsAnswered).containsEntry(reason, (long) ids.size()));
  }

  private void repeatOffenders(List<Row> answer) {
    Map<String, Set<String>> runs = new TreeMap<>();
    for (Row refused : where(rows.deliveries, "outcome", "rejected")) {
      runs.computeIfAbsent(refused.getAs("key"), any -> new TreeSet<>())
          .add(refused.getAs("run_id"));
    }
    for (Row invalid : where(rows.outbox, "disposition", "invalid")) {
      runs.computeIfAbsent(invalid.getAs("key"), any -> new TreeSet<>())
          .add(invalid.getAs("run_id"));
    }
    runs.values().removeIf(ids -> ids.size() < 2);

    assertThat(runs).as("retried and refused again").hasSize(12);
    assertThat(answer)
        .extracting(row -> row.<String>getAs("key"))
        .containsExactlyElementsOf(runs.keySet());
    assertThat(answer)
        .allSatisfy(
            row -> {
              Set<String> ids = runs.get(row.<String>getAs("key"));
              assertThat(row.<Long>getAs("runs")).isEqualTo(ids.size());
              assertThat(ids).last().isEqualTo(row.getAs("last_run_id"));
              assertThat(row.getList(row.fieldIndex("codes"))).hasToString("[DOMAIN_BLOCKED]");
            });
  }

  private void retry(List<Row> answer) {
    Map<String, List<Row>> expected =
        by(
            rows.letters.stream()
                .filter(
                    letter -> Set.of("open", "discarded").contains(letter.<String>getAs("status")))
                .toList(),
            "code",
            "field");

    assertThat(by(answer, "code", "field").keySet()).isEqualTo(expected.keySet());
    for (Row row : answer) {
      List<Row> letters = expected.get(key(row, "code", "field"));
      assertThat(row.<Long>getAs("letters")).isEqualTo(letters.size());
      assertThat(row.<Long>getAs("sent_again"))
          .isEqualTo(where(letters, "stage", "destination").size());
      assertThat(row.<Long>getAs("only_checked_again"))
          .isEqualTo(where(letters, "stage", "validation").size());
      assertThat(row.<Long>getAs("requests_so_far")).isEqualTo(sum(letters, "attempts"));
      assertThat(row.<Long>getAs("given_up_before"))
          .isEqualTo(where(letters, "status", "discarded").size());
    }
    assertThat(sum(answer, "given_up_before")).isEqualTo(1);
  }

  private void byStatus(List<Row> answer) {
    Map<String, List<Row>> expected = by(rows.letters, "status");

    assertThat(expected.keySet()).containsExactly("discarded", "open", "requeued", "resolved");
    assertThat(answer)
        .extracting(row -> row.<String>getAs("status"))
        .containsExactlyElementsOf(expected.keySet());
    for (Row row : answer) {
      List<Row> letters = expected.get(row.<String>getAs("status"));
      assertThat(row.<Long>getAs("letters")).isEqualTo(letters.size());
      assertThat(instant(row, "newest"))
          .isEqualTo(
              letters.stream()
                  .map(l -> instant(l, "last_seen"))
                  .max(Instant::compareTo)
                  .orElseThrow());
      double mean =
          letters.stream()
              .mapToDouble(
                  letter -> {
                    Instant end = instant(letter, "resolved_at");
                    return hours(instant(letter, "first_seen"), end == null ? Instant.now() : end);
                  })
              .average()
              .orElseThrow();
      assertThat(row.<Number>getAs("mean_hours").doubleValue()).isCloseTo(mean, within(0.1));
    }
  }

  private static double hours(Instant from, Instant to) {
    return LedgerRows.seconds(from, to) / 3600;
  }
}
