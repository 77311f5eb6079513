/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.iterable;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.testkit.GoldenAnswers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Iterable's own answers, each turned into the right outcomes. */
class IterableGoldenTest {

  private static Batch batch(String object, Op op, String... emails) {
    List<Change> changes = new ArrayList<>();
    for (String email : emails) {
      String fields = op == Op.DELETE ? null : "{\"firstName\":\"A\"}";
      changes.add(new Change(key(email), op, fields, null, changes.size(), ""));
    }
    return new Batch("golden", object, op, changes);
  }

  private static String key(String email) {
    return "{\"email\":\"" + email + "\"}";
  }

  @Test
  void everyAnswerIsUnderstood() {
    GoldenAnswers golden = GoldenAnswers.of("iterable");

    assertThat(
            golden.results(
                "users_bulkUpdate_200_partial_SCHEMA_DERIVED.json",
                batch(
                    "users",
                    Op.UPSERT,
                    "a@example.com",
                    "not-an-email",
                    "Gone@example.com",
                    "b@example.com")))
        .containsExactly(
            new RecordResult.Applied(key("a@example.com"), null),
            new RecordResult.Rejected(key("not-an-email"), "invalidEmails", "email", null),
            new RecordResult.Rejected(key("Gone@example.com"), "forgottenEmails", "email", null),
            new RecordResult.Applied(key("b@example.com"), null));
    assertThat(
            golden.results(
                "lists_subscribe_200_success.json", batch("lists/7", Op.UPSERT, "a@example.com")))
        .containsExactly(new RecordResult.Applied(key("a@example.com"), null));
    for (String file : List.of("users_delete_200_success.json", "users_update_200_success.json")) {
      assertThat(golden.results(file, batch("users", Op.DELETE, "a@example.com")))
          .containsExactly(new RecordResult.Applied(key("a@example.com"), null));
    }
    DestinationException throttled =
        golden.failure("error_429_rate_limit.json", batch("users", Op.UPSERT, "a@example.com"));
    assertThat(throttled.kind()).isEqualTo(DestinationException.Kind.UNAVAILABLE);
    assertThat(throttled.code()).isEqualTo("RateLimitExceeded");
    golden.assertAllReadBut();
  }
}
