/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

/**
 * Wakes the thread of a call when its time is up, and never once the call is over: an interrupt
 * that came late would hit whatever the thread does next.
 */
final class Alarm implements Runnable {

  private final Thread caller;
  private boolean off;
  private boolean rung;

  Alarm(Thread caller) {
    this.caller = caller;
  }

  @Override
  public synchronized void run() {
    if (!off) {
      rung = true;
      caller.interrupt();
    }
  }

  /**
   * Called by the caller's thread when the call is over; takes the alarm's interrupt back.
   *
   * @return whether the alarm had rung
   */
  synchronized boolean off() {
    if (rung && !off) {
      Thread.interrupted();
    }
    off = true;
    return rung;
  }
}
