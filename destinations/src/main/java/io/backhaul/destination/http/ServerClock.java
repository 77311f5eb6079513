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

/** Compares a server's clock with ours. */
public final class ServerClock {

  private ServerClock() {}

  /**
   * How far the server's clock is ahead of ours by the {@code Date} of its answer; zero where it
   * sends none that can be read.
   */
  public static Duration ahead(HttpAnswer answer, Clock clock) {
    String date = answer.header("Date").orElse("");
    try {
      Instant theirs = DateTimeFormatter.RFC_1123_DATE_TIME.parse(date.strip(), Instant::from);
      return Duration.between(clock.instant(), theirs);
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }
}
