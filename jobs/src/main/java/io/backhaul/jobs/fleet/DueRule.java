/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import io.backhaul.jobs.spec.OnParentFailure;
import io.backhaul.jobs.spec.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * When a sync is due, from its schedule and the last runs alone, so that every process comes to the
 * same answer. Times that were missed are made up for by one run.
 */
public final class DueRule {

  private DueRule() {}

  /**
   * When the sync is due next, or has been since.
   *
   * @param last its own last run
   * @param parents last runs by name, of syncs of the same tenant
   * @param source version of the source now, {@code null} where it has none or nobody looked
   * @param now when a sync with times of its own is due that never ran
   * @return empty if no time is known: it waits for another sync, a change or a person
   */
  public static Optional<Instant> dueAt(
      FleetSync sync, LastRun last, Function<String, LastRun> parents, String source, Instant now) {
    Schedule schedule = sync.schedule();
    if (schedule instanceof Schedule.Every every) {
      return Optional.of(last.never() ? now : slot(sync, every.period(), last.startedAt()));
    }
    if (schedule instanceof Schedule.Cron cron) {
      return last.never() ? Optional.of(now) : cron.times().after(last.startedAt());
    }
    if (schedule instanceof Schedule.After after) {
      return after(after, last, parents);
    }
    boolean changed =
        schedule instanceof Schedule.OnChange
            && source != null
            && !source.equals(last.sourceVersion());
    return changed ? Optional.of(now) : Optional.empty();
  }

  /**
   * The first time after {@code instant} that is the sync's own in its period. Syncs have different
   * ones, so that all those of five minutes do not start at once.
   */
  private static Instant slot(FleetSync sync, Duration period, Instant instant) {
    long length = period.toMillis();
    // Strings hash to the same in every process; the factor spreads names that differ little.
    long own = Math.floorMod((sync.id().hashCode() * 0x9E3779B97F4A7C15L) >>> 16, length);
    long since = Math.floorDiv(instant.toEpochMilli() - own, length);
    return Instant.ofEpochMilli((since + 1) * length + own);
  }

  private static Optional<Instant> after(
      Schedule.After after, LastRun last, Function<String, LastRun> parents) {
    Instant latest = Instant.MIN;
    for (String name : after.parents()) {
      LastRun parent = parents.apply(name);
      Instant ended =
          after.onParentFailure() == OnParentFailure.GO_ON
              ? parent.endedAt()
              : parent.succeededAt();
      if (ended == null || !ended.isAfter(last.startedAt())) {
        return Optional.empty();
      }
      latest = ended.isAfter(latest) ? ended : latest;
    }
    return Optional.of(latest);
  }
}
