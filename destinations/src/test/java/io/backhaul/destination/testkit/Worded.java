/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Op;
import io.backhaul.destination.Providers;
import io.backhaul.destination.Wire;
import io.backhaul.destination.inspect.Inspection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The requests of a connector that is a file, in one line each: method, path and query, body. */
public final class Worded {

  private final DestinationProvider provider;
  private final ObjectNode properties;

  private Worded(DestinationProvider provider, ObjectNode properties) {
    this.provider = provider;
    this.properties = properties;
  }

  /** With the provider's sample for a file. */
  public static Worded by(String type) {
    DestinationProvider provider = Providers.of(type).orElseThrow();
    return new Worded(provider, provider.sample());
  }

  /** With further keys in the file. */
  public Worded with(String json) {
    ObjectNode more = properties.deepCopy();
    more.setAll((ObjectNode) Canonical.tree(json));
    return new Worded(provider, more);
  }

  /** A change of a record. */
  public static Change change(Op op, String key, String fields, String id) {
    return new Change(key, op, fields, id, key.hashCode(), "");
  }

  /** The requests that the changes lead to, the sandbox answering. */
  public List<String> of(String object, Change... changes) {
    List<String> lines = new ArrayList<>();
    for (Wire.Request request : requests(object, changes)) {
      String query = request.uri().getRawQuery();
      String body =
          request.body() == null ? "" : " " + new String(request.body(), StandardCharsets.UTF_8);
      lines.add(
          request.method()
              + " "
              + request.uri().getRawPath()
              + (query == null ? "" : "?" + query)
              + body);
    }
    return lines;
  }

  /** The same, whole. */
  public List<Wire.Request> requests(String object, Change... changes) {
    DestinationConfig config = new DestinationConfig("acme", "seen", provider.type(), properties);
    return new Inspection(provider, config, SettableClock.atNoon())
        .requests(new Batch("b1", object, changes[0].op(), List.of(changes)));
  }
}
