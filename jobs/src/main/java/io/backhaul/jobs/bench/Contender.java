/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import java.util.concurrent.Callable;

/** One way to do the work. */
interface Contender {

  /** The name in tables and JSON. */
  String name();

  /**
   * Does the work once and measures it; what has to be made ready, checked or cleared away is left
   * out of the time.
   *
   * @return the time, and the answer that all contenders must agree on; a {@code null} answer is
   *     not compared
   */
  Timed<?> round(Meter meter) throws Exception;

  /** A contender that needs nothing but to be started. */
  static Contender of(String name, Callable<?> work) {
    return new Contender() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Timed<?> round(Meter meter) throws Exception {
        return meter.time(work);
      }
    };
  }
}
