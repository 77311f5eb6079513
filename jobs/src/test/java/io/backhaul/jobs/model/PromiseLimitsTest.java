/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.jobs.model.Violation.Rule;
import org.junit.jupiter.api.Test;

/** The limits of the promise, each as the shortest script that shows it. */
class PromiseLimitsTest {

  @Test
  void aRequestAppliedAfterALaterRunSentANewerValueIsBeyondThePromise() {
    Schedule late =
        Schedule.parse(
            """
            MIRROR resend forgetful keys=1 batch=1 partitions=1 lanes=1
            start A
            finish A LATE 0
            row 0 2
            start A
            finish A ANSWERED 0
            arrives 0
            """);

    assertThat(Explorer.beyond(Limit.STRAY).play(late).orElseThrow().rule())
        .isEqualTo(Rule.DESTINATION_DIFFERS_IN_THE_END);
  }

  @Test
  void aRowThatGoesBackWhileItsChangeIsInDoubtIsBeyondThePromise() {
    Schedule reverted =
        Schedule.parse(
            """
            MIRROR resend forgetful keys=1 batch=1 partitions=1 lanes=1
            start A
            finish A ANSWERED 0
            row 0 2
            start A
            finish A ANSWER_LOST 0
            row 0 1
            """);

    assertThat(Explorer.beyond(Limit.REVERTED).play(reverted).orElseThrow().rule())
        .isEqualTo(Rule.DESTINATION_DIFFERS_IN_THE_END);
  }

  @Test
  void aDestinationThatRemembersBatchesAnswersForOneThatItHasOverwritten() {
    Schedule replayed =
        Schedule.parse(
            """
            MIRROR resend memory keys=1 batch=1 partitions=1 lanes=1
            start A
            finish A ANSWER_LOST 0
            row 0 2
            start A
            finish A ANSWER_LOST 0
            row 0 1
            """);

    assertThat(Explorer.beyond(Limit.REPLAYED).play(replayed).orElseThrow().rule())
        .isEqualTo(Rule.STATE_IS_AHEAD_OF_THE_DESTINATION);
  }
}
