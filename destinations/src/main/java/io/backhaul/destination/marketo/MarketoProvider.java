/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

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

/** Opens destinations of type {@code marketo}. */
public final class MarketoProvider implements DestinationProvider {

  @Override
  public String type() {
    return "marketo";
  }

  @Override
  public Shape.Obj shape() {
    return MarketoConfig.shape();
  }

  @Override
  public Profile profile() {
    return new Profile(
        "Marketo",
        List.of(
            new Profile.Target(
                "leads",
                EnumSet.allOf(Op.class),
                MarketoRequest.MOST_RECORDS,
                "people; also by bulk import, whose files take any number of rows"),
            new Profile.Target(
                "lists/<id>",
                EnumSet.of(Op.UPSERT, Op.DELETE),
                MarketoRequest.MOST_RECORDS,
                "members of a static list, by Marketo's id of a person"),
            new Profile.Target(
                "customobjects/<api name>",
                EnumSet.allOf(Op.class),
                MarketoRequest.MOST_RECORDS,
                "records of a custom object")),
        true,
        true,
        true,
        true,
        true,
        "removes the person or record for good; of a list, takes the person off it",
        "clears the field");
  }

  @Override
  public ObjectNode sample() {
    ObjectNode sample = JsonNodeFactory.instance.objectNode();
    sample.put("url", "https://123-ABC-456.mktorest.com");
    sample
        .putObject("auth")
        .put("type", "client_credentials")
        .put("client_id", "sample-client")
        .put("client_secret", "sample-secret");
    return sample;
  }

  @Override
  public Destination open(DestinationConfig config, DeliveryContext context) {
    return new MarketoDestination(
        MarketoConfig.read(config.properties()), context, config.secrets());
  }
}
