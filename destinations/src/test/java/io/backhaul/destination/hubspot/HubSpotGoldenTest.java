/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.hubspot;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.testkit.GoldenAnswers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** HubSpot's own answers, as they are kept, each turned into the right outcomes. */
class HubSpotGoldenTest {

  private final GoldenAnswers golden = GoldenAnswers.of("hubspot");

  private static Change change(Op op, int n, String fields, String id) {
    return new Change("{\"id\":" + n + "}", op, fields, id, n, "");
  }

  private static Batch batch(String object, Change... changes) {
    return new Batch("golden", object, changes[0].op(), List.of(changes));
  }

  private static Batch contact(Op op, String fields, String id) {
    return batch("contacts", change(op, 1, fields, id));
  }

  private DestinationException failure(String file) {
    return golden.failure(file, contact(Op.UPSERT, "{\"email\":\"a@example.com\"}", null));
  }

  @Test
  void everyAnswerIsUnderstood() {
    assertThat(
            golden.results(
                "batch_create_207_partial.json",
                batch(
                    "tickets",
                    change(Op.INSERT, 1, "{\"hs_pipeline_stage\":\"1\"}", null),
                    change(Op.INSERT, 2, "{\"missing\":\"1\"}", null))))
        .containsExactly(
            new RecordResult.Applied("{\"id\":1}", "1145814089"),
            new RecordResult.Rejected(
                "{\"id\":2}",
                "PROPERTY_DOESNT_EXIST",
                "missing",
                "Property \"missing\" does not exist"));
    assertThat(
            golden.results(
                "batch_create_201_success.json",
                contact(Op.INSERT, "{\"email\":\"grouparoo2@demo.com\"}", null)))
        .containsExactly(new RecordResult.Applied("{\"id\":1}", "290251"));
    assertThat(
            golden.results(
                "batch_update_200_clear_with_empty_string.json",
                contact(Op.UPDATE, "{\"lastname\":null}", "290201")))
        .containsExactly(new RecordResult.Applied("{\"id\":1}", "290201"));
    assertThat(golden.results("batch_archive_204.txt", contact(Op.DELETE, null, "290251")))
        .containsExactly(new RecordResult.Applied("{\"id\":1}", "290251"));

    DestinationException secondly = failure("error_429_search_secondly.json");
    assertThat(secondly.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(secondly.rateHint().pause()).isEqualTo(Duration.ofSeconds(1));
    DestinationException daily = failure("error_429_daily.json");
    assertThat(daily.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(daily.rateHint().pause()).isEqualTo(Duration.ofHours(12));
    DestinationException invalid = failure("error_400_validation.json");
    assertThat(invalid.kind()).isEqualTo(Kind.POISONED);
    assertThat(invalid.code()).isEqualTo("INVALID_INTEGER");
    assertThat(invalid.field()).isEqualTo("discount");
    assertThat(failure("error_401_no_credentials.json").kind()).isEqualTo(Kind.REFUSED);
    assertThat(failure("error_403_missing_scopes.json"))
        .hasMessageContaining("crm.schemas.deals.read");
    golden.assertAllReadBut("batch_create_207_request.json");
  }
}
