/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import io.backhaul.diff.source.SourceSpec;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads {@code schedule} of a sync file. */
final class ScheduleReader {

  static final Shape.Obj SHAPE =
      Shape.obj(
          Key.optional("every", new Shape.Span(), "Once in each such period, one minute or more."),
          Key.optional(
              "cron",
              new Shape.Pattern("[^\\s]+( +[^\\s]+){4}", "five fields such as 0 2 * * *"),
              "Minute, hour, day of month, month and day of week."),
          Key.optional(
              "zone",
              new Shape.Pattern("[A-Za-z0-9_+/-]+", "a time zone such as Europe/Berlin"),
              "Whose clocks cron goes by; left out, UTC."),
          Key.optional(
              "after",
              new Shape.ListOf(
                  new Shape.Pattern(FileShapes.NAME, "the name of a sync (a-z, 0-9, _ and -)")),
              "When each of these syncs of the tenant has ended a run."),
          Key.optional(
              "on_parent_failure",
              Shape.choice("stop", "go_on"),
              "With after: whether a parent's failed run holds this one back; left out, stop."),
          Key.optional(
              "on_change",
              new Shape.Flag(),
              "When the source has another version than at the last run: a Delta table or an"
                  + " Iceberg one."));

  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final List<String> KINDS = List.of("every", "cron", "after", "on_change");

  private final Checks checks;
  private final List<String> syncs;
  private final String name;

  /**
   * @param syncs names of all syncs of the tenant
   * @param name of this one
   */
  ScheduleReader(Checks checks, List<String> syncs, String name) {
    this.checks = checks;
    this.syncs = syncs;
    this.name = name;
  }

  /** When the sync is due; what is wrong went to the checks. */
  Schedule read(JsonNode schedule, Optional<SourceSpec> source) {
    if (schedule == null) {
      return new Schedule.Manual();
    }
    if (!hasOneKind()) {
      return new Schedule.Manual();
    }
    goesWith("zone", "cron");
    goesWith("on_parent_failure", "after");
    if (schedule.has("every")) {
      return every(Duration.ofMillis(schedule.get("every").longValue()));
    }
    if (schedule.has("cron")) {
      return cron(schedule.get("cron").textValue(), schedule.path("zone").asText("UTC"));
    }
    if (schedule.has("after")) {
      return after(schedule);
    }
    return schedule.path("on_change").asBoolean() ? onChange(source) : new Schedule.Manual();
  }

  private boolean hasOneKind() {
    List<String> kinds = new ArrayList<>(KINDS);
    kinds.removeIf(kind -> !checks.marks().has("schedule." + kind));
    if (kinds.isEmpty() && !checks.hasProblem("schedule")) {
      checks.problem("schedule", "needs one of " + String.join(", ", KINDS));
    }
    if (kinds.size() > 1) {
      checks.problem(
          "schedule." + kinds.get(1),
          kinds.get(0) + " and " + kinds.get(1) + " exclude each other; keep one");
    }
    return kinds.size() == 1;
  }

  private void goesWith(String key, String other) {
    if (checks.marks().has("schedule." + key) && !checks.marks().has("schedule." + other)) {
      checks.problem("schedule." + key, "goes with " + other + " only; leave it out");
    }
  }

  private Schedule every(Duration period) {
    if (period.compareTo(SHORTEST) < 0) {
      checks.problem("schedule.every", "is too short; 1m is the least");
    }
    return new Schedule.Every(period);
  }

  private Schedule cron(String expression, String zone) {
    ZoneId there = ZoneId.of("UTC");
    try {
      there = ZoneId.of(zone);
    } catch (DateTimeException e) {
      checks.problem(
          "schedule.zone",
          "is no time zone; write one such as Europe/Berlin or UTC",
          zone,
          ZoneId.getAvailableZoneIds());
    }
    try {
      return new Schedule.Cron(CronTimes.of(expression, there));
    } catch (IllegalArgumentException e) {
      checks.problem(
          "schedule.cron",
          "is not minute (0-59), hour (0-23), day of month (1-31), month (1-12) and day of week"
              + " (0-7, 0 and 7 are Sunday); write for example \"0 2 * * *\" for two o'clock each"
              + " night");
      return new Schedule.Manual();
    }
  }

  private Schedule after(JsonNode schedule) {
    List<String> parents = new ArrayList<>();
    int at = 0;
    for (JsonNode parent : schedule.get("after")) {
      String place = "schedule.after[" + at++ + "]";
      String asked = parent.textValue();
      if (asked.equals(name)) {
        checks.problem(place, "is this sync itself; name others");
      } else if (!syncs.contains(asked)) {
        checks.problem(place, "the tenant has no sync " + asked, asked, syncs);
      } else if (parents.contains(asked)) {
        checks.problem(place, "stands there twice; leave it out");
      }
      parents.add(asked);
    }
    if (parents.isEmpty() && !checks.hasProblem("schedule.after")) {
      checks.problem("schedule.after", "names no sync; name at least one");
    }
    String failure = schedule.path("on_parent_failure").asText("stop");
    return new Schedule.After(parents, OnParentFailure.valueOf(failure.toUpperCase(Locale.ROOT)));
  }

  private Schedule onChange(Optional<SourceSpec> source) {
    if (source.isPresent() && !hasVersions(source.get())) {
      checks.problem(
          "schedule.on_change",
          "needs a source that has versions: type delta, or spark with iceberg; write every: or"
              + " cron: for others");
    }
    return new Schedule.OnChange();
  }

  private static boolean hasVersions(SourceSpec source) {
    return source instanceof SourceSpec.Delta
        || (source instanceof SourceSpec.Spark spark && spark.format().equals("iceberg"));
  }
}
