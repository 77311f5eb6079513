/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

import io.backhaul.jobs.fleet.FairLine;
import io.backhaul.jobs.fleet.FleetLimits;
import io.backhaul.jobs.fleet.Line;
import java.time.Duration;
import java.util.function.Function;

/**
 * How the simulated fleet is shared out.
 *
 * @param line makes the line of its queue
 * @param patience longest time in all that a run keeps its place to wait for a destination
 */
record FleetRules(Function<FleetLimits, Line> line, Duration patience) {

  /** Fair shares; a run waits out the seconds of a hiccup, and no more. */
  static final FleetRules FAIR = new FleetRules(FairLine::new, Duration.ofMinutes(1));
}
