/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.JobHandle;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.jobs.ledger.LeaseBeat;
import java.time.Clock;
import java.time.Instant;
import org.apache.hadoop.conf.Configuration;

/**
 * A destination that takes a batch only while the run holds its lease. A run that slept past it, or
 * whose driver did, is stopped here before its next request. Thread-safe.
 */
final class LeasedDestination implements Destination {

  /** Why a partition stopped whose run lost its lease. */
  static final String LEASE_LOST = "LEASE_LOST";

  private final Destination destination;
  private final LeaseBeat beat;
  private final Configuration hadoop;
  private final Clock clock;
  private volatile Instant heldUntil;

  /**
   * @param heldUntil when the lease ends, unless {@code beat} says it was renewed
   */
  LeasedDestination(
      Destination destination,
      Instant heldUntil,
      LeaseBeat beat,
      Configuration hadoop,
      Clock clock) {
    this.destination = destination;
    this.heldUntil = heldUntil;
    this.beat = beat;
    this.hadoop = hadoop;
    this.clock = clock;
  }

  @Override
  public Capabilities capabilities() {
    return destination.capabilities();
  }

  @Override
  public ObjectSchema describe(String object) {
    return destination.describe(object);
  }

  /**
   * @throws DestinationException (refused, nothing sent) if the lease is lost
   */
  @Override
  public Delivery write(Batch batch) {
    check();
    return destination.write(batch);
  }

  @Override
  public Delivery resume(JobHandle job, Batch batch) {
    check();
    return destination.resume(job, batch);
  }

  private void check() {
    if (held()) {
      return;
    }
    heldUntil = beat.heldUntil(hadoop);
    if (!held()) {
      throw DestinationException.refused(
          LEASE_LOST,
          0,
          "the run lost its lease while it delivered, and sends nothing more; the next run carries"
              + " the rest");
    }
  }

  private boolean held() {
    return clock.instant().plus(Lease.CLOCK_MARGIN).isBefore(heldUntil);
  }

  @Override
  public void close() {
    destination.close();
  }
}
