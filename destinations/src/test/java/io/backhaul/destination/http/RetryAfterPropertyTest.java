/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.LongRange;

/** Whatever a server says, the wait is one: not negative, not for ever, and never a failure. */
class RetryAfterPropertyTest {

  private static final Duration LONGEST = Duration.ofDays(365);
  private static final long YEAR_2000 = 946_684_800L;
  private static final long YEAR_2100 = 4_102_444_800L;

  private static SettableClock at(long second) {
    return new SettableClock(Instant.ofEpochSecond(second));
  }

  private static String date(long second) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(
        Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC));
  }

  private static Duration bounded(long seconds) {
    return Duration.ofSeconds(Math.max(0, Math.min(seconds, LONGEST.toSeconds())));
  }

  @Tag("fault-10")
  @Property(tries = 5000)
  void anyTwoHeadersGiveAWaitBetweenNoneAndAYear(
      @ForAll("headers") String retryAfter,
      @ForAll("headers") String serverDate,
      @ForAll @LongRange(min = YEAR_2000, max = YEAR_2100) long now) {
    Duration wait = RetryAfter.parse(retryAfter, serverDate, at(now));

    assertThat(wait).isBetween(Duration.ZERO, LONGEST);
  }

  @Tag("fault-10")
  @Property
  void secondsAreTakenAtTheirWordWhateverTheClocksSay(
      @ForAll @LongRange(min = 0) long seconds,
      @ForAll("headers") String serverDate,
      @ForAll @LongRange(min = YEAR_2000, max = YEAR_2100) long now) {
    assertThat(RetryAfter.parse(" " + seconds + " ", serverDate, at(now)))
        .isEqualTo(bounded(seconds));
  }

  @Tag("fault-10")
  @Property
  void aDateIsReadByTheServersClockHoweverFarOursIsOff(
      @ForAll @LongRange(min = YEAR_2000, max = YEAR_2100) long serverNow,
      @ForAll @LongRange(min = -100_000, max = 100_000_000) long wait,
      @ForAll @LongRange(min = YEAR_2000, max = YEAR_2100) long ourNow) {
    String until = date(serverNow + wait);

    assertThat(RetryAfter.parse(until, date(serverNow), at(ourNow))).isEqualTo(bounded(wait));
    assertThat(RetryAfter.parse(until, null, at(serverNow))).isEqualTo(bounded(wait));
  }

  /** Missing, seconds, dates, dates with one character changed, and anything at all. */
  @Provide
  Arbitrary<String> headers() {
    Arbitrary<String> dates =
        Arbitraries.longs().between(-60_000_000_000L, 250_000_000_000L).map(s -> date(s));
    Arbitrary<String> almost =
        Combinators.combine(dates, Arbitraries.integers().between(0, 27), Arbitraries.chars())
            .as((date, at, c) -> date.substring(0, at) + c + date.substring(at + 1));
    Arbitrary<String> numbers = Arbitraries.strings().withChars("0123456789-+.e ").ofMaxLength(30);
    return Arbitraries.oneOf(dates, almost, numbers, Arbitraries.strings().ofMaxLength(40))
        .injectNull(0.1);
  }
}
