/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.klaviyo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Profile;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.klaviyo.KlaviyoObject.Kind;
import java.util.List;

/** Opens destinations of type {@code klaviyo}. */
public final class KlaviyoProvider implements DestinationProvider {

  @Override
  public String type() {
    return "klaviyo";
  }

  @Override
  public Shape.Obj shape() {
    return KlaviyoConfig.shape();
  }

  @Override
  public Profile profile() {
    return new Profile(
        "Klaviyo",
        List.of(
            target(Kind.PROFILES, "by email, phone_number or external_id"),
            target(Kind.EVENTS, "events/<metric> where all are of one metric"),
            target(Kind.LISTS, "adds and removes profiles by Klaviyo's id")),
        true,
        true,
        true,
        true,
        true,
        "asks for the profile and its events to be erased for good, under privacy law",
        "clears the attribute or the property");
  }

  private static Profile.Target target(Kind kind, String note) {
    return new Profile.Target(kind.written(), kind.ops(), kind.maxRecords(), note);
  }

  @Override
  public ObjectNode sample() {
    return JsonNodeFactory.instance.objectNode().put("api_key", "sample-token");
  }

  @Override
  public Destination open(DestinationConfig config, DeliveryContext context) {
    return new KlaviyoDestination(
        KlaviyoConfig.read(config.properties()), context, config.secrets());
  }
}
