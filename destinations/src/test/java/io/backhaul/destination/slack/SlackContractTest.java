/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.slack;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;

class SlackContractTest extends DestinationContract {

  @Override
  protected FakeApi api() {
    return new FakeSlackApi();
  }

  @Override
  protected Destination open(URI url, Duration timeout, DeliveryContext context) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    properties.put("url", url.toString()).put("timeout", timeout.toMillis());
    properties.putObject("auth").put("type", "bearer").put("token", secret());
    return new SlackProvider()
        .open(new DestinationConfig("acme", "slack", "slack", properties), context);
  }

  @Override
  protected String secret() {
    return "xoxb-not-a-real-token";
  }

  @Override
  protected String object() {
    return "messages";
  }

  /** Each record's message goes to a channel of its own, by which it is known. */
  @Override
  protected Change change(Op op, int n, Map<String, Object> fields, String destinationId) {
    String json = null;
    if (fields != null) {
      Map<String, Object> all = new LinkedHashMap<>(fields);
      all.put("channel", "C000" + n);
      json = Canonical.write(all);
    }
    return new Change("{\"order\":" + n + "}", op, json, destinationId, n, "");
  }

  @Override
  protected String nameOf(Change change) {
    return "C000" + Canonical.tree(change.key()).get("order").asText();
  }

  /** What is no argument of a message is not sent, and neither is null. */
  @Override
  protected String valueOf(Change change) {
    JsonNode text = Canonical.tree(change.fields()).path("text");
    return Canonical.write(text.isNull() ? Map.of() : Map.of("text", text));
  }

  @Override
  protected String textField() {
    return "text";
  }

  @Override
  protected Carried stranger() {
    return new Carried("C999", "insert", "{}", "99.000001");
  }

  @Override
  protected Op usualOp() {
    return Op.INSERT;
  }

  @Override
  protected int recordsInACall() {
    return 1;
  }

  @Override
  protected int longestText() {
    return 40_000;
  }

  @Override
  protected List<String> breaches() {
    return List.of("", "<html><body>Please log in</body></html>", "{\"ok\":", "[]", "null", "{}");
  }

  @Override
  protected Optional<VendorContract> contract() {
    return VendorContract.find("slack");
  }
}
