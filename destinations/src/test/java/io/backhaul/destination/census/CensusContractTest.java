/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.census;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Change;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.DestinationContract;
import io.backhaul.destination.testkit.FakeApi;
import io.backhaul.destination.testkit.FakeApi.Carried;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class CensusContractTest extends DestinationContract {

  @Override
  protected FakeApi api() {
    return new FakeCensusApi();
  }

  @Override
  protected Destination open(URI url, Duration timeout, DeliveryContext context) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("url", url + "/census").put("timeout", timeout.toMillis());
    properties.putObject("auth").put("type", "bearer").put("token", secret());
    return new CensusProvider()
        .open(new DestinationConfig("acme", "custom", "census", properties), context);
  }

  @Override
  protected String secret() {
    return "receiver-not-a-real-token";
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

  /** A decimal is sent as text. */
  @Override
  protected String valueOf(Change change) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : Canonical.tree(change.fields()).properties()) {
      JsonNode value = each.getValue();
      boolean decimal = value.isNumber() && !value.isIntegralNumber();
      values.put(each.getKey(), decimal ? value.decimalValue().toPlainString() : value);
    }
    return Canonical.write(values);
  }

  @Override
  protected String textField() {
    return "firstname";
  }

  @Override
  protected Carried stranger() {
    return new Carried("stranger@example.com", "upsert", "{}", "stranger@example.com");
  }

  @Override
  protected String passingCode() {
    return "RECORD_FAILED";
  }

  /** The protocol has words for a failure, and neither a code nor a field. */
  @Override
  protected RecordResult.Rejected rejected(String key, String code, String field, String message) {
    return new RecordResult.Rejected(key, "RECORD_FAILED", null, message);
  }

  @Override
  protected boolean refusalsNameCodeAndField() {
    return false;
  }

  @Override
  protected List<String> breaches() {
    return List.of(
        "", "<html><body>Please log in</body></html>", "{\"result\":{", "[]", "null", "{}");
  }
}
