/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

/**
 * What is simulated.
 *
 * @param tenants 3 or more: one is slow, one fails, and somebody must be untouched
 * @param syncs of each tenant
 * @param hours of the virtual day
 * @param seed of all that is made up; the same seed gives the same result
 */
public record SimulationOptions(int tenants, int syncs, int hours, long seed) {

  public SimulationOptions {
    if (tenants < 3 || syncs < 1 || hours < 1) {
      throw new IllegalArgumentException(
          "a simulation needs at least 3 tenants (one is slow, one fails), one sync and one hour");
    }
  }
}
