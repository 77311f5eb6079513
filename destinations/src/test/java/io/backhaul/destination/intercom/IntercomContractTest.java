/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.intercom;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Change;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.Op;
import io.backhaul.destination.Providers;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.DestinationContract;
import io.backhaul.destination.testkit.FakeApi;
import io.backhaul.destination.testkit.FakeApi.Carried;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

class IntercomContractTest extends DestinationContract {

  @Override
  protected FakeApi api() {
    return new FakeIntercomApi();
  }

  @Override
  protected Destination open(URI url, Duration timeout, DeliveryContext context) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("url", url.toString()).put("timeout", timeout.toMillis());
    properties.putObject("auth").put("type", "bearer").put("token", secret());
    return Providers.of("intercom")
        .orElseThrow()
        .open(new DestinationConfig("acme", "intercom", "intercom", properties), context);
  }

  @Override
  protected String secret() {
    return "not-a-real-token";
  }

  @Override
  protected Change change(Op op, int n, Map<String, Object> fields, String destinationId) {
    String json = fields == null ? null : Canonical.write(fields);
    return new Change("{\"customer_id\":" + n + "}", op, json, destinationId, n, "");
  }

  @Override
  protected String nameOf(Change change) {
    return Canonical.tree(change.key()).get("customer_id").asText();
  }

  @Override
  protected String valueOf(Change change) {
    return Canonical.of(change.fields());
  }

  @Override
  protected String textField() {
    return "name";
  }

  @Override
  protected Carried stranger() {
    return new Carried("99", "insert", "{}", "");
  }

  @Override
  protected int recordsInACall() {
    return 1;
  }

  /** A contact is created, and updated only once that was in vain. */
  @Override
  protected String opOfAnUpsert() {
    return Op.INSERT.wireName();
  }

  /** No error of Intercom's says of a single record that it may pass later. */
  @Override
  protected boolean putsRecordsOff() {
    return false;
  }
}
