/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.zendesk;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Profile;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.zendesk.ZendeskObject.Kind;
import java.util.List;

/** Opens destinations of type {@code zendesk}. */
public final class ZendeskProvider implements DestinationProvider {

  @Override
  public String type() {
    return "zendesk";
  }

  @Override
  public Shape.Obj shape() {
    return ZendeskConfig.shape();
  }

  @Override
  public Profile profile() {
    return new Profile(
        "Zendesk",
        List.of(
            target("users", Kind.USERS, "by external_id or email"),
            target(
                "organizations",
                Kind.ORGANIZATIONS,
                "by external_id; an upsert is one call for each record"),
            target("tickets", Kind.TICKETS, "updated and deleted by Zendesk's id"),
            target("custom_objects/<key>", Kind.CUSTOM, "by external_id")),
        true,
        true,
        true,
        true,
        true,
        "tickets can be brought back for 30 days; users, organizations and custom objects cannot",
        "clears the field; tags become none");
  }

  private static Profile.Target target(String name, Kind kind, String note) {
    return new Profile.Target(name, kind.ops(), 100, note);
  }

  @Override
  public ObjectNode sample() {
    ObjectNode sample = JsonNodeFactory.instance.objectNode();
    sample.put("url", "https://example.zendesk.com");
    sample
        .putObject("auth")
        .put("type", "basic")
        .put("username", "agent@example.com/token")
        .put("password", "sample-token");
    return sample;
  }

  @Override
  public Destination open(DestinationConfig config, DeliveryContext context) {
    return new ZendeskDestination(
        ZendeskConfig.read(config.properties()), context, config.secrets());
  }
}
