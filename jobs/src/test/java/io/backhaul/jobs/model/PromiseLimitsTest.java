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

  @Test
  void anInsertInDoubtWhoseRowChangesIsInsertedTwice() {
    Schedule changed =
        Schedule.parse(
            """
            INSERT dead_letter forgetful keys=1 batch=1 partitions=1 lanes=1
            start A
            finish A ANSWER_LOST 0
            row 0 2
            """);

    assertThat(Explorer.beyond(Limit.CHANGED_IN_DOUBT).play(changed).orElseThrow().rule())
        .isEqualTo(Rule.APPLIED_MORE_THAN_ONCE);
  }

  @Test
  void anInsertGivenUpByOneAttemptAndInFlightInTheNextIsInsertedTwice() {
    Schedule reattempted =
        Schedule.parse(
            """
            INSERT dead_letter forgetful keys=2 batch=1 partitions=1 lanes=1
            start A
            drive A
            drive A
            drive A
            drive A
            drive A
            drive A
            drive A
            drive A
            lane A 0 ANSWERED 0
            lane A 0 ANSWERED 0
            lane A 0 UNAVAILABLE 0
            lane A 0 UNAVAILABLE 0
            lane A 0 ANSWERED 0
            lane A 0 ANSWERED 0
            task_dies A 0
            lane A 0 ANSWERED 0
            lane A 0 ANSWERED 0
            lane A 0 ANSWERED 0
            dies A
            """);

    assertThat(Explorer.beyond(Limit.REATTEMPTED).play(reattempted).orElseThrow().rule())
        .isEqualTo(Rule.APPLIED_MORE_THAN_ONCE);
    assertThat(Explorer.ofTheProtocol().play(reattempted)).isEmpty();
  }

  @Test
  void deadLettersOfARunThatWasAsleepAreWrittenAlthoughItsSuccessorSettledIt() {
    Schedule asleep =
        Schedule.parse(
            """
            MIRROR resend forgetful keys=1 batch=1 partitions=1 lanes=1
            start A
            finish A REJECTS_ONE 0
            row 0 2
            start A
            drive A
            drive A
            drive A
            drive A
            drive A
            drive A
            drive A
            lane A 0 ANSWERED 0
            lane A 0 REJECTS_ONE 0
            lane A 0 ANSWERED 0
            drive A
            drive A
            drive A
            drive A
            sleeps A
            lease_runs_out
            start B
            finish B ANSWERED 0
            wakes A
            finish A ANSWERED 0
            """);

    assertThat(Explorer.beyond(Limit.LATE_LETTERS).play(asleep).orElseThrow().rule())
        .isEqualTo(Rule.SETTLED_BY_A_RUN_THAT_WAS_REPLACED);
    assertThat(Explorer.ofTheProtocol().play(asleep)).isEmpty();
  }
}
