/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.hubspot;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.RetryAfter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * HubSpot's limits in its headers and in the bodies of its refusals (developers.hubspot.com, "API
 * usage guidelines"): a window of ten seconds, one of a second, and a day that ends at midnight in
 * the account's time zone, which no answer tells; UTC stands in for it.
 */
final class HubSpotLimits {

  private static final String PREFIX = "X-HubSpot-RateLimit-";
  private static final Duration WINDOW = Duration.ofSeconds(10);

  private HubSpotLimits() {}

  /** A pause until the limit of which nothing is left is renewed. */
  static RateHint hint(HttpAnswer answer, Clock clock) {
    if (spent(answer, "Daily-Remaining")) {
      return new RateHint(untilMidnight(clock));
    }
    if (spent(answer, "Remaining")) {
      return new RateHint(window(answer));
    }
    return spent(answer, "Secondly-Remaining")
        ? new RateHint(Duration.ofSeconds(1))
        : RateHint.NONE;
  }

  private static boolean spent(HttpAnswer answer, String header) {
    return answer.header(PREFIX + header).map(String::strip).filter("0"::equals).isPresent();
  }

  private static Duration window(HttpAnswer answer) {
    String millis = answer.header(PREFIX + "Interval-Milliseconds").orElse("").strip();
    return millis.matches("[0-9]{1,6}") ? Duration.ofMillis(Long.parseLong(millis)) : WINDOW;
  }

  /** How long to wait after a refusal: what {@code Retry-After} says, else what its limit means. */
  static Duration pause(HttpAnswer answer, JsonNode error, Clock clock) {
    Duration asked = RetryAfter.of(answer, clock);
    if (!asked.isZero()) {
      return asked;
    }
    return switch (answer.status()) {
      case 423 -> Duration.ofSeconds(2);
      case 429 -> limit(answer, error, clock);
      default -> Duration.ZERO;
    };
  }

  private static Duration limit(HttpAnswer answer, JsonNode error, Clock clock) {
    String policy =
        (error.path("policyName").asText("") + " " + error.path("message").asText(""))
            .toUpperCase(Locale.ROOT);
    if (policy.contains("DAILY") || spent(answer, "Daily-Remaining")) {
      return untilMidnight(clock);
    }
    boolean secondly = policy.contains("SECONDLY") && !policy.contains("TEN");
    return secondly ? Duration.ofSeconds(1) : window(answer);
  }

  private static Duration untilMidnight(Clock clock) {
    Instant now = clock.instant();
    Instant midnight =
        now.atOffset(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS).plusDays(1).toInstant();
    return Duration.between(now, midnight);
  }
}
