/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.hubspot;

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
  public Profile profile() {
    return new Profile(
        "HubSpot",
        List.of(
            new Profile.Target(
                "<object>",
                EnumSet.allOf(Op.class),
                100,
                "contacts, companies, deals, tickets, or a custom object's type id"),
            new Profile.Target(
                "associations/<from>/<to>",
                EnumSet.of(Op.UPSERT, Op.INSERT, Op.DELETE),
                100,
                "from_id and to_id name HubSpot's ids of two records"),
            new Profile.Target(
                "lists/<id>",
                EnumSet.of(Op.UPSERT, Op.INSERT, Op.DELETE),
                100,
                "members of a manual or snapshot list, by HubSpot's id")),
        true,
        true,
        false,
        true,
        true,
        "archives: HubSpot keeps the record in its recycle bin for 90 days; associations and"
            + " memberships end",
        "clears the property, by an empty text");
  }

  @Override
  public ObjectNode sample() {
    ObjectNode sample = JsonNodeFactory.instance.objectNode();
    sample.putObject("auth").put("type", "bearer").put("token", "sample-token");
    return sample;
  }

  @Override
  public Destination open(DestinationConfig config, DeliveryContext context) {
    return new HubSpotDestination(
        HubSpotConfig.read(config.properties()), context, config.secrets());
  }
}
