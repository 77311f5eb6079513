/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.slack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.Op;
import io.backhaul.destination.Probe;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.testkit.GoldenAnswers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Slack's own answers, each turned into the right outcomes. */
class SlackGoldenTest {

  private static final String KEY = "{\"order\":17}";

  private final GoldenAnswers golden = GoldenAnswers.of("slack");

  private static Batch one(Op op, String id) {
    String fields = op == Op.DELETE ? null : "{\"text\":\"hello\"}";
    return new Batch("golden", "C1H9RESGL", op, List.of(new Change(KEY, op, fields, id, 1, "")));
  }

  private RecordResult.Rejected rejected(String file, Batch batch) {
    return (RecordResult.Rejected) golden.results(file, batch).get(0);
  }

  @Test
  void everyAnswerIsUnderstood() {
    assertThat(golden.results("postMessage_200_ok.json", one(Op.INSERT, null)))
        .containsExactly(new RecordResult.Applied(KEY, "C1H9RESGL:1503435956.000247"));
    String known = "C024BE91L:1401383885.000061";
    assertThat(golden.results("update_200_ok.json", one(Op.UPDATE, known)))
        .containsExactly(new RecordResult.Applied(KEY, known));
    assertThat(golden.results("delete_200_message_not_found.json", one(Op.DELETE, known)))
        .containsExactly(new RecordResult.Applied(KEY, known));

    RecordResult.Rejected attachments =
        rejected("postMessage_200_too_many_attachments.json", one(Op.INSERT, null));
    assertThat(attachments.code()).isEqualTo("too_many_attachments");
    assertThat(attachments.field()).isEqualTo("attachments");
    RecordResult.Rejected blocks =
        rejected("postMessage_200_msg_blocks_too_long.json", one(Op.INSERT, null));
    assertThat(blocks.code()).isEqualTo("msg_blocks_too_long");
    assertThat(blocks.field()).isEqualTo("blocks");
    assertThat(rejected("update_200_cant_update.json", one(Op.UPDATE, known)).code())
        .isEqualTo("cant_update_message");
    RecordResult.Rejected nobody =
        rejected("lookupByEmail_200_users_not_found.json", one(Op.INSERT, null));
    assertThat(nobody.code()).isEqualTo("users_not_found");
    assertThat(nobody.field()).isEqualTo("email");

    DestinationException throttled =
        golden.failure("error_429_ratelimited.json", one(Op.INSERT, null));
    assertThat(throttled.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(throttled.code()).isEqualTo("ratelimited");
    assertThat(throttled.rateHint().pause()).isEqualTo(Duration.ofSeconds(30));
    DestinationException refused =
        golden.failure("auth_test_200_invalid_auth.json", one(Op.INSERT, null));
    assertThat(refused.kind()).isEqualTo(Kind.REFUSED);
    assertThat(refused.code()).isEqualTo("invalid_auth");

    Probe probe = golden.probe("auth_test_200_ok.json");
    assertThat(probe.account()).isEqualTo("grace in Subarachnoid Workspace");
    assertThat(
            catchThrowableOfType(
                    DestinationException.class,
                    () -> golden.probe("auth_test_200_invalid_auth.json"))
                .kind())
        .isEqualTo(Kind.REFUSED);
    golden.assertAllReadBut();
  }
}
