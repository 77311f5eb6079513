/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * The times that a cron expression of five fields names in a zone. A time that the zone's clocks
 * skip in spring comes when they go on; one that they show twice in autumn comes once, unless the
 * expression names every hour. Immutable.
 */
public final class CronTimes {

  private final String expression;
  private final ZoneId zone;
  private final ExecutionTime times;

  private CronTimes(String expression, ZoneId zone, ExecutionTime times) {
    this.expression = expression;
    this.zone = zone;
    this.times = times;
  }

  /**
   * The times of an expression: minute, hour, day of month, month, day of week.
   *
   * @throws IllegalArgumentException if it is not such an expression
   */
  public static CronTimes of(String expression, ZoneId zone) {
    CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    return new CronTimes(expression, zone, ExecutionTime.forCron(parser.parse(expression)));
  }

  /** The first time after {@code instant}; empty if there is none, as of 31 February. */
  public Optional<Instant> after(Instant instant) {
    ZonedDateTime there = instant.atZone(zone);
    Optional<Instant> shown = times.nextExecution(there).map(ZonedDateTime::toInstant);
    // The library passes over a day whose clocks skip the time; as if the clocks were never
    // changed, it does not.
    Optional<Instant> unchanged =
        times
            .nextExecution(there.toLocalDateTime().atZone(ZoneOffset.UTC))
            .map(time -> time.toLocalDateTime().atZone(zone).toInstant())
            .filter(time -> time.isAfter(instant));
    return shown.isPresent() && unchanged.isPresent()
        ? Optional.of(shown.get().isBefore(unchanged.get()) ? shown.get() : unchanged.get())
        : shown.or(() -> unchanged);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CronTimes cron
        && cron.expression.equals(expression)
        && cron.zone.equals(zone);
  }

  @Override
  public int hashCode() {
    return expression.hashCode() * 31 + zone.hashCode();
  }

  /** The expression and the zone. */
  @Override
  public String toString() {
    return expression + " " + zone;
  }
}
