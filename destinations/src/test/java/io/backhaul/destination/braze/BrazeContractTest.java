/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.braze;

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
import java.net.URI;
import java.time.Duration;
import java.util.Map;

class BrazeContractTest extends DestinationContract {

  @Override
  protected FakeApi api() {
    return new FakeBrazeApi();
  }

  @Override
  protected Destination open(URI url, Duration timeout, DeliveryContext context) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("url", url.toString()).put("timeout", timeout.toMillis());
    properties.putObject("auth").put("type", "bearer").put("token", secret());
    return Providers.of("braze")
        .orElseThrow()
        .open(new DestinationConfig("acme", "braze", "braze", properties), context);
  }

  @Override
  protected String secret() {
    return "not-a-real-rest-key";
  }

  @Override
  protected String object() {
    return "users";
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
    return new Carried("99", "upsert", "{}", "74");
  }

  /** Events and purchases are inserted; users are not. */
  @Override
  protected boolean takes(Op op) {
    return op != Op.INSERT;
  }

  /** What the answer does not name was taken. */
  @Override
  protected boolean namesEveryRecord() {
    return false;
  }

  /** No error of Braze's says that a record may pass later. */
  @Override
  protected boolean putsRecordsOff() {
    return false;
  }

  @Override
  protected RecordResult.Rejected rejected(String key, String code, String field, String message) {
    String type = FakeBrazeApi.words(field, code, message);
    return new RecordResult.Rejected(key, type, field, type);
  }

  /** A request that is refused as a whole is refused in one sentence. */
  @Override
  protected boolean refusalsNameCodeAndField() {
    return false;
  }
}
