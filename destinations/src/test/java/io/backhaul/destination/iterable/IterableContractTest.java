/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.iterable;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Change;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.Op;
import io.backhaul.destination.Providers;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.DestinationContract;
import io.backhaul.destination.testkit.FakeApi;
import io.backhaul.destination.testkit.FakeApi.Carried;
import io.backhaul.destination.testkit.VendorContract;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

class IterableContractTest extends DestinationContract {

  @Override
  protected FakeApi api() {
    return new FakeIterableApi();
  }

  @Override
  protected Destination open(URI url, Duration timeout, DeliveryContext context) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("url", url.toString()).put("timeout", timeout.toMillis());
    properties.putObject("auth").put("type", "header").put("token", secret());
    return Providers.of("iterable")
        .orElseThrow()
        .open(new DestinationConfig("acme", "iterable", "iterable", properties), context);
  }

  @Override
  protected Optional<VendorContract> contract() {
    return VendorContract.find("iterable");
  }

  @Override
  protected String secret() {
    return "not-a-real-api-key";
  }

  @Override
  protected String object() {
    return "users";
  }

  @Override
  protected Change change(Op op, int n, Map<String, Object> fields, String destinationId) {
    String json = fields == null ? null : Canonical.write(fields);
    String key = "{\"email\":\"person" + n + "@example.com\"}";
    return new Change(key, op, json, destinationId, n, "");
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
    return "firstName";
  }

  @Override
  protected Carried stranger() {
    return new Carried("stranger@example.com", "upsert", "{}", "stranger@example.com");
  }

  /** Events are inserted; users are not, and no call updates those alone who are there. */
  @Override
  protected boolean takes(Op op) {
    return op == Op.UPSERT || op == Op.DELETE;
  }

  /** Who is not listed was taken. */
  @Override
  protected boolean namesEveryRecord() {
    return false;
  }

  /** No list of Iterable's says that a user may pass later. */
  @Override
  protected boolean putsRecordsOff() {
    return false;
  }

  /** The list that a user is in is all that is said. */
  @Override
  protected RecordResult.Rejected rejected(String key, String code, String field, String message) {
    return new RecordResult.Rejected(key, "forgottenEmails", "email", null);
  }

  @Override
  protected Duration silentThrottle() {
    return Duration.ofSeconds(1);
  }
}
