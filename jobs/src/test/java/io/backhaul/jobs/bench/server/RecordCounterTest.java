/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RecordCounterTest {

  private static Counts counts(String... bodies) {
    RecordCounter counter = new RecordCounter();
    for (String body : bodies) {
      counter.body(body.getBytes(StandardCharsets.UTF_8));
    }
    return counter.counts();
  }

  private static String body(String... records) {
    return "{\"object\":\"o\",\"op\":\"upsert\",\"records\":[" + String.join(",", records) + "]}";
  }

  private static String record(int id, String text) {
    return "{\"key\":{\"id\":" + id + "},\"fields\":{\"text\":\"" + text + "\"}}";
  }

  @Test
  void countsRecordsAndNotWhatLooksLikeThemInsideOfTexts() {
    String trap = "{\\\"key\\\":{\\\"id\\\":1}}";

    assertThat(counts(body(record(1, "a"), record(2, trap))).records()).isEqualTo(2);
    assertThat(counts(body(record(1, "a"), record(2, trap))).requests()).isEqualTo(1);
    assertThat(counts(body(), "", "{}", "hello")).isEqualTo(Counts.NONE);
  }

  @Test
  void orderAndBatchesMakeNoDifference() {
    Counts together = counts(body(record(1, "a"), record(2, "b"), record(3, "c")));
    Counts apart = counts(body(record(3, "c")), body(record(2, "b"), record(1, "a")));

    assertThat(apart.sameRecords(together)).isTrue();
    assertThat(apart.requests()).isEqualTo(2);
  }

  @Test
  void anotherByteOrARecordTwiceMakesADifference() {
    Counts right = counts(body(record(1, "a"), record(2, "b")));

    assertThat(counts(body(record(1, "a"), record(2, "c"))).sameRecords(right)).isFalse();
    assertThat(counts(body(record(1, "a"), record(1, "a"))).sameRecords(right)).isFalse();
    assertThat(counts(body(record(1, "a"))).sameRecords(right)).isFalse();
  }
}
