/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.jobs.model.Explorer.Found;
import io.backhaul.jobs.model.Violation.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The promise, held against a model of the protocol under schedules that no test bed could set up:
 * a death after any write, answers lost and late, runs asleep past their lease. {@code
 * -Dbackhaul.model.schedules=} and {@code -Dbackhaul.model.seed=} look elsewhere and for longer.
 */
class ProtocolModelTest {

  private static final long SCHEDULES = Long.getLong("backhaul.model.schedules", 200_000);
  private static final long SEED = Long.getLong("backhaul.model.seed", 1);

  /** By how many schedules each missing protection must have shown. */
  private static final long ENOUGH = 500_000;

  @Tag("fault-24")
  @Tag("fault-26")
  @Tag("fault-28")
  @Tag("fault-29")
  @Test
  void noScheduleBreaksThePromise() {
    Optional<Found> found = Explorer.ofTheProtocol().explore(SEED, SCHEDULES);

    assertThat(found.map(Found::report)).as("seed " + SEED).isEmpty();
  }

  @Tag("twin-24")
  @Tag("twin-26")
  @Tag("twin-28")
  @Tag("twin-29")
  @ParameterizedTest
  @EnumSource(Protection.class)
  void withoutAnyOneProtectionSomeScheduleBreaksIt(Protection protection) {
    Optional<Found> found = Explorer.without(protection).explore(1, ENOUGH);

    assertThat(found).as("without " + protection).isPresent();
    assertThat(Explorer.ofTheProtocol().play(found.get().schedule()))
        .as("the same schedule with " + protection)
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Limit.class)
  void beyondEachOfItsLimitsSomeScheduleBreaksIt(Limit limit) {
    Optional<Found> found = Explorer.beyond(limit).explore(1, ENOUGH);

    assertThat(found).as("beyond " + limit).isPresent();
    assertThat(Explorer.ofTheProtocol().play(found.get().schedule())).isEmpty();
  }

  @Test
  void aPrintedScheduleIsShortAndReplaysToTheSameViolation() {
    Explorer forgetful = Explorer.without(Protection.JOURNAL_READ_ON_RETRY);
    Found found = forgetful.explore(1, ENOUGH).orElseThrow();

    Schedule replayed = Schedule.parse(found.schedule().text());

    assertThat(replayed.text()).isEqualTo(found.schedule().text());
    assertThat(forgetful.play(replayed).orElseThrow()).hasMessage(found.violation().getMessage());
    assertThat(replayed.steps()).hasSizeLessThan(30);
    assertThat(withoutOneStep(replayed))
        .noneMatch(
            shorter ->
                forgetful
                    .play(shorter)
                    .filter(violation -> violation.rule() == found.violation().rule())
                    .isPresent());
  }

  private static List<Schedule> withoutOneStep(Schedule schedule) {
    return IntStream.range(0, schedule.steps().size())
        .mapToObj(
            index -> {
              List<Step> steps = new ArrayList<>(schedule.steps());
              steps.remove(index);
              return new Schedule(schedule.setup(), List.copyOf(steps));
            })
        .toList();
  }

  @Test
  void everyStepReadsAsItWasWritten() {
    for (long seed = 0; seed < 1000; seed++) {
      String text = Schedule.draw(seed).text();
      assertThat(Schedule.parse(text).text()).isEqualTo(text);
    }
  }

  @Test
  void theSameSeedGivesTheSameSchedule() {
    assertThat(Schedule.draw(7)).isEqualTo(Schedule.draw(7)).isNotEqualTo(Schedule.draw(8));
  }

  @Test
  void aDriverThatDiesBetweenApplyingAndSettlingSendsAgainWhatWasInFlightAndNothingElse() {
    Schedule killed =
        Schedule.parse(
            """
            MIRROR resend forgetful keys=2 batch=1 partitions=1 lanes=1
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
            lane A 0 ANSWERED 0
            lane A 0 ANSWERED 0
            lane A 0 ANSWERED 0
            dies A
            """);

    assertThat(Explorer.ofTheProtocol().play(killed)).isEmpty();
    assertThat(Explorer.without(Protection.RECOVERY).play(killed).orElseThrow().rule())
        .isEqualTo(Rule.ACKNOWLEDGED_IS_SENT_AGAIN);
  }

  @Test
  void aRunThatLostItsLeaseBeforeItRecoversDoesNotTakeItsSuccessorForDead() {
    Schedule asleep =
        Schedule.parse(
            """
            MIRROR resend forgetful keys=1 batch=2 partitions=2 lanes=1
            start B
            sleeps B
            lease_runs_out
            start A
            drive A
            drive A
            drive A
            drive A
            drive A
            wakes B
            finish B ANSWERED 0
            finish A ANSWERED 0
            """);

    assertThat(Explorer.without(Protection.RECOVERY_UNDER_LEASE).play(asleep).orElseThrow().rule())
        .isEqualTo(Rule.ACKNOWLEDGED_IS_SENT_AGAIN);
    assertThat(Explorer.ofTheProtocol().play(asleep)).isEmpty();
  }

  @Test
  void anInsertInDoubtIsNotInsertedAgainWhenItsRowChanges() {
    Schedule changed =
        Schedule.parse(
            """
            INSERT dead_letter forgetful keys=1 batch=1 partitions=1 lanes=1
            start A
            finish A ANSWER_LOST 0
            row 0 2
            """);

    assertThat(
            Explorer.without(Protection.DOUBT_OUTLASTS_CHANGES).play(changed).orElseThrow().rule())
        .isEqualTo(Rule.APPLIED_MORE_THAN_ONCE);
    assertThat(Explorer.ofTheProtocol().play(changed)).isEmpty();
  }

  @Test
  void anInsertPutOffByOneAttemptAndInFlightInTheNextIsInDoubt() {
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

    assertThat(Explorer.without(Protection.INTENTS).play(reattempted).orElseThrow().rule())
        .isEqualTo(Rule.APPLIED_MORE_THAN_ONCE);
    assertThat(Explorer.ofTheProtocol().play(reattempted)).isEmpty();
  }

  @Test
  void aRunThatWasAsleepWritesNoDeadLettersAfterItsSuccessorSettledIt() {
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

    assertThat(Explorer.without(Protection.FENCE).play(asleep).orElseThrow().rule())
        .isEqualTo(Rule.SETTLED_BY_A_RUN_THAT_WAS_REPLACED);
    assertThat(Explorer.ofTheProtocol().play(asleep)).isEmpty();
  }
}
