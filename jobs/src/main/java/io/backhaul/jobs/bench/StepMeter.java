/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import io.backhaul.jobs.sync.RunObserver;
import io.backhaul.jobs.sync.Step;

/** Measures one step of a run, from its beginning to that of the next. */
final class StepMeter implements RunObserver {

  private final Meter meter;
  private final Step step;
  private Meter.Running running;
  private Lap lap;

  StepMeter(Meter meter, Step step) {
    this.meter = meter;
    this.step = step;
  }

  @Override
  public void step(String run, Step begun, long total) {
    if (running != null && lap == null) {
      lap = running.end();
    }
    if (begun == step) {
      running = meter.begin();
    }
  }

  @Override
  public void delivered(Delivered soFar) {}

  /**
   * What the step took.
   *
   * @throws IllegalStateException if the run ended before the step did
   */
  Lap lap() {
    if (lap == null) {
      throw new IllegalStateException("the run ended before " + step + " did");
    }
    return lap;
  }
}
