/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.config.Key;
import io.backhaul.destination.config.Shape;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A destination type with one key of every shape, so that the reader is tested on all of them. */
final class CrmProvider implements DestinationProvider {

  private final String type;
  private final Set<Op> ops;

  private CrmProvider(String type, Set<Op> ops) {
    this.type = type;
    this.ops = ops;
  }

  /** Type {@code http}, which takes everything, and type {@code log}, which only inserts. */
  static List<DestinationProvider> all() {
    return List.of(
        new CrmProvider("http", EnumSet.allOf(Op.class)),
        new CrmProvider("log", EnumSet.of(Op.INSERT)));
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public Shape.Obj shape() {
    return Shape.obj(
        Key.required("url", new Shape.Url(), "Where it is."),
        Key.optional(
            "auth",
            Shape.obj(
                Key.required("type", Shape.choice("bearer", "none"), "Which kind."),
                Key.optional("token", Shape.secret(), "The token.")),
            "How it knows us."),
        Key.optional(
            "batch",
            Shape.obj(
                Key.optional("max_records", new Shape.Whole(1, 1000), "100", "Most records."),
                Key.optional("max_bytes", new Shape.Size(), "1MB", "Most bytes.")),
            "{}",
            "How much at once."),
        Key.optional(
            "rate",
            Shape.obj(
                Key.optional(
                    "requests_per_second", new Shape.Decimal(0.1, 1000), "10", "How often."),
                Key.optional("concurrency", new Shape.Whole(1, 64), "4", "How many at once.")),
            "{}",
            "How fast."),
        Key.optional("timeout", new Shape.Span(), "30s", "How long."),
        Key.optional("allow_insecure", new Shape.Flag(), "false", "Whether http will do."),
        Key.optional("headers", new Shape.MapOf(Shape.text()), "{}", "Sent along."));
  }

  @Override
  public Destination open(DestinationConfig config, DeliveryContext context) {
    if (config.properties().path("headers").has("host")) {
      throw new IllegalArgumentException("the header host is not ours to set");
    }
    return new Destination() {
      @Override
      public Capabilities capabilities() {
        return new Capabilities(ops, 100, 1 << 20, 10, 4, false, Set.of());
      }

      @Override
      public ObjectSchema describe(String object) {
        throw new AssertionError("a spec is checked without I/O");
      }

      @Override
      public Delivery write(Batch batch) {
        throw new AssertionError("a spec is checked without I/O");
      }

      @Override
      public void close() {}
    };
  }
}
