/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.testkit.BulkDestination;
import io.backhaul.destination.testkit.BulkDestination.Care;
import java.net.URI;
import java.util.Set;

/**
 * Type {@code bulk}: a vendor that takes records by jobs. The connector does not look for its jobs
 * by name, so that only a handle in the journal finds them again.
 */
public final class BulkProvider implements DestinationProvider {

  static final int MAX_RECORDS = 20;

  @Override
  public String type() {
    return "bulk";
  }

  @Override
  public Shape.Obj shape() {
    return Shape.obj(Key.required("url", new Shape.Url(), "Where it is."));
  }

  @Override
  public Destination open(DestinationConfig config, DeliveryContext context) {
    return new BulkDestination(
        URI.create(config.properties().path("url").asText()),
        MAX_RECORDS,
        Set.of(Care.READS_RESULTS, Care.LEAVES_WAITING));
  }
}
