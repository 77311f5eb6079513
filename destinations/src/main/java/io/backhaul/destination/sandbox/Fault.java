/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A fault that write requests meet, for a number of requests or for a while.
 *
 * @param kind what goes wrong
 * @param after how many write requests pass first, counted from when the script was set
 * @param times how many requests meet it; 0 where {@code lasting} bounds it
 * @param lasting how long it lasts from the first request that meets it; zero where {@code times}
 *     bounds it
 */
public record Fault(Kind kind, int after, int times, Duration lasting) {

  /** What goes wrong. */
  public enum Kind {
    /** 429 with {@code Retry-After}. */
    THROTTLE,
    /** 429 that says nothing of when to come back. */
    THROTTLE_SILENTLY,
    /** 503 with {@code Retry-After}. */
    UNAVAILABLE,
    /** 500, nothing applied. */
    SERVER_ERROR,
    /** Every second record is put off; the others are applied. */
    PARTIAL,
    /** Nothing applied, no answer until the server ends. */
    HANG,
    /** Connection reset, nothing applied. */
    RESET_BEFORE_APPLY,
    /** Connection reset, all applied. */
    RESET_AFTER_APPLY,
    /** All applied, half of the answer sent. */
    TRUNCATED_BODY,
    /** 401, nothing applied. */
    UNAUTHORIZED,
    /** All applied, answered a byte at a time. */
    SLOW_DRIP;

    /** The lower-case name used in scripts. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Kind ofWireName(String name) {
      return Arrays.stream(values())
          .filter(kind -> kind.wireName().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "no fault is called '"
                          + name
                          + "'; there are "
                          + Arrays.stream(values())
                              .map(Kind::wireName)
                              .collect(Collectors.joining(", "))));
    }
  }

  public Fault {
    Objects.requireNonNull(kind, "kind");
    if (after < 0 || times < 0 || lasting.isNegative() || (times == 0) == lasting.isZero()) {
      throw new IllegalArgumentException("a fault is met some times or for a while, not both");
    }
  }

  /** The next {@code times} write requests meet it. */
  public static Fault times(Kind kind, int times) {
    return new Fault(kind, 0, times, Duration.ZERO);
  }

  /** All write requests meet it for {@code lasting}, from the first that does. */
  public static Fault lasting(Kind kind, Duration lasting) {
    return new Fault(kind, 0, 0, lasting);
  }

  /** The same, once {@code requests} write requests have passed. */
  public Fault startingAfter(int requests) {
    return new Fault(kind, requests, times, lasting);
  }
}
