/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import io.backhaul.destination.RateHint;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/** Reads the headers by which vendors say how much of an allowance is left. */
public final class Quota {

  /** A reset further away than this is a date in other units, or nonsense. */
  private static final long LONGEST_SECONDS = Duration.ofDays(2).toSeconds();

  private Quota() {}

  /**
   * A pause until the allowance is full again, if the answer says that nothing is left of it.
   *
   * @param remaining header with the number of requests left, for example {@code
   *     X-RateLimit-Remaining}
   * @param reset header with the time of its renewal: seconds since 1970 (UTC), or seconds from now
   */
  public static RateHint spent(HttpAnswer answer, String remaining, String reset, Clock clock) {
    OptionalLong left = number(answer, remaining);
    return left.isPresent() && left.getAsLong() <= 0
        ? new RateHint(until(answer, reset, clock))
        : RateHint.NONE;
  }

  /**
   * How long until the time that {@code reset} names; zero if it is past, missing or unreadable.
   */
  public static Duration until(HttpAnswer answer, String reset, Clock clock) {
    OptionalLong at = number(answer, reset);
    if (at.isEmpty() || at.getAsLong() <= 0) {
      return Duration.ZERO;
    }
    Instant now = clock.instant();
    long seconds =
        at.getAsLong() > LONGEST_SECONDS ? at.getAsLong() - now.getEpochSecond() : at.getAsLong();
    return seconds <= 0 || seconds > LONGEST_SECONDS ? Duration.ZERO : Duration.ofSeconds(seconds);
  }

  private static OptionalLong number(HttpAnswer answer, String header) {
    String text = answer.header(header).orElse("").strip();
    return text.matches("-?[0-9]{1,15}")
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }
}
