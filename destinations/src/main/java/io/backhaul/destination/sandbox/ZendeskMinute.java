/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * Zendesk's limit of requests a minute, told in both of the families of headers that it sends.
 * Thread-safe.
 */
final class ZendeskMinute {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final int limit;
  private Instant end = Instant.MIN;
  private int left;

  ZendeskMinute(int limit) {
    this.limit = limit;
  }

  /** Takes one of the minute's requests; false if none is left. */
  synchronized boolean take(Instant now) {
    if (!now.isBefore(end)) {
      end = now.plus(MINUTE);
      left = limit;
    }
    if (left == 0) {
      return false;
    }
    left--;
    return true;
  }

  /** The answer to a request too many. */
  synchronized WireReply spent(Instant now) {
    return told(
        WireReply.of(
            429,
            Map.of("Retry-After", Long.toString(resets(now))),
            "Number of allowed API requests per minute exceeded"),
        now);
  }

  /** The same answer with what is left of the minute. */
  synchronized WireReply told(WireReply reply, Instant now) {
    Map<String, String> headers = new TreeMap<>(reply.headers());
    headers.put("X-Rate-Limit", Integer.toString(limit));
    headers.put("X-Rate-Limit-Remaining", Integer.toString(left));
    headers.put("ratelimit-limit", Integer.toString(limit));
    headers.put("ratelimit-remaining", Integer.toString(left));
    headers.put("ratelimit-reset", Long.toString(resets(now)));
    return new WireReply(reply.status(), headers, reply.body(), reply.manner(), reply.delay());
  }

  /** In seconds, rounded up. */
  private long resets(Instant now) {
    return Math.max(1, Duration.between(now, end).plusMillis(999).toSeconds());
  }
}
