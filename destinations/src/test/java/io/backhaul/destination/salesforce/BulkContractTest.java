/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.Change;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.FakeApi;
import java.util.LinkedHashMap;
import java.util.Map;

class BulkContractTest extends SalesforceContract {

  @Override
  String interfaceName() {
    return "bulk";
  }

  @Override
  protected FakeApi api() {
    return new FakeBulk();
  }

  /** Salesforce knows no difference between null and the empty text. */
  @Override
  protected String valueOf(Change change) {
    Map<String, Object> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : Canonical.tree(change.fields()).properties()) {
      texts.put(each.getKey(), each.getValue().isNull() ? "" : each.getValue().asText());
    }
    return Canonical.write(texts);
  }
}
