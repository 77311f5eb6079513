/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

import io.backhaul.jobs.fleet.FleetSync;
import io.backhaul.jobs.fleet.LastRun;
import io.backhaul.jobs.spec.CronTimes;
import io.backhaul.jobs.spec.OnParentFailure;
import io.backhaul.jobs.spec.Priority;
import io.backhaul.jobs.spec.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Made-up tenants: of each one's syncs a fifth runs every five minutes with high priority, a fifth
 * every night of its own time zone with low priority, the others each hour, some of them after
 * another or when their source has changed.
 */
final class Population {

  private static final List<String> ZONES =
      List.of("Europe/Berlin", "America/New_York", "Asia/Tokyo", "America/Los_Angeles", "UTC");

  private Population() {}

  static List<SimulatedSync> of(SimulationOptions options, Instant start) {
    Draws draws = new Draws(options.seed());
    List<SimulatedSync> syncs = new ArrayList<>();
    for (int tenant = 0; tenant < options.tenants(); tenant++) {
      for (int i = 0; i < options.syncs(); i++) {
        syncs.add(sync(syncs.size(), tenant, i, options.syncs(), draws, start));
      }
    }
    return syncs;
  }

  /** Each has a run behind it, as on a day like any other. */
  static Map<String, LastRun> lastRuns(List<SimulatedSync> syncs) {
    Map<String, LastRun> runs = new HashMap<>();
    for (SimulatedSync sync : syncs) {
      Instant at = Instant.ofEpochMilli(sync.deliveredUpTo);
      runs.put(sync.sync.id(), new LastRun(at, at, at, 0, "0"));
    }
    return runs;
  }

  private static SimulatedSync sync(
      int number, int tenant, int i, int syncs, Draws draws, Instant start) {
    Vendor vendor = Vendor.of(i, syncs);
    Priority priority =
        switch (i % 5) {
          case 0 -> Priority.HIGH;
          case 4 -> Priority.LOW;
          default -> Priority.NORMAL;
        };
    FleetSync sync =
        new FleetSync(
            name("tenant", tenant),
            name("sync", i),
            vendor.account(),
            priority,
            schedule(i, tenant));
    double rowsPerSecond =
        switch (priority) {
          case HIGH -> 0.4;
          case NORMAL -> 0.2;
          case LOW -> 0.1;
        };
    return new SimulatedSync(
        number,
        tenant,
        sync,
        vendor,
        rowsPerSecond * (0.5 + draws.even(1, number)),
        4_000 + 4_000 * draws.even(2, number),
        start.minus(lastRun(sync.schedule(), draws.even(3, number))));
  }

  private static Schedule schedule(int i, int tenant) {
    if (i % 5 == 0) {
      return new Schedule.Every(Duration.ofMinutes(5));
    }
    if (i % 5 == 4) {
      ZoneId zone = ZoneId.of(ZONES.get(tenant % ZONES.size()));
      return new Schedule.Cron(CronTimes.of("%d 2 * * *".formatted(tenant * 7 % 60), zone));
    }
    if (i % 10 == 2) {
      return new Schedule.After(List.of(name("sync", i - 1)), OnParentFailure.STOP);
    }
    return i % 10 == 3 ? new Schedule.OnChange() : new Schedule.Every(Duration.ofHours(1));
  }

  private static Duration lastRun(Schedule schedule, double share) {
    Duration period = Duration.ofHours(1);
    if (schedule instanceof Schedule.Every every) {
      period = every.period();
    } else if (schedule instanceof Schedule.Cron) {
      period = Duration.ofHours(1); // last night's has just been
    }
    return Duration.ofMillis(1 + Math.round(period.toMillis() * share));
  }

  private static String name(String what, int number) {
    return String.format(Locale.ROOT, "%s-%03d", what, number);
  }
}
