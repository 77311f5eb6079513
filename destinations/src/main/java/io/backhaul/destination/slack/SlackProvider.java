/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.slack;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Profile;
import io.backhaul.destination.config.Shape;
import java.util.List;

/** Opens destinations of type {@code slack}. */
public final class SlackProvider implements DestinationProvider {

  @Override
  public String type() {
    return "slack";
  }

  @Override
  public Shape.Obj shape() {
    return SlackConfig.shape();
  }

  @Override
  public Profile profile() {
    return new Profile(
        "Slack",
        List.of(
            target("messages", "the record's channel or email says where to"),
            target("#<channel>", "or channels/<name>, channels/<id>, or the id alone"),
            target("@<email>", "a direct message to the user of that address")),
        true,
        true,
        false,
        false,
        true,
        "deletes the message, by the id it was given",
        "leaves the argument out; a message without text or blocks is refused");
  }

  private static Profile.Target target(String name, String note) {
    return new Profile.Target(name, SlackConfig.OPS, 1, note);
  }

  @Override
  public ObjectNode sample() {
    ObjectNode sample = JsonNodeFactory.instance.objectNode();
    sample.putObject("auth").put("type", "bearer").put("token", "xoxb-sample-token");
    return sample;
  }

  @Override
  public Destination open(DestinationConfig config, DeliveryContext context) {
    return new SlackDestination(SlackConfig.read(config.properties()), context, config.secrets());
  }
}
