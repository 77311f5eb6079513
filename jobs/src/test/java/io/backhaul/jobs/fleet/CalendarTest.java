/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import static io.backhaul.jobs.fleet.FleetSyncs.NOON;
import static io.backhaul.jobs.fleet.FleetSyncs.after;
import static io.backhaul.jobs.fleet.FleetSyncs.at;
import static io.backhaul.jobs.fleet.FleetSyncs.cron;
import static io.backhaul.jobs.fleet.FleetSyncs.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.jobs.spec.OnParentFailure;
import io.backhaul.jobs.spec.Priority;
import io.backhaul.jobs.spec.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CalendarTest {

  private final List<FleetSync> parked = new ArrayList<>();

  @Test
  void aSyncThatNeverRanIsDueAtOnceAndOneThatIsStartedByHandNever() {
    FleetSync every = sync("a/crm/every", Priority.NORMAL);
    FleetSync manual = sync("a/crm/manual", Priority.NORMAL, new Schedule.Manual());
    Calendar calendar = calendar(Map.of(), every, manual);

    assertThat(calendar.due(NOON)).containsExactly(new Job(every, NOON));
    assertThat(calendar.due(at(60))).isEmpty();
  }

  @Test
  void everyPeriodHasOneTimeAndMissedOnesAreMadeUpForByOneRun() {
    FleetSync sync = sync("a/crm/s", Priority.NORMAL);
    Calendar calendar = calendar(Map.of("a/s", ranAt(NOON)), sync);

    Job first = calendar.due(at(5)).get(0);
    assertThat(first.dueAt()).isAfter(NOON).isBeforeOrEqualTo(at(5));
    calendar.ended(first, at(31), at(32), false, null);
    Job second = calendar.due(at(60)).get(0);

    assertThat(second.dueAt()).isAfter(at(31)).isBeforeOrEqualTo(at(36));
    assertThat(Duration.between(first.dueAt(), second.dueAt()).toSeconds() % 300).isZero();
    assertThat(calendar.due(at(60))).isEmpty();
  }

  @Test
  void syncsOfOnePeriodAreSpreadOverIt() {
    FleetSync[] syncs = new FleetSync[300];
    Map<String, LastRun> ran = new HashMap<>();
    for (int i = 0; i < syncs.length; i++) {
      syncs[i] = sync("tenant-%03d/crm/s".formatted(i), Priority.NORMAL);
      ran.put(syncs[i].id(), ranAt(NOON));
    }
    Calendar calendar = calendar(ran, syncs);

    for (int minute = 1; minute <= 5; minute++) {
      assertThat(calendar.due(at(minute))).hasSizeBetween(30, 90);
    }
  }

  @Test
  void cronGoesByTheClocksOfItsZone() {
    FleetSync sync = sync("a/crm/s", Priority.LOW, cron("0 2 * * *", "Europe/Berlin"));
    Calendar calendar = calendar(Map.of("a/s", ranAt(NOON)), sync);

    assertThat(calendar.next()).contains(Instant.parse("2026-03-03T01:00:00Z"));
    assertThat(calendar.due(Instant.parse("2026-03-03T00:59:59Z"))).isEmpty();
    assertThat(calendar.due(Instant.parse("2026-03-03T01:00:00Z"))).hasSize(1);
  }

  @Test
  void aSyncFollowsAllItsParents() {
    FleetSync a = sync("t/crm/a", Priority.NORMAL, new Schedule.Manual());
    FleetSync b = sync("t/crm/b", Priority.NORMAL, new Schedule.Manual());
    FleetSync child = sync("t/crm/c", Priority.NORMAL, after(OnParentFailure.STOP, "a", "b"));
    Calendar calendar = calendar(Map.of(), a, b, child);

    calendar.ended(new Job(a, at(1)), at(1), at(2), false, null);
    assertThat(calendar.due(at(3))).isEmpty();
    calendar.ended(new Job(b, at(3)), at(3), at(4), false, null);
    Job job = calendar.due(at(4)).get(0);
    assertThat(job).isEqualTo(new Job(child, at(4)));
    calendar.ended(job, at(5), at(6), false, null);
    assertThat(calendar.due(at(9))).isEmpty();
    calendar.ended(new Job(a, at(7)), at(7), at(8), false, null);
    assertThat(calendar.due(at(9))).isEmpty();
  }

  @Test
  void aParentThatFailedHoldsBackWhoDoesNotGoOn() {
    FleetSync a = sync("t/crm/a", Priority.NORMAL, new Schedule.Manual());
    FleetSync stops = sync("t/crm/stops", Priority.NORMAL, after(OnParentFailure.STOP, "a"));
    FleetSync goesOn = sync("t/crm/on", Priority.NORMAL, after(OnParentFailure.GO_ON, "a"));
    Calendar calendar = calendar(Map.of(), a, stops, goesOn);

    calendar.ended(new Job(a, at(1)), at(1), at(2), true, null);
    assertThat(calendar.due(at(3))).extracting(Job::sync).containsExactly(goesOn);
    calendar.ended(new Job(a, at(4)), at(4), at(5), false, null);
    assertThat(calendar.due(at(5))).extracting(Job::sync).containsExactly(stops);
  }

  @Test
  void aChangeOfTheSourceIsDueOnceAndAgainIfTheRunFailed() {
    FleetSync sync = sync("a/crm/s", Priority.NORMAL, new Schedule.OnChange());
    Calendar calendar = calendar(Map.of(), sync);
    assertThat(calendar.due(at(1))).isEmpty();

    calendar.sourceIs("a/s", "7", at(1));
    Job first = calendar.due(at(1)).get(0);
    calendar.ended(first, at(2), at(3), true, "7");
    Job second = calendar.due(at(3)).get(0);
    calendar.ended(second, at(4), at(5), false, "7");

    assertThat(calendar.due(at(60))).isEmpty();
    calendar.sourceIs("a/s", "7", at(61));
    assertThat(calendar.due(at(61))).isEmpty();
    calendar.sourceIs("a/s", "8", at(62));
    assertThat(calendar.due(at(62))).hasSize(1);
  }

  @Test
  void aSyncThatFailsTooOftenInARowIsParkedUntilItIsResumed() {
    FleetSync sync = sync("a/crm/s", Priority.NORMAL);
    Calendar calendar = calendar(Map.of(), sync);
    for (int run = 0; run < 5; run++) {
      assertThat(parked).isEmpty();
      Job job = calendar.due(at(run * 10)).get(0);
      calendar.ended(job, at(run * 10), at(run * 10 + 1), true, null);
    }

    assertThat(parked).containsExactly(sync);
    assertThat(calendar.due(at(600))).isEmpty();
    calendar.resume("a/s", at(600));
    assertThat(calendar.due(at(600))).hasSize(1);
  }

  @Test
  void aSuccessBetweenFailuresCountsThemAnew() {
    FleetSync sync = sync("a/crm/s", Priority.NORMAL);
    Calendar calendar = calendar(Map.of(), sync);
    for (int run = 0; run < 20; run++) {
      Job job = calendar.due(at(run * 10)).get(0);
      calendar.ended(job, at(run * 10), at(run * 10 + 1), run % 5 != 4, null);
    }

    assertThat(parked).isEmpty();
  }

  private Calendar calendar(Map<String, LastRun> ran, FleetSync... syncs) {
    return new Calendar(List.of(syncs), ran, 5, parked::add, NOON);
  }

  private static LastRun ranAt(Instant at) {
    return new LastRun(at, at, at, 0, null);
  }
}
