/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.config.Shape;

/** Opens destinations of type {@code http}. */
public final class HttpProvider implements DestinationProvider {

  @Override
  public String type() {
    return "http";
  }

  @Override
  public Shape.Obj shape() {
    return HttpConfig.shape();
  }

  @Override
  public Destination open(DestinationConfig config, DeliveryContext context) {
    return new HttpDestination(HttpConfig.read(config.properties()), context, config.secrets());
  }
}
