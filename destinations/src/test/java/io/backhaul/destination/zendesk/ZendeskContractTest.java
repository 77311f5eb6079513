/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.zendesk;

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

class ZendeskContractTest extends DestinationContract {

  @Override
  protected FakeApi api() {
    return new FakeZendeskApi();
  }

  @Override
  protected Destination open(URI url, Duration timeout, DeliveryContext context) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("url", url.toString()).put("timeout", timeout.toMillis());
    properties
        .putObject("auth")
        .put("type", "basic")
        .put("username", "agent@example.com/token")
        .put("password", secret());
    return new ZendeskProvider()
        .open(new DestinationConfig("acme", "desk", "zendesk", properties), context);
  }

  @Override
  protected String secret() {
    return "not-a-real-api-token";
  }

  @Override
  protected String object() {
    return "users";
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

  @Override
  protected String valueOf(Change change) {
    return Canonical.of(change.fields());
  }

  @Override
  protected String textField() {
    return "alias";
  }

  @Override
  protected String passingCode() {
    return "TooManyJobs";
  }

  @Override
  protected Carried stranger() {
    return new Carried("stranger@example.com", "upsert", "{}", "99");
  }
}
