/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

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
import io.backhaul.destination.testkit.VendorContract;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What is the same for all objects of Marketo's. */
abstract class MarketoContract extends DestinationContract {

  /** The field that identifies a record, and what it is of the {@code n}th. */
  abstract Map.Entry<String, String> identity(int n);

  @Override
  protected FakeApi api() {
    return new FakeMarketoApi();
  }

  @Override
  protected Optional<VendorContract> contract() {
    return VendorContract.find("marketo");
  }

  @Override
  protected Destination open(URI url, Duration timeout, DeliveryContext context) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("url", url + "/rest").put("timeout", timeout.toMillis());
    properties.putObject("auth").put("type", "bearer").put("token", secret());
    properties.putObject("dedupe_fields").putArray("car_c").add("vin");
    return new MarketoProvider()
        .open(new DestinationConfig("acme", "mkto", "marketo", properties), context);
  }

  @Override
  protected String secret() {
    return "not-a-real-token:sj";
  }

  @Override
  protected Change change(Op op, int n, Map<String, Object> fields, String destinationId) {
    String json = null;
    if (fields != null) {
      Map<String, Object> all = new LinkedHashMap<>(fields);
      all.put(identity(n).getKey(), identity(n).getValue());
      json = Canonical.write(all);
    }
    return new Change("{\"customer_id\":" + n + "}", op, json, destinationId, n, "");
  }

  @Override
  protected String nameOf(Change change) {
    return Canonical.tree(change.fields()).get(identity(0).getKey()).asText();
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
    return new Carried("stranger@example.com", "upsert", "{}", "99");
  }

  @Override
  protected String passingCode() {
    return "1019";
  }

  @Override
  protected String about(String field, String message) {
    return FakeMarketoApi.words(field, message);
  }
}
