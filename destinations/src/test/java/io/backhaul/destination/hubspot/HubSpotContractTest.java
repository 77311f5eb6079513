/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.hubspot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Change;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.Op;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.DestinationContract;
import io.backhaul.destination.testkit.FakeApi;
import io.backhaul.destination.testkit.FakeApi.Carried;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

class HubSpotContractTest extends DestinationContract {

  @Override
  protected FakeApi api() {
    return new FakeHubSpotApi();
  }

  @Override
  protected Destination open(URI url, Duration timeout, DeliveryContext context) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("url", url.toString()).put("timeout", timeout.toMillis());
    properties.putObject("auth").put("type", "bearer").put("token", secret());
    return new HubSpotProvider()
        .open(new DestinationConfig("acme", "hub", "hubspot", properties), context);
  }

  @Override
  protected String secret() {
    return "pat-not-a-real-token";
  }

  @Override
  protected Change change(Op op, int n, Map<String, Object> fields, String destinationId) {
    String json = null;
    if (fields != null) {
      Map<String, Object> all = new LinkedHashMap<>(fields);
      all.put("email", "person" + n + "@example.com");
      json = Canonical.write(all);
    }
    return new Change("{\"customer_id\":" + n + "}", op, json, destinationId, n, "");
  }

  @Override
  protected String nameOf(Change change) {
    return Canonical.tree(change.fields()).get("email").asText();
  }

  /** HubSpot's values are texts, and the empty text clears one. */
  @Override
  protected String valueOf(Change change) {
    Map<String, Object> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : Canonical.tree(change.fields()).properties()) {
      texts.put(each.getKey(), each.getValue().isNull() ? "" : each.getValue().asText());
    }
    return Canonical.write(texts);
  }

  @Override
  protected String textField() {
    return "firstname";
  }

  @Override
  protected Carried stranger() {
    return new Carried("stranger@example.com", "upsert", "{}", "no-such-trace");
  }

  /** Without a policy's name the ten-second window is meant. */
  @Override
  protected Duration silentThrottle() {
    return Duration.ofSeconds(10);
  }
}
