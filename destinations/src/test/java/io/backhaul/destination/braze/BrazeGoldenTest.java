/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.braze;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.testkit.GoldenAnswers;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Braze's own answers, each turned into the right outcomes. */
class BrazeGoldenTest {

  private static Batch users(Op op, int count) {
    List<Change> changes =
        IntStream.rangeClosed(1, count)
            .mapToObj(
                n ->
                    new Change(
                        "{\"external_id\":\"u" + n + "\"}",
                        op,
                        op == Op.DELETE ? null : "{\"first_name\":\"A\"}",
                        null,
                        n,
                        ""))
            .toList();
    return new Batch("golden", "users", op, changes);
  }

  @Test
  void everyAnswerIsUnderstood() {
    GoldenAnswers golden = GoldenAnswers.of("braze");

    assertThat(golden.results("users_track_201_success.json", users(Op.UPSERT, 1)))
        .containsExactly(new RecordResult.Applied("{\"external_id\":\"u1\"}", null));
    assertThat(golden.results("users_track_202_queued_maintenance.json", users(Op.UPDATE, 2)))
        .hasSize(2)
        .allMatch(RecordResult.Applied.class::isInstance);
    // Four of five were known: the fifth is gone, whichever it is.
    assertThat(golden.results("users_delete_201.json", users(Op.DELETE, 5)))
        .hasSize(5)
        .allMatch(RecordResult.Applied.class::isInstance);
    golden.assertAllReadBut("users_export_ids_201_not_found.json");
  }
}
