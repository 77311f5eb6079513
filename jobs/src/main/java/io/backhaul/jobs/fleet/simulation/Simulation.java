/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

/**
 * The same virtual day twice, with and without its troubles.
 *
 * @param options what was simulated
 * @param day with all that goes wrong
 * @param baseline the same day without
 */
public record Simulation(SimulationOptions options, DayResult day, DayResult baseline) {

  /** Plays both days; takes a minute at most for 200 tenants of 50 syncs and 24 hours. */
  public static Simulation run(SimulationOptions options) {
    return new Simulation(
        options,
        new SimulatedDay(options, true, FleetRules.FAIR).run(),
        new SimulatedDay(options, false, FleetRules.FAIR).run());
  }
}
