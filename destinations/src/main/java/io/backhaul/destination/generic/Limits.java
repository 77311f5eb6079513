/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.Quota;
import io.backhaul.destination.http.RetryAfter;
import java.time.Clock;
import java.time.Duration;

/**
 * How a vendor says what is left of our allowance.
 *
 * @param remaining header with the number of requests left, or {@code null}
 * @param reset header with the time of its renewal, or {@code null}
 * @param pause how long to wait when we are throttled and nobody says for how long
 */
record Limits(String remaining, String reset, Duration pause) {

  static Limits read(JsonNode keys) {
    return new Limits(
        keys.path("remaining").asText(null),
        keys.path("reset").asText(null),
        Duration.ofMillis(keys.path("pause").asLong(0)));
  }

  /** What an answer that succeeded asks for. */
  RateHint hint(HttpAnswer answer, Clock clock) {
    return remaining == null || reset == null
        ? RateHint.NONE
        : Quota.spent(answer, remaining, reset, clock);
  }

  /** How long to wait after a failure that may pass. */
  Duration pause(HttpAnswer answer, boolean throttled, Clock clock) {
    Duration asked = RetryAfter.of(answer, clock);
    if (!asked.isZero() || !throttled) {
      return asked;
    }
    Duration renewed = reset == null ? Duration.ZERO : Quota.until(answer, reset, clock);
    return renewed.isZero() ? pause : renewed;
  }
}
