/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * How many calls an account may take in one of its days.
 *
 * @param most calls a day, all syncs together
 * @param zone whose midnight begins the account's day
 */
public record DailyCalls(long most, ZoneId zone) {

  /** Keys of the section {@code rate} of any destination. */
  public static final List<Key> KEYS =
      List.of(
          Key.optional(
              "calls_per_day",
              new Shape.Whole(1, 1_000_000_000_000L),
              "Most calls a day, all runs and syncs together; left out, any number."),
          Key.optional(
              "day_zone",
              new Shape.Pattern("[A-Za-z0-9_+/-]+", "a time zone such as America/Chicago"),
              "The time zone whose midnight begins a day of calls_per_day; UTC if left out."));

  /**
   * What checked properties of a destination say; empty if they bound nothing.
   *
   * @throws IllegalArgumentException if there is no such zone
   */
  public static Optional<DailyCalls> read(ObjectNode properties) {
    JsonNode rate = properties.path("rate");
    String zone = rate.path("day_zone").asText("UTC");
    try {
      ZoneId of = ZoneId.of(zone);
      return rate.has("calls_per_day")
          ? Optional.of(new DailyCalls(rate.get("calls_per_day").longValue(), of))
          : Optional.empty();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          zone + " is no time zone; say it as Europe/Berlin or UTC", e);
    }
  }

  /** The account's day at an instant. */
  public LocalDate dayAt(Instant instant) {
    return LocalDate.ofInstant(instant, zone);
  }
}
