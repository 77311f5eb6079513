/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import io.backhaul.destination.CallMeter;

/**
 * How many calls a partition may still make. A request counts as one call until the meter says that
 * it was more. Thread-safe.
 */
public final class CallLimit {

  /** Why records are deferred that the day's calls do not suffice for. */
  public static final String SPENT = "CALLS_PER_DAY";

  private final long most;
  private final CallMeter meter;
  private long begun;

  /**
   * @param most calls; zero or less for none
   * @param meter of the destination's calls
   */
  public CallLimit(long most, CallMeter meter) {
    this.most = most;
    this.meter = meter;
  }

  /** Any number of calls. */
  public static CallLimit none() {
    return new CallLimit(Long.MAX_VALUE, new CallMeter());
  }

  /** Calls made, and requests that begin. */
  public synchronized long calls() {
    return Math.max(begun, meter.calls());
  }

  /** Whether no call is left. */
  synchronized boolean spent() {
    return calls() >= most;
  }

  /** Takes the right to one request, which is then made; false if none is left. */
  synchronized boolean take() {
    if (spent()) {
      return false;
    }
    begun++;
    return true;
  }

  /** A question after a job that is under way, which is never held back. */
  synchronized void ask() {
    begun++;
  }
}
