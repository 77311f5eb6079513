/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.Op;
import io.backhaul.destination.sandbox.LoopbackHttp;
import io.backhaul.destination.sandbox.WireReply;
import io.backhaul.destination.sandbox.WireRequest;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.SettableClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A server that answers what a test says, and the destinations that were opened on it. */
final class ScriptedOrg implements AutoCloseable {

  final SettableClock clock = SettableClock.atNoon();
  final List<WireRequest> requests = new CopyOnWriteArrayList<>();
  private volatile Function<WireRequest, WireReply> answers = request -> WireReply.of(500, "");
  private final List<Destination> opened = new ArrayList<>();
  private final LoopbackHttp server =
      LoopbackHttp.start(
          0,
          request -> {
            requests.add(request);
            return answers.apply(request);
          });

  /** From now on it answers so. */
  ScriptedOrg answering(Function<WireRequest, WireReply> how) {
    answers = how;
    return this;
  }

  /** From now on it answers so, in turn; the last answer stays. */
  ScriptedOrg answering(String... bodies) {
    int[] next = {0};
    return answering(r -> WireReply.of(200, bodies[Math.min(next[0]++, bodies.length - 1)]));
  }

  /**
   * @param more further properties, as JSON
   */
  Destination open(String more) {
    ObjectNode properties = (ObjectNode) Canonical.tree(more);
    properties.put("url", server.url().toString());
    Destination destination =
        new SalesforceProvider()
            .open(
                new DestinationConfig("acme", "crm", "salesforce", properties),
                new DeliveryContext(clock, "test"));
    opened.add(destination);
    return destination;
  }

  String call(int n) {
    return requests.get(n).method() + " " + requests.get(n).target();
  }

  JsonNode body(int n) {
    return Canonical.tree(requests.get(n).text());
  }

  static Change change(Op op, int n, String fields, String id) {
    return new Change("{\"Ext__c\":\"e" + n + "\"}", op, fields, id, n, "");
  }

  static Batch batch(Change... changes) {
    return new Batch("batch", "Contact", changes[0].op(), List.of(changes));
  }

  /** So many records of which only the key is of interest. */
  static Batch batch(Op op, int count) {
    List<Change> changes = new ArrayList<>();
    for (int n = 1; n <= count; n++) {
      changes.add(change(op, n, "{\"LastName\":\"n" + n + "\"}", null));
    }
    return batch(changes.toArray(Change[]::new));
  }

  @Override
  public void close() {
    opened.forEach(Destination::close);
    server.close();
  }
}
