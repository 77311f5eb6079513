/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import io.backhaul.destination.send.CircuitReport;
import io.backhaul.jobs.spec.CronTimes;
import io.backhaul.jobs.spec.OnParentFailure;
import io.backhaul.jobs.spec.Priority;
import io.backhaul.jobs.spec.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Syncs and jobs for one line each. */
final class FleetSyncs {

  static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

  private FleetSyncs() {}

  /**
   * A sync of every five minutes.
   *
   * @param path {@code tenant/destination/name}
   */
  static FleetSync sync(String path, Priority priority) {
    return sync(path, priority, new Schedule.Every(Duration.ofMinutes(5)));
  }

  static FleetSync sync(String path, Priority priority, Schedule schedule) {
    String[] names = path.split("/");
    return new FleetSync(names[0], names[2], names[1], priority, schedule);
  }

  static Schedule cron(String expression, String zone) {
    return new Schedule.Cron(CronTimes.of(expression, ZoneId.of(zone)));
  }

  static Schedule after(OnParentFailure onParentFailure, String... parents) {
    return new Schedule.After(List.of(parents), onParentFailure);
  }

  /** Due so many minutes after noon. */
  static Job job(String path, Priority priority, int minute) {
    return new Job(sync(path, priority), at(minute));
  }

  static Instant at(int minute) {
    return NOON.plus(Duration.ofMinutes(minute));
  }

  static CircuitReport open(int opens, int untilMinute) {
    return new CircuitReport("open", NOON, at(untilMinute), opens, "HTTP_503");
  }

  /** Ids of up to so many jobs, as the line gives them. */
  static List<String> take(Line line, int most, Instant now) {
    List<String> taken = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      Optional<Job> job = line.take(now);
      if (job.isEmpty()) {
        break;
      }
      taken.add(job.get().sync().id());
    }
    return taken;
  }
}
