/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import io.backhaul.destination.send.BatchOutcome;
import io.backhaul.destination.send.Outcome;
import io.backhaul.destination.send.RecordOutcome;
import io.backhaul.diff.testkit.SparkSessions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a journal says of each key, whoever wrote it and wherever it ends. */
class JournalOutcomesTest {

  @TempDir Path folder;

  private Journal attempt(int partition, long attempt) {
    return Journal.open(new Configuration(), run(), partition, attempt);
  }

  private JournalFolder run() {
    return new JournalFolder(folder.toUri() + "run-1");
  }

  private static Batch batch(String id, String... keys) {
    return new Batch(
        id,
        "o",
        Op.UPSERT,
        Stream.of(keys).map(key -> new Change(key, Op.UPSERT, "{}", null, 1, "")).toList());
  }

  private static BatchOutcome outcome(String id, boolean last, Outcome outcome, String... keys) {
    return new BatchOutcome(
        id,
        Op.UPSERT,
        Stream.of(keys)
            .map(key -> new RecordOutcome(key, 1, outcome, null, null, null, null))
            .toList(),
        last,
        1,
        200,
        5,
        Instant.EPOCH);
  }

  private Map<String, String> outcomes() {
    return JournalOutcomes.read(SparkSessions.shared(), run()).collectAsList().stream()
        .collect(
            Collectors.toMap(
                row -> row.getAs("j_key"),
                row -> row.getAs("j_outcome") + (row.getAs("j_code") == null ? "" : " IN_DOUBT")));
  }

  @Test
  void ofAnIntentTheRecordsWithoutAnOutcomeAreInDoubt() throws IOException {
    try (Journal journal = attempt(0, 1)) {
      journal.intent(batch("whole", "a", "b"));
      journal.append(outcome("whole", true, Outcome.APPLIED, "a", "b"));
      journal.intent(batch("half", "c", "d"));
      journal.append(outcome("half", false, Outcome.DEFERRED, "c"));
      journal.intent(batch("none", "e"));
    }

    assertThat(outcomes())
        .isEqualTo(
            Map.of(
                "a", "applied",
                "b", "applied",
                "c", "deferred",
                "d", "unknown IN_DOUBT",
                "e", "unknown IN_DOUBT"));
  }

  @Test
  void whatOneAttemptPutOffAndTheNextMayHaveSentIsInDoubt() throws IOException {
    try (Journal first = attempt(0, 1)) {
      first.intent(batch("x", "a", "b"));
      first.append(outcome("x", false, Outcome.APPLIED, "b"));
      first.append(outcome("x", true, Outcome.DEFERRED, "a"));
    }
    assertThat(outcomes()).isEqualTo(Map.of("a", "deferred", "b", "applied"));
    try (Journal second = attempt(0, 2)) {
      second.intent(batch("x", "a", "b"));
    }

    assertThat(outcomes()).isEqualTo(Map.of("a", "unknown IN_DOUBT", "b", "applied"));
  }

  @Test
  void anApplicationThatIsKnownEndsTheDoubtOfAnotherAttempt() throws IOException {
    try (Journal first = attempt(0, 1)) {
      first.intent(batch("x", "a"));
    }
    try (Journal second = attempt(0, 2)) {
      second.append(outcome("x", true, Outcome.APPLIED, "a"));
    }

    assertThat(outcomes()).isEqualTo(Map.of("a", "applied"));
  }
}
