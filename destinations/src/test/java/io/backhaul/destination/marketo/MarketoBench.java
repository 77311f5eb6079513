/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.Wire;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.SettableClock;
import io.backhaul.destination.testkit.VendorContract;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** A connector whose requests are kept, held to Marketo's description, and answered as told. */
final class MarketoBench implements AutoCloseable {

  final SettableClock clock = SettableClock.atNoon();
  final List<Wire.Request> requests = new ArrayList<>();
  private final Deque<Wire.Reply> replies = new ArrayDeque<>();
  private final Destination destination;

  /**
   * @param keys beside url and auth, as a JSON object
   */
  MarketoBench(String keys) {
    ObjectNode properties = new MarketoProvider().sample();
    properties.setAll((ObjectNode) Canonical.tree(keys));
    destination =
        new MarketoProvider()
            .open(
                new DestinationConfig("acme", "mkto", "marketo", properties),
                new DeliveryContext(clock, "test").over(this::exchange));
  }

  private Wire.Reply exchange(Wire.Request request) {
    requests.add(request);
    VendorContract.find("marketo").ifPresent(contract -> contract.check(request));
    if (replies.isEmpty()) {
      throw DestinationException.inDoubt("NO_ANSWER", 0, "no answer is left");
    }
    return replies.remove();
  }

  MarketoBench answers(String... bodies) {
    for (String body : bodies) {
      replies.add(new Wire.Reply(200, Map.of(), body.getBytes(StandardCharsets.UTF_8)));
    }
    return this;
  }

  Destination destination() {
    return destination;
  }

  String call(int n) {
    Wire.Request request = requests.get(n);
    String query = request.uri().getRawQuery();
    return request.method() + " " + request.uri().getRawPath() + (query == null ? "" : "?" + query);
  }

  String text(int n) {
    return new String(requests.get(n).body(), StandardCharsets.UTF_8);
  }

  JsonNode body(int n) {
    return Canonical.tree(text(n));
  }

  static Change change(Op op, String key, String fields, String id) {
    return new Change(key, op, fields, id, key.hashCode(), "");
  }

  static Batch batch(String object, Change... changes) {
    return new Batch("b1", object, changes[0].op(), Arrays.asList(changes));
  }

  @Override
  public void close() {
    destination.close();
  }
}
