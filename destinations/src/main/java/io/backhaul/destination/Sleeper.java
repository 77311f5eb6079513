/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import java.time.Duration;

/** Waits; passed in wherever something waits, so that tests wait in no time. */
@FunctionalInterface
public interface Sleeper {

  /** Waits on the thread it is called on. */
  Sleeper SYSTEM =
      duration -> {
        if (!duration.isNegative() && !duration.isZero()) {
          Thread.sleep(duration.toMillis(), duration.toNanosPart() % 1_000_000);
        }
      };

  /** Returns after {@code duration}; an interrupt ends it early and is passed on. */
  void sleep(Duration duration) throws InterruptedException;
}
