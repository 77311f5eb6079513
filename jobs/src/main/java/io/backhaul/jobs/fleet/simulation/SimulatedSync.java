/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

import io.backhaul.jobs.fleet.FleetSync;
import java.time.Duration;
import java.time.Instant;

/** A made-up sync, and how far it has come. */
final class SimulatedSync {

  final int number;
  final int tenant;
  final FleetSync sync;
  final Vendor vendor;
  final double rowsPerSecond;
  final double readMillis;

  /** Changes before this were delivered, in milliseconds. */
  long deliveredUpTo;

  /** Calls for later ones that an unfinished run made, as its journal says. */
  long callsInJournal;

  long runs;
  Instant waitingSince;

  /** When the last job was due that ended, to see that none ends twice. */
  Instant lastEnded = Instant.MIN;

  boolean queued;

  /** Version of the source now; only those that are due on a change have new ones. */
  String source = "0";

  SimulatedSync(
      int number,
      int tenant,
      FleetSync sync,
      Vendor vendor,
      double rowsPerSecond,
      double readMillis,
      Instant deliveredUpTo) {
    this.number = number;
    this.tenant = tenant;
    this.sync = sync;
    this.vendor = vendor;
    this.rowsPerSecond = rowsPerSecond;
    this.readMillis = readMillis;
    this.deliveredUpTo = deliveredUpTo.toEpochMilli();
  }

  /** Requests for what changed until {@code readAt} and is not delivered. */
  long calls(Instant readAt) {
    double rows = rowsPerSecond * (readAt.toEpochMilli() - deliveredUpTo) / 1000;
    return Math.max(0, (long) Math.ceil(rows / vendor.batch) - callsInJournal);
  }

  /** Notes the delivery, and how old its changes had become, in {@code lags} if it is given. */
  void delivered(Instant readAt, Instant now, Lags lags) {
    callsInJournal = 0;
    if (readAt.toEpochMilli() <= deliveredUpTo) {
      return; // a worker that was given up was quicker
    }
    if (lags != null) {
      lags.add(
          Duration.between(readAt, now).toSeconds(), (now.toEpochMilli() - deliveredUpTo) / 1000);
    }
    deliveredUpTo = readAt.toEpochMilli();
  }
}
