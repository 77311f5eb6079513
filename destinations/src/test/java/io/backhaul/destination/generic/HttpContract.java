/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

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
import java.util.Map;

/** What the two kinds of results share. */
abstract class HttpContract extends DestinationContract {

  private final String results;

  HttpContract(String results) {
    this.results = results;
  }

  @Override
  protected FakeApi api() {
    return new FakeHttpApi(resultsPerRecord());
  }

  @Override
  protected Destination open(URI url, Duration timeout, DeliveryContext context) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("url", url + "/hook").put("timeout", timeout.toMillis()).put("results", results);
    properties.putObject("auth").put("type", "bearer").put("token", secret());
    properties.putObject("idempotency_key").put("header", "Idempotency-Key");
    return new HttpProvider()
        .open(new DestinationConfig("acme", "crm", "http", properties), context);
  }

  @Override
  protected String secret() {
    return "not-a-real-token-1234";
  }

  @Override
  protected Change change(Op op, int n, Map<String, Object> fields, String destinationId) {
    String key = "{\"customer_id\":" + n + ",\"region\":\"eu\"}";
    String json = fields == null ? null : Canonical.write(fields);
    return new Change(key, op, json, destinationId, n, "");
  }

  @Override
  protected String nameOf(Change change) {
    return Canonical.of(change.key());
  }

  @Override
  protected String valueOf(Change change) {
    return Canonical.of(change.fields());
  }

  @Override
  protected String textField() {
    return "full_name";
  }

  @Override
  protected Carried stranger() {
    String key = "{\"customer_id\":99,\"region\":\"us\"}";
    return new Carried(key, "upsert", "{}", key);
  }
}
