/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * How many requests a vendor takes in a span of time, told by {@code X-RateLimit-Limit}, {@code
 * -Remaining} and {@code -Reset} (seconds since 1970) in every answer. Thread-safe.
 */
final class RateWindow {

  private final int limit;
  private final Duration span;
  private final String spent;
  private Instant end = Instant.MIN;
  private int left;

  /**
   * A window that is open.
   *
   * @param spent body of the 429 that answers a request too many
   */
  RateWindow(int limit, Duration span, String spent) {
    this.limit = limit;
    this.span = span;
    this.spent = spent;
  }

  /**
   * Answers a request if there is room for it. A throttle of the script's is told in the vendor's
   * words as well; one that is silent stays so.
   */
  WireReply pass(Instant now, Supplier<WireReply> answer) {
    int remaining = take(now);
    if (remaining < 0) {
      return told(WireReply.of(429, spent), 0, end());
    }
    WireReply reply = answer.get();
    if (reply.status() != 429) {
      return told(reply, remaining, end());
    }
    WireReply worded = new WireReply(429, Map.of(), spent, reply.manner(), reply.delay());
    return Optional.ofNullable(reply.headers().get("Retry-After"))
        .map(seconds -> told(worded, 0, now.plusSeconds(Long.parseLong(seconds))))
        .orElse(worded);
  }

  private synchronized int take(Instant now) {
    if (!now.isBefore(end)) {
      end = now.plus(span);
      left = limit;
    }
    return left == 0 ? -1 : --left;
  }

  private synchronized Instant end() {
    return end;
  }

  private WireReply told(WireReply reply, int remaining, Instant reset) {
    Map<String, String> headers = new TreeMap<>(reply.headers());
    headers.put("X-RateLimit-Limit", Integer.toString(limit));
    headers.put("X-RateLimit-Remaining", Integer.toString(remaining));
    // Rounded up: who comes back at that second finds the window open.
    headers.put("X-RateLimit-Reset", Long.toString(reset.plusMillis(999).getEpochSecond()));
    return new WireReply(reply.status(), headers, reply.body(), reply.manner(), reply.delay());
  }
}
