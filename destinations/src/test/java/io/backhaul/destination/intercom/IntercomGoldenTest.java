/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.intercom;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.testkit.GoldenAnswers;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Intercom's own answers, each turned into the right outcomes. */
class IntercomGoldenTest {

  private static final String KEY = "{\"external_id\":\"17\"}";

  private final GoldenAnswers golden = GoldenAnswers.of("intercom");

  private static Batch one(String object, Op op, String fields, String id) {
    return new Batch("golden", object, op, List.of(new Change(KEY, op, fields, id, 1, "")));
  }

  private static Batch contact(Op op, String id) {
    return one("contacts", op, op == Op.DELETE ? null : "{\"name\":\"A\"}", id);
  }

  private RecordResult.Rejected rejected(String file, Batch batch) {
    List<RecordResult> results = golden.results(file, batch);
    assertThat(results).as(file).singleElement().isInstanceOf(RecordResult.Rejected.class);
    return (RecordResult.Rejected) results.get(0);
  }

  private void applied(String file, Batch batch, String id) {
    assertThat(golden.results(file, batch)).containsExactly(new RecordResult.Applied(KEY, id));
  }

  @Test
  void everyAnswerIsUnderstood() {
    applied(
        "contacts_delete_200.json",
        contact(Op.DELETE, "6064de02bf5fb326f76f1fed"),
        "6064de02bf5fb326f76f1fed");
    assertThat(rejected("contacts_create_409_archived.json", contact(Op.UPSERT, null)))
        .satisfies(
            archived -> {
              assertThat(archived.code()).isEqualTo("conflict");
              assertThat(archived.message()).contains("An archived contact");
            });
    assertThat(rejected("contacts_create_409_duplicate.json", contact(Op.INSERT, null)).code())
        .isEqualTo("conflict");
    // Without an id there is nothing to update.
    assertThat(rejected("contacts_create_409_duplicate.json", contact(Op.UPSERT, null)).code())
        .isEqualTo("conflict");
    assertThat(rejected("contacts_get_404.json", contact(Op.UPDATE, "1")).code())
        .isEqualTo("not_found");
    assertThat(golden.results("contacts_get_404.json", contact(Op.DELETE, "1")))
        .singleElement()
        .isInstanceOf(RecordResult.Applied.class);
    assertThat(
            rejected("contacts_unarchive_400_not_restorable.json", contact(Op.UPSERT, null))
                .message())
        .contains("not restorable");
    assertThat(
            rejected("companies_400_bad_request.json", one("companies", Op.UPSERT, "{}", null))
                .code())
        .isEqualTo("bad_request");
    Batch tag = one("tags/vip", Op.UPSERT, "{\"company_id\":\"6\"}", null);
    assertThat(rejected("contact_companies_404.json", tag).code()).isEqualTo("company_not_found");
    Batch event =
        one(
            "events",
            Op.INSERT,
            "{\"user_id\":\"17\",\"event_name\":\"seen\",\"created_at\":1}",
            null);
    applied("events_202.txt", event, null);

    DestinationException unauthorized =
        golden.failure("error_401_unauthorized.json", contact(Op.UPSERT, null));
    assertThat(unauthorized.code()).isEqualTo("unauthorized");
    assertThat(unauthorized.kind()).isEqualTo(Kind.REFUSED);
    DestinationException throttled =
        golden.failure("error_429_rate_limit.json", contact(Op.UPSERT, null));
    assertThat(throttled.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(throttled.code()).isEqualTo("rate_limit_exceeded");
  }

  /** Answers to what is not asked here: neither says that anything was done. */
  @Test
  void anAnswerToAnotherQuestionIsNoSuccess() {
    assertThat(golden.failure("contacts_archive_200.json", contact(Op.DELETE, "1")).kind())
        .isEqualTo(Kind.CONTRADICTORY);
    assertThat(golden.failure("contacts_search_200_empty.json", contact(Op.UPSERT, null)).kind())
        .isEqualTo(Kind.CONTRADICTORY);
  }
}
