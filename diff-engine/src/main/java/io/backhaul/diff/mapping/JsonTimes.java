/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import java.time.LocalDate;

/** Days and moments in the texts of ISO 8601. */
final class JsonTimes {

  private static final long MICROS_A_SECOND = 1_000_000L;
  private static final long MICROS_A_DAY = 86_400L * MICROS_A_SECOND;
  private static final int LAST_YEAR_OF_FOUR_DIGITS = 9999;

  private JsonTimes() {}

  /** Appends a date; years outside 0 to 9999 carry a sign. */
  static JsonText date(JsonText out, long epochDay) {
    LocalDate date = LocalDate.ofEpochDay(epochDay);
    if (date.getYear() < 0 || date.getYear() > LAST_YEAR_OF_FOUR_DIGITS) {
      return out.raw(date.toString());
    }
    return out.digits(date.getYear(), 4)
        .raw('-')
        .digits(date.getMonthValue(), 2)
        .raw('-')
        .digits(date.getDayOfMonth(), 2);
  }

  /** Appends date and time; always six digits of a second, so that texts sort as the times do. */
  static JsonText timestamp(JsonText out, long epochMicros) {
    long ofDay = Math.floorMod(epochMicros, MICROS_A_DAY);
    long seconds = ofDay / MICROS_A_SECOND;
    return date(out, Math.floorDiv(epochMicros, MICROS_A_DAY))
        .raw('T')
        .digits(seconds / 3600, 2)
        .raw(':')
        .digits(seconds / 60 % 60, 2)
        .raw(':')
        .digits(seconds % 60, 2)
        .raw('.')
        .digits(ofDay % MICROS_A_SECOND, 6);
  }
}
