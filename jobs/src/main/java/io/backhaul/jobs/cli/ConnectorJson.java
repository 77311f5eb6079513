/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Op;
import io.backhaul.destination.Profile;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.Wire;
import io.backhaul.destination.inspect.Reading;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the {@code connector} commands print with {@code --json}; other programs read it. */
final class ConnectorJson {

  private static final JsonNodeFactory NODES = new JsonNodeFactory(true);
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(NODES)
          .build();

  private ConnectorJson() {}

  /** Of {@code connector list}. */
  static String list(Collection<DestinationProvider> providers) {
    ArrayNode list = NODES.arrayNode();
    providers.forEach(provider -> list.add(connector(provider)));
    return list.toPrettyString();
  }

  private static ObjectNode connector(DestinationProvider provider) {
    Profile profile = provider.profile();
    ObjectNode node = NODES.objectNode().put("type", provider.type());
    node.put("title", profile.title());
    ArrayNode objects = node.putArray("objects");
    for (Profile.Target target : profile.objects()) {
      ObjectNode object = objects.addObject().put("name", target.name());
      object.set("ops", ops(target.ops()));
      object.put("max_records", target.maxRecords()).put("note", target.note());
    }
    capabilities(provider).ifPresent(capabilities -> put(node, capabilities));
    node.put("results_per_record", profile.resultsPerRecord());
    node.put("returns_ids", profile.returnsIds());
    node.put("asynchronous", profile.asynchronous());
    node.put("describes", profile.describes());
    node.put("probes", profile.probes());
    return node.put("deletes", profile.deletes()).put("nulls", profile.nulls());
  }

  private static void put(ObjectNode node, Capabilities capabilities) {
    node.set("ops", ops(capabilities.ops()));
    node.put("max_records", capabilities.maxRecords());
    node.put("max_bytes", capabilities.maxBytes());
    node.put("requests_per_second", capabilities.requestsPerSecond());
    node.put("concurrency", capabilities.concurrency());
    node.put("idempotency_keys", capabilities.idempotencyKeys());
  }

  /**
   * What a destination of the type can do unless its file says otherwise; empty if its connector
   * has no sample to open one by.
   */
  static Optional<Capabilities> capabilities(DestinationProvider provider) {
    DestinationConfig config =
        new DestinationConfig("inspected", provider.type(), provider.type(), provider.sample());
    try (Destination destination = provider.open(config, DeliveryContext.system())) {
      return Optional.of(destination.capabilities());
    } catch (DestinationException e) {
      return Optional.empty();
    }
  }

  private static ArrayNode ops(Set<Op> ops) {
    ArrayNode names = NODES.arrayNode();
    for (Op op : Op.values()) {
      if (ops.contains(op)) {
        names.add(op.wireName());
      }
    }
    return names;
  }

  /** Of {@code connector write}. */
  static String requests(List<Wire.Request> requests) {
    ArrayNode list = NODES.arrayNode();
    for (Wire.Request request : requests) {
      ObjectNode node = list.addObject().put("method", request.method());
      node.put("url", request.uri().toString());
      ObjectNode headers = node.putObject("headers");
      request.headers().entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(header -> headers.put(header.getKey(), header.getValue()));
      node.set("body", body(request));
    }
    return list.toPrettyString();
  }

  /** As JSON where it is JSON, else as text. */
  private static JsonNode body(Wire.Request request) {
    if (request.body() == null || request.body().length == 0) {
      return NODES.nullNode();
    }
    String text = new String(request.body(), StandardCharsets.UTF_8);
    try {
      JsonNode tree = JSON.readTree(text);
      return tree.isContainerNode() ? tree : NODES.textNode(text);
    } catch (JsonProcessingException e) {
      return NODES.textNode(text);
    }
  }

  /** Of {@code connector read}. */
  static String reading(Batch batch, Reading reading) {
    ObjectNode node = NODES.objectNode();
    ArrayNode results = node.putArray("results");
    node.putNull("batch");
    if (reading instanceof Reading.Understood understood) {
      if (understood.delivery() instanceof Delivery.Settled settled) {
        settled.results().forEach(one -> results.add(result(one)));
      } else if (understood.delivery() instanceof Delivery.Pending pending) {
        node.set("batch", pending(pending));
      }
    } else if (reading instanceof Reading.Failed failed) {
      DestinationException failure = failed.failure();
      if (rejectsTheOnlyRecord(batch, failure)) {
        results.add(
            result(
                new RecordResult.Rejected(
                    batch.changes().get(0).key(),
                    failure.code(),
                    failure.field(),
                    failure.getMessage())));
      } else {
        node.set("batch", failure(failure));
      }
    }
    return node.toPrettyString();
  }

  /** The sender takes the refusal of a single record for its rejection. */
  static boolean rejectsTheOnlyRecord(Batch batch, DestinationException failure) {
    return batch.size() == 1 && failure.kind() == DestinationException.Kind.POISONED;
  }

  private static ObjectNode pending(Delivery.Pending pending) {
    return NODES
        .objectNode()
        .put("retryable", true)
        .put("outcome_known", false)
        .put("wait_seconds", pending.pollAfter().toSeconds())
        .put("code", "JOB_PENDING")
        .put("message", "the vendor works on it as job " + pending.job().value());
  }

  private static ObjectNode failure(DestinationException failure) {
    return NODES
        .objectNode()
        .put("retryable", failure.retryable())
        .put("outcome_known", failure.outcomeKnown())
        .put("wait_seconds", failure.rateHint().pause().toSeconds())
        .put("code", failure.code())
        .put("message", failure.getMessage());
  }

  private static ObjectNode result(RecordResult result) {
    ObjectNode node = NODES.objectNode();
    try {
      node.set("key", JSON.readTree(result.key()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("keys are JSON", e);
    }
    String outcome = null;
    String id = null;
    String code = null;
    String field = null;
    String message = null;
    if (result instanceof RecordResult.Applied applied) {
      outcome = "applied";
      id = applied.destinationId();
    } else if (result instanceof RecordResult.Rejected rejected) {
      outcome = "rejected";
      code = rejected.code();
      field = rejected.field();
      message = rejected.message();
    } else if (result instanceof RecordResult.Retry retry) {
      outcome = "retry";
      code = retry.code();
    } else if (result instanceof RecordResult.Unknown unknown) {
      outcome = "unknown";
      message = unknown.reason();
    }
    node.put("outcome", outcome).put("id", id).put("code", code);
    return node.put("field", field).put("message", message);
  }
}
