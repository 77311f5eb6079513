/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.hubspot;

import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.config.Shape;

/** Opens destinations of type {@code hubspot}. */
public final class HubSpotProvider implements DestinationProvider {

  @Override
  public String type() {
    return "hubspot";
  }

  @Override
  public Shape.Obj shape() {
    return HubSpotConfig.shape();
  }

  @Override
  public Destination open(DestinationConfig config, DeliveryContext context) {
    return new HubSpotDestination(
        HubSpotConfig.read(config.properties()), context, config.secrets());
  }
}
