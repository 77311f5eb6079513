/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.klaviyo;

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

class KlaviyoContractTest extends DestinationContract {

  @Override
  protected FakeApi api() {
    return new FakeKlaviyoApi();
  }

  @Override
  protected Destination open(URI url, Duration timeout, DeliveryContext context) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("url", url.toString()).put("timeout", timeout.toMillis());
    properties.put("api_key", secret());
    return new KlaviyoProvider()
        .open(new DestinationConfig("acme", "mail", "klaviyo", properties), context);
  }

  @Override
  protected String secret() {
    return "pk_not_a_real_key";
  }

  @Override
  protected String object() {
    return "profiles";
  }

  /** Inserts are for events. */
  @Override
  protected boolean takes(Op op) {
    return op == Op.UPSERT || op == Op.DELETE;
  }

  @Override
  protected Change change(Op op, int n, Map<String, Object> fields, String destinationId) {
    String email = "person" + n + "@example.com";
    String json = null;
    if (fields != null) {
      Map<String, Object> all = new LinkedHashMap<>(fields);
      all.put("email", email);
      json = Canonical.write(all);
    }
    return new Change("{\"email\":\"" + email + "\"}", op, json, destinationId, n, "");
  }

  @Override
  protected String nameOf(Change change) {
    return Canonical.tree(change.key()).get("email").asText();
  }

  @Override
  protected String valueOf(Change change) {
    return Canonical.of(change.fields());
  }

  @Override
  protected String textField() {
    return "first_name";
  }

  @Override
  protected boolean namesEveryRecord() {
    return false;
  }

  /** A profile is no larger than 100 KB. */
  @Override
  protected int longestText() {
    return 90_000;
  }

  @Override
  protected String passingCode() {
    return "throttled";
  }

  @Override
  protected Carried stranger() {
    return new Carried("stranger@example.com", "upsert", "{}", "stranger@example.com");
  }
}
