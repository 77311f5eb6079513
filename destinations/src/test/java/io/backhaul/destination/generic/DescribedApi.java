/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.Wire;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.testkit.SettableClock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An API that a text describes, and that answers as it is told; nothing goes over a network. */
final class DescribedApi {

  final List<Wire.Request> requests = new ArrayList<>();
  private final Deque<Object> answers = new ArrayDeque<>();
  private final Destination destination;

  private DescribedApi(ObjectNode properties, Set<String> secrets) {
    DeliveryContext context =
        new DeliveryContext(SettableClock.atNoon(), "test").over(this::answer);
    this.destination =
        new HttpProvider()
            .open(new DestinationConfig("acme", "crm", "http", properties, secrets), context);
  }

  /** A destination of type {@code http}; what is left out of the text is its address. */
  static DescribedApi of(String yaml) {
    return new DescribedApi(properties(yaml), Set.of());
  }

  /** The same with a section that holds secrets, as JSON. */
  static DescribedApi of(String yaml, String section, String secrets) {
    ObjectNode properties = properties(yaml);
    properties.set(section, JsonBody.parse(secrets));
    return new DescribedApi(properties, Set.of("s3cr3t"));
  }

  private static ObjectNode properties(String yaml) {
    ObjectNode file = YamlTree.read("file", "url: https://api.example.com/v1\n" + yaml);
    return (ObjectNode) ShapeCheck.canonical("file", HttpConfig.shape(), file);
  }

  /** The answer to the next request that has none yet. */
  DescribedApi answers(int status, String body, String... headers) {
    Map<String, List<String>> all = new HashMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], List.of(headers[i + 1]));
    }
    answers.add(new Wire.Reply(status, all, body.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  /** The same request gets no answer, or none that counts. */
  DescribedApi fails(DestinationException failure) {
    answers.add(failure);
    return this;
  }

  private Wire.Reply answer(Wire.Request request) {
    requests.add(request);
    Object next = answers.isEmpty() ? new Wire.Reply(200, Map.of(), new byte[0]) : answers.poll();
    if (next instanceof DestinationException failure) {
      throw failure;
    }
    return (Wire.Reply) next;
  }

  Destination destination() {
    return destination;
  }

  Delivery deliver(Batch batch) {
    return destination.write(batch);
  }

  List<RecordResult> write(Batch batch) {
    return ((Delivery.Settled) destination.write(batch)).results();
  }

  /** The body of the {@code n}th request, as JSON. */
  JsonNode body(int n) {
    return JsonBody.parse(text(n));
  }

  String text(int n) {
    return new String(requests.get(n).body(), StandardCharsets.UTF_8);
  }

  String line(int n) {
    Wire.Request request = requests.get(n);
    String query = request.uri().getRawQuery();
    return request.method() + " " + request.uri().getRawPath() + (query == null ? "" : "?" + query);
  }

  /** A batch {@code b1}; each pair is a key and fields, or for a delete a key and an id or "". */
  static Batch batch(String object, Op op, String... pairs) {
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < pairs.length; i += 2) {
      boolean delete = op == Op.DELETE;
      String id = delete && !pairs[i + 1].isEmpty() ? pairs[i + 1] : null;
      changes.add(new Change(pairs[i], op, delete ? null : pairs[i + 1], id, i, ""));
    }
    return new Batch("b1", object, op, changes);
  }
}
