/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.customerio;

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

class CustomerioContractTest extends DestinationContract {

  @Override
  protected FakeApi api() {
    return new FakeCustomerioApi();
  }

  @Override
  protected Destination open(URI url, Duration timeout, DeliveryContext context) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("url", url.toString()).put("timeout", timeout.toMillis());
    ObjectNode auth = properties.putObject("auth").put("type", "basic");
    auth.put("username", "site").put("password", secret());
    return Providers.of("customerio")
        .orElseThrow()
        .open(new DestinationConfig("acme", "cio", "customerio", properties), context);
  }

  @Override
  protected String secret() {
    return "not-a-real-api-key";
  }

  @Override
  protected String object() {
    return "people";
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
    return "first_name";
  }

  @Override
  protected Carried stranger() {
    return new Carried("99", "upsert", "{}", "999");
  }

  /** Events are inserted; people are not. */
  @Override
  protected boolean takes(Op op) {
    return op != Op.INSERT;
  }

  /** What an answer does not name was taken. */
  @Override
  protected boolean namesEveryRecord() {
    return false;
  }

  @Override
  protected boolean namesARecordOnce() {
    return false;
  }

  /** No reason of Customer.io's says that an item may pass later. */
  @Override
  protected boolean putsRecordsOff() {
    return false;
  }

  @Override
  protected int longestText() {
    return 1_000;
  }

  @Override
  protected Duration silentThrottle() {
    return Duration.ofSeconds(1);
  }
}
