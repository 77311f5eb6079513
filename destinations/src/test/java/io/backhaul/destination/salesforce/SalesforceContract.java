/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Change;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.Op;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.DestinationContract;
import io.backhaul.destination.testkit.FakeApi.Carried;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What both interfaces have in common. */
abstract class SalesforceContract extends DestinationContract {

  /** The value of {@code api}. */
  abstract String interfaceName();

  @Override
  protected Destination open(URI url, Duration timeout, DeliveryContext context) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("url", url.toString()).put("timeout", timeout.toMillis());
    properties.put("api", interfaceName()).put("external_id", "MyExtId__c");
    properties.putObject("auth").put("type", "bearer").put("token", secret());
    return new SalesforceProvider()
        .open(new DestinationConfig("acme", "crm", "salesforce", properties), context);
  }

  @Override
  protected String secret() {
    return "00D-not-a-real-token";
  }

  @Override
  protected Change change(Op op, int n, Map<String, Object> fields, String destinationId) {
    String json = null;
    if (fields != null) {
      Map<String, Object> all = new LinkedHashMap<>(fields);
      all.put("MyExtId__c", "ext-" + n);
      json = Canonical.write(all);
    }
    return new Change("{\"customer_id\":" + n + "}", op, json, destinationId, n, "");
  }

  @Override
  protected String nameOf(Change change) {
    return Canonical.tree(change.fields()).get("MyExtId__c").asText();
  }

  @Override
  protected String object() {
    return "Account";
  }

  @Override
  protected String textField() {
    return "Name";
  }

  @Override
  protected String passingCode() {
    return "UNABLE_TO_LOCK_ROW";
  }

  @Override
  protected Carried stranger() {
    return new Carried("stranger", "upsert", "{}", "");
  }
}
