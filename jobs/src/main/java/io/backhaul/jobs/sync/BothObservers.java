/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.diff.mapping.Mapping;
import io.backhaul.diff.source.Snapshot;
import java.time.Instant;

/** Two observers of one run. */
record BothObservers(RunObserver first, RunObserver second) implements RunObserver {

  @Override
  public void begun(String runId, Instant startedAt) {
    first.begun(runId, startedAt);
    second.begun(runId, startedAt);
  }

  @Override
  public void recovered(RunReport report) {
    first.recovered(report);
    second.recovered(report);
  }

  @Override
  public void pinned(Snapshot snapshot, Mapping mapping) {
    first.pinned(snapshot, mapping);
    second.pinned(snapshot, mapping);
  }

  @Override
  public void reported(RunReport report) {
    first.reported(report);
    second.reported(report);
  }

  @Override
  public void step(String run, Step step, long total) {
    first.step(run, step, total);
    second.step(run, step, total);
  }

  @Override
  public void delivered(Delivered soFar) {
    first.delivered(soFar);
    second.delivered(soFar);
  }

  @Override
  public void ended() {
    first.ended();
    second.ended();
  }
}
