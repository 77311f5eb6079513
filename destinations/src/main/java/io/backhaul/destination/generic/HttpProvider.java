/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Op;
import io.backhaul.destination.Profile;
import io.backhaul.destination.config.Shape;
import java.util.EnumSet;
import java.util.List;

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
  public Profile profile() {
    return new Profile(
        "Any HTTP API",
        List.of(
            new Profile.Target(
                "<object>", EnumSet.allOf(Op.class), 100_000, "as the destination file says")),
        true,
        true,
        true,
        true,
        true,
        "as the endpoint does it",
        "travels as it is");
  }

  @Override
  public ObjectNode sample() {
    return JsonNodeFactory.instance.objectNode().put("url", "https://api.example.com/records");
  }

  @Override
  public Destination open(DestinationConfig config, DeliveryContext context) {
    return new HttpDestination(HttpConfig.read(config.properties()), context, config.secrets());
  }
}
