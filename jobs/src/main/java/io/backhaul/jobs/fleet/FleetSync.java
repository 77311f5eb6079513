/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet;

import io.backhaul.jobs.spec.Priority;
import io.backhaul.jobs.spec.Schedule;
import io.backhaul.jobs.spec.SyncSpec;

/** What the control plane knows of a sync. Immutable; equal if it is the same sync. */
public final class FleetSync {

  private final String tenant;
  private final String name;
  private final String destination;
  private final String id;
  private final String account;
  private final Priority priority;
  private final Schedule schedule;

  /**
   * What the control plane needs to know.
   *
   * @param tenant whose it is
   * @param name its name within the tenant
   * @param destination name of the destination account within the tenant
   * @param priority how much of a contended fleet it gets
   * @param schedule when it is due
   */
  public FleetSync(
      String tenant, String name, String destination, Priority priority, Schedule schedule) {
    this.tenant = tenant;
    this.name = name;
    this.destination = destination;
    this.id = tenant + "/" + name;
    this.account = tenant + "/" + destination;
    this.priority = priority;
    this.schedule = schedule;
  }

  /** What the control plane needs of a spec. */
  public static FleetSync of(SyncSpec spec) {
    return new FleetSync(
        spec.tenant(), spec.name(), spec.destination().name(), spec.priority(), spec.schedule());
  }

  /** {@code tenant/name}. */
  public String id() {
    return id;
  }

  /** {@code tenant/destination}: what has one circuit. */
  public String account() {
    return account;
  }

  public String tenant() {
    return tenant;
  }

  public String name() {
    return name;
  }

  /** Name of the destination account within the tenant. */
  public String destination() {
    return destination;
  }

  public Priority priority() {
    return priority;
  }

  public Schedule schedule() {
    return schedule;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FleetSync sync && sync.id.equals(id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return id;
  }
}
