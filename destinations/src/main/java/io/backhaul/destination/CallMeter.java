/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination;

import java.util.concurrent.atomic.LongAdder;

/** Counts the calls that a destination makes over HTTP; those for tokens are none. Thread-safe. */
public final class CallMeter {

  private final LongAdder calls = new LongAdder();

  /** A call is about to be made. */
  public void made() {
    calls.increment();
  }

  /** How many were made. */
  public long calls() {
    return calls.sum();
  }
}
