/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {

  private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));

  @Tag("fault-10")
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "120 | none | PT2M",
        " 0 | none | PT0S",
        "36000 | none | PT10H",
        "none | none | PT0S",
        "-5 | none | PT0S",
        "1.5 | none | PT0S",
        "soon | none | PT0S",
        "'' | none | PT0S",
        "99999999999999999999 | none | PT8760H",
        "9999999999 | none | PT8760H",
        "Sun, 01 Mar 2026 12:00:30 GMT | none | PT30S",
        "Sun, 01 Mar 2026 11:00:00 GMT | none | PT0S",
        "Sun, 01 Mar 2026 12:00:30 GMT | Sun, 01 Mar 2026 11:50:30 GMT | PT10M",
        "Sun, 01 Mar 2026 11:50:30 GMT | Sun, 01 Mar 2026 11:50:00 GMT | PT30S",
        "Sun, 01 Mar 2026 12:00:30 GMT | yesterday | PT30S",
        "Sun, 32 Mar 2026 12:00:30 GMT | none | PT0S"
      })
  void theWaitIsWhatTheServerMeant(String header, String serverDate, Duration expected) {
    assertThat(RetryAfter.parse(header, serverDate, clock)).isEqualTo(expected);
  }
}
