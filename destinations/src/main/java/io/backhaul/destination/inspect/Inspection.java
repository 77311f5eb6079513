/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.inspect;

import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Wire;
import io.backhaul.destination.sandbox.Sandbox;
import io.backhaul.destination.sandbox.WireReply;
import io.backhaul.destination.sandbox.WireRequest;
import io.backhaul.destination.send.Batcher;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at a connector at work without sending anything. What it would send is answered by a {@link
 * Sandbox} in this process, where one speaks for the vendor, so that calls that depend on an answer
 * (a job, an upload, its end) are seen, too.
 */
public final class Inspection {

  private static final int MOST_POLLS = 20;

  private final DestinationProvider provider;
  private final DestinationConfig config;
  private final DeliveryContext context;
  private final Clock clock;

  /**
   * @param config properties of the provider's shape; secrets may be made up
   * @throws DestinationException (refused) if the provider's destinations cannot be looked at
   */
  public Inspection(DestinationProvider provider, DestinationConfig config, Clock clock) {
    if (!provider.inspectable()) {
      throw DestinationException.refused(
          "NOT_INSPECTABLE",
          0,
          "a destination of type " + provider.type() + " speaks no HTTP: there is nothing to show");
    }
    this.provider = provider;
    this.config = config;
    this.context = new DeliveryContext(clock, DeliveryContext.system().userAgent());
    this.clock = clock;
  }

  /** What such a destination can do. */
  public Capabilities capabilities() {
    try (Destination destination = provider.open(config, context)) {
      return destination.capabilities();
    }
  }

  /** The batches that changes of an object are sent in. */
  public List<Batch> batches(String object, List<Change> changes) {
    List<Batch> batches = new ArrayList<>();
    new Batcher("inspection", object, capabilities())
        .batches(changes.iterator())
        .forEachRemaining(batches::add);
    return batches;
  }

  /**
   * The requests that a batch would lead to, in order and without secrets.
   *
   * @throws DestinationException if the batch is refused before anything would be sent
   */
  public List<Wire.Request> requests(Batch batch) {
    Sandbox sandbox = Sandbox.inProcess(clock);
    List<Wire.Request> seen = new ArrayList<>();
    Wire wire =
        request -> {
          seen.add(request);
          return answer(sandbox, request);
        };
    try (Destination destination = provider.open(config, context.over(wire))) {
      Delivery delivery = destination.write(batch);
      for (int n = 0; n < MOST_POLLS && delivery instanceof Delivery.Pending pending; n++) {
        delivery = destination.resume(pending.job(), batch);
      }
    } catch (DestinationException e) {
      if (seen.isEmpty()) {
        throw e;
      }
      // The sandbox, which holds nothing, refused: what would be sent was seen all the same.
    }
    Secrecy secrecy = Secrecy.of(config.secrets(), provider.shape(), config.properties());
    return seen.stream().map(secrecy::hidden).toList();
  }

  /**
   * What the connector makes of an answer to the request that carries the batch. What it asks
   * beforehand is answered by the sandbox; what it asks afterwards gets no answer.
   */
  public Reading read(Batch batch, Wire.Reply reply) {
    Sandbox sandbox = Sandbox.inProcess(clock);
    boolean[] given = {false};
    Wire wire =
        request -> {
          if (given[0]) {
            throw noFurtherAnswer(request.method());
          }
          if (provider.asks(request) && sandbox.speaksFor(provider.type())) {
            return answer(sandbox, request);
          }
          given[0] = true;
          return reply;
        };
    try (Destination destination = provider.open(config, context.over(wire))) {
      return new Reading.Understood(destination.write(batch));
    } catch (DestinationException e) {
      return new Reading.Failed(e);
    }
  }

  /** What would be asked is not known; what would be written was not. */
  private static DestinationException noFurtherAnswer(String method) {
    String code = "NO_FURTHER_ANSWER";
    return method.equals("GET")
        ? DestinationException.inDoubt(code, 0, "the vendor would be asked what became of it")
        : DestinationException.unavailable(
            code, 0, Duration.ZERO, "another " + method + " would follow this answer");
  }

  private Wire.Reply answer(Sandbox sandbox, Wire.Request request) {
    if (!sandbox.speaksFor(provider.type())) {
      return new Wire.Reply(200, Map.of(), "{}".getBytes(StandardCharsets.UTF_8));
    }
    URI uri = request.uri();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    byte[] body = request.body() == null ? new byte[0] : request.body();
    WireReply reply =
        sandbox.handle(
            WireRequest.of(
                request.method(),
                "/" + provider.type() + uri.getRawPath() + query,
                request.headers(),
                body));
    Map<String, List<String>> headers = new HashMap<>();
    reply.headers().forEach((name, value) -> headers.put(name, List.of(value)));
    return new Wire.Reply(reply.status(), headers, reply.body().getBytes(StandardCharsets.UTF_8));
  }
}
