/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.customerio;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult.Applied;
import io.backhaul.destination.RecordResult.Rejected;
import io.backhaul.destination.testkit.GoldenAnswers;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Customer.io's own answers, each turned into the right outcomes. */
class CustomerioGoldenTest {

  private static Batch people(Op op, int count) {
    List<Change> changes =
        IntStream.rangeClosed(1, count)
            .mapToObj(
                n -> new Change(key(n), op, op == Op.DELETE ? null : "{\"a\":1}", null, n, ""))
            .toList();
    return new Batch("golden", "people", op, changes);
  }

  private static String key(int n) {
    return "{\"id\":\"u" + n + "\"}";
  }

  @Test
  void everyAnswerIsUnderstood() {
    GoldenAnswers golden = GoldenAnswers.of("customerio");

    assertThat(
            golden.results("track_v2_batch_207_partial_SCHEMA_DERIVED.json", people(Op.UPSERT, 3)))
        .containsExactly(
            new Applied(key(1), null),
            new Rejected(key(2), "invalid", "identifiers", "identifiers are required"),
            new Applied(key(3), null));
    DestinationException refused =
        golden.failure("track_v2_entity_400_SCHEMA_DERIVED.json", people(Op.UPSERT, 2));
    assertThat(refused.kind()).isEqualTo(DestinationException.Kind.POISONED);
    assertThat(refused.code()).isEqualTo("invalid");
    assertThat(refused.field()).isEqualTo("type");
    // The answers of the older API are those of a batch that was taken.
    assertThat(golden.results("track_v1_put_200.json", people(Op.UPSERT, 2)))
        .containsExactly(new Applied(key(1), null), new Applied(key(2), null));
    assertThat(golden.results("track_v1_delete_200.json", people(Op.DELETE, 1)))
        .containsExactly(new Applied(key(1), null));
    golden.assertAllReadBut();
  }
}
