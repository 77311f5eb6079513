/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.census;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Op;
import io.backhaul.destination.Profile;
import io.backhaul.destination.Wire;
import io.backhaul.destination.config.Shape;
import java.util.EnumSet;
import java.util.List;

/** Opens destinations of type {@code census}. */
public final class CensusProvider implements DestinationProvider {

  @Override
  public String type() {
    return "census";
  }

  @Override
  public Shape.Obj shape() {
    return CensusConfig.shape();
  }

  @Override
  public Profile profile() {
    return new Profile(
        "Census custom destination",
        List.of(
            new Profile.Target(
                "<object>",
                EnumSet.allOf(Op.class),
                10_000,
                "what the receiver lists, with the operations and the batch size it supports")),
        true,
        false,
        false,
        true,
        true,
        "sends the operation delete, to receivers that support mirror",
        "sent as null");
  }

  @Override
  public ObjectNode sample() {
    ObjectNode sample = JsonNodeFactory.instance.objectNode();
    sample.put("url", "https://connector.example.com/census");
    sample.putObject("auth").put("type", "bearer").put("token", "sample-token");
    return sample;
  }

  /** Everything is posted; only {@code sync_batch} carries records. */
  @Override
  public boolean asks(Wire.Request request) {
    return !CensusRpc.carriesRecords(request.body());
  }

  @Override
  public Destination open(DestinationConfig config, DeliveryContext context) {
    return new CensusDestination(CensusConfig.read(config.properties()), context, config.secrets());
  }
}
