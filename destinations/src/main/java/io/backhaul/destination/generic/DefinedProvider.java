/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Profile;
import io.backhaul.destination.config.Shape;

/** Opens destinations of a type that is defined by a file. */
record DefinedProvider(Definition definition) implements DestinationProvider {

  @Override
  public String type() {
    return definition.type();
  }

  @Override
  public Shape.Obj shape() {
    return definition.userShape();
  }

  @Override
  public Profile profile() {
    return definition.profile();
  }

  @Override
  public ObjectNode sample() {
    return definition.sample();
  }

  @Override
  public Destination open(DestinationConfig config, DeliveryContext context) {
    return new HttpDestination(definition.config(config.properties()), context, config.secrets());
  }

  @Override
  public String toString() {
    return "DefinedProvider[" + definition.type() + "]";
  }
}
