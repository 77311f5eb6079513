/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;

/** Reads {@code Retry-After} (RFC 9110, 10.2.3): seconds, or a date. */
public final class RetryAfter {

  /** Longer waits are cut to this: nobody waits a year, and arithmetic stays far from overflow. */
  private static final Duration LONGEST = Duration.ofDays(365);

  private RetryAfter() {}

  /**
   * How long the destination asks us to wait. A date is compared with the server's own {@code Date}
   * header where there is one, so that a difference between the two clocks does not matter.
   *
   * @param header value of {@code Retry-After}, or {@code null}
   * @param serverDate value of {@code Date} of the same answer, or {@code null}
   * @return zero for a missing, past or unreadable value
   */
  public static Duration parse(String header, String serverDate, Clock clock) {
    if (header == null) {
      return Duration.ZERO;
    }
    String value = header.strip();
    if (!value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      // Ten digits are three centuries, and always fit.
      return value.length() > 10 ? LONGEST : bounded(Duration.ofSeconds(Long.parseLong(value)));
    }
    Instant until = date(value);
    if (until == null) {
      return Duration.ZERO;
    }
    Instant now = serverDate == null ? null : date(serverDate.strip());
    return bounded(Duration.between(now == null ? clock.instant() : now, until));
  }

  /** What an answer's headers ask for. */
  public static Duration of(HttpAnswer answer, Clock clock) {
    return parse(
        answer.header("Retry-After").orElse(null), answer.header("Date").orElse(null), clock);
  }

  private static Duration bounded(Duration pause) {
    if (pause.isNegative()) {
      return Duration.ZERO;
    }
    return pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
  }

  /** A date as HTTP writes it, or {@code null}. */
  static Instant date(String text) {
    try {
      return DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
