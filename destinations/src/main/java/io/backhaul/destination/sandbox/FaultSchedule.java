/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Where a script stands: which of its faults the next write request meets. Thread-safe. */
final class FaultSchedule {

  private static final String BUSY = "{\"code\":\"BUSY\",\"message\":\"come again later\"}";

  private final SandboxScript script;
  private final Clock clock;
  private final int[] met;
  private final Instant[] since;
  private int requests;

  FaultSchedule(SandboxScript script, Clock clock) {
    this.script = script;
    this.clock = clock;
    this.met = new int[script.faults().size()];
    this.since = new Instant[script.faults().size()];
  }

  SandboxScript script() {
    return script;
  }

  /** What one write request meets, and how long its fault still lasts. */
  record Met(Fault.Kind kind, Duration left) {}

  /** Counts a write request; {@code null} where nothing goes wrong with it. */
  synchronized Met next() {
    requests++;
    Instant now = clock.instant();
    for (int i = 0; i < met.length; i++) {
      Fault fault = script.faults().get(i);
      if (requests <= fault.after()) {
        continue;
      }
      if (fault.times() > 0) {
        if (met[i] < fault.times()) {
          met[i]++;
          return new Met(fault.kind(), Duration.ofSeconds(1));
        }
        continue;
      }
      if (since[i] == null) {
        since[i] = now;
      }
      Duration left = Duration.between(now, since[i].plus(fault.lasting()));
      if (!left.isNegative() && !left.isZero()) {
        return new Met(fault.kind(), left);
      }
    }
    return null;
  }

  /** The fate of a request that meets {@code met}. */
  Fate fate(Met met) {
    Fate fate = met == null ? Fate.OK : fate(met.kind(), met.left());
    return fate.after(script.latency());
  }

  private static Fate fate(Fault.Kind kind, Duration left) {
    return switch (kind) {
      case THROTTLE -> Fate.answer(429, retryAfter(left), BUSY);
      case THROTTLE_SILENTLY -> Fate.answer(429, Map.of(), BUSY);
      case UNAVAILABLE -> Fate.answer(503, retryAfter(left), BUSY);
      case SERVER_ERROR -> Fate.answer(500, Map.of(), BUSY);
      case PARTIAL -> Fate.OK;
      case HANG -> new Fate(false, null, Manner.HANG, Duration.ZERO);
      case RESET_BEFORE_APPLY -> Fate.resetBeforeApply();
      case RESET_AFTER_APPLY -> Fate.applyThenReset();
      case TRUNCATED_BODY -> Fate.applied(Manner.TRUNCATED);
      case UNAUTHORIZED ->
          Fate.answer(
              401, Map.of(), "{\"code\":\"UNAUTHORIZED\",\"message\":\"the token is not known\"}");
      case SLOW_DRIP -> Fate.applied(Manner.DRIP);
    };
  }

  /** Whole seconds, rounded up: who comes back then finds the fault gone. */
  private static Map<String, String> retryAfter(Duration left) {
    long seconds = left.plusSeconds(1).minusNanos(1).toSeconds();
    return Map.of("Retry-After", Long.toString(Math.max(1, seconds)));
  }
}
