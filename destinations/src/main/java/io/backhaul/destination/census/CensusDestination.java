/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.census;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.Probe;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.census.CensusRecords.Sent;
import io.backhaul.destination.http.CallSeries;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.http.Transport;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A receiver of Census' protocol. What it can do it is asked once for each object; then a batch is
 * as many calls of {@code sync_batch} as it takes. Results name a record by the value of its
 * identifier; only what is told to have succeeded has ("Error handling").
 */
final class CensusDestination implements Destination {

  /** The protocol has no codes for a record's failure: words that say that it passes by itself. */
  private static final Pattern PASSING =
      Pattern.compile(
          "(?i)retry|try again|time[sd]?[ -]?out|rate.?limit|too many requests|throttl|temporar"
              + "|unavailable|overload|\\bbusy\\b|\\block(ed)?\\b");

  private final CensusConfig config;
  private final DeliveryContext context;
  private final Transport transport;
  private final CensusRpc rpc;
  private final Capabilities capabilities;
  private final Map<String, CensusPlan> plans = new ConcurrentHashMap<>();

  CensusDestination(CensusConfig config, DeliveryContext context, Set<String> secrets) {
    this.config = config;
    this.context = context;
    this.transport = Transport.open(config.http(), context, secrets);
    this.rpc = new CensusRpc(transport, config.http().url(), context.clock());
    this.capabilities =
        new Capabilities(
            EnumSet.allOf(Op.class),
            config.http().maxRecords(),
            config.http().maxBytes(),
            config.http().requestsPerSecond(),
            config.http().concurrency(),
            false,
            config.allIdentifiers());
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  /** {@code test_connection}: whether the receiver reaches what it writes to. */
  @Override
  public Probe probe() {
    CensusRpc.Told told = rpc.ask("test_connection", null);
    if (!told.result().path("success").asBoolean(false)) {
      String words = told.result().path("error_message").asText("it does not say why");
      throw DestinationException.refused(
          "TEST_CONNECTION_FAILED",
          told.answer().status(),
          "the receiver's own test fails: " + transport.redactor(Set.of()).redact(words));
    }
    return new Probe("test_connection", null, told.answer().ahead(context.clock()));
  }

  /**
   * {@code list_objects} and {@code list_fields}. An object that can create fields on write takes
   * any.
   */
  @Override
  public ObjectSchema describe(String object) {
    Map<String, JsonNode> objects = new LinkedHashMap<>();
    rpc.ask("list_objects", null)
        .result()
        .path("objects")
        .forEach(each -> objects.put(each.path("object_api_name").asText(), each));
    Map<String, CensusField> fields;
    try {
      fields = fields(object);
    } catch (DestinationException e) {
      if (e.kind() != DestinationException.Kind.REFUSED || objects.containsKey(object)) {
        throw e;
      }
      throw DestinationException.refused(
          "OBJECT_UNKNOWN",
          e.httpStatus(),
          "the receiver has no object '"
              + object
              + "', only "
              + String.join(", ", objects.keySet()));
    }
    JsonNode listed = objects.getOrDefault(object, JsonNodeFactory.instance.objectNode());
    Set<String> keys = new LinkedHashSet<>();
    fields.values().stream().filter(CensusField::identifier).forEach(each -> keys.add(each.name()));
    return new ObjectSchema(
        object,
        objects.containsKey(object) && !listed.hasNonNull("can_create_fields"),
        fields.values().stream().map(CensusField::toSchema).toList(),
        keys);
  }

  private Map<String, CensusField> fields(String object) {
    Map<String, CensusField> fields = new LinkedHashMap<>();
    rpc.ask("list_fields", object)
        .result()
        .path("fields")
        .forEach(
            each -> {
              CensusField field = CensusField.of(each);
              fields.put(field.name(), field);
            });
    return fields;
  }

  private CensusPlan plan(String object) {
    Map<String, CensusField> fields = fields(object);
    Set<String> operations = new LinkedHashSet<>();
    rpc.ask("supported_operations", object)
        .result()
        .path("operations")
        .forEach(each -> operations.add(each.asText()));
    JsonNode speed = rpc.ask("get_sync_speed", null).result();
    return new CensusPlan(
        fields,
        operations,
        Math.max(1, speed.path("maximum_batch_size").asInt(capabilities.maxRecords())),
        speed.path("maximum_records_per_second").asDouble(0));
  }

  @Override
  public Delivery write(Batch batch) {
    capabilities.admit(batch);
    CensusPlan plan = plans.computeIfAbsent(batch.object(), this::plan);
    plan.admit(batch);
    CensusRecords records = CensusRecords.of(batch, plan, config.identifier(batch.object()));
    Set<String> values = JsonBody.values(batch);
    CallSeries.Exchange exchange =
        part -> {
          CensusRpc.Told told = rpc.tell(part.call(), values);
          return new CallSeries.Read(
              results(part, records, told),
              told.answer().status(),
              plan.pace(batch.size(), told.answer()));
        };
    List<CallSeries.Part> parts = parts(batch, plan, records);
    if (parts.size() != 1) {
      return CallSeries.of(
          batch, records.refused(), parts, capabilities.safeToRepeat(batch.op()), exchange);
    }
    // What fails the only call fails the batch, which is for the sender to deal with.
    CallSeries.Read read = exchange.of(parts.get(0));
    List<RecordResult> results = new ArrayList<>(records.refused());
    results.addAll(read.results());
    return Delivery.Settled.of(batch, results, read.httpStatus(), read.rateHint());
  }

  private List<CallSeries.Part> parts(Batch batch, CensusPlan plan, CensusRecords records) {
    List<CallSeries.Part> parts = new ArrayList<>();
    List<Sent> sent = List.copyOf(records.sent().values());
    for (int from = 0; from < sent.size(); from += plan.batchSize()) {
      List<Sent> some = sent.subList(from, Math.min(sent.size(), from + plan.batchSize()));
      ObjectNode params = JsonNodeFactory.instance.objectNode();
      params.set("sync_plan", records.syncPlan());
      ArrayNode list = params.putArray("records");
      some.forEach(each -> list.add(each.fields()));
      parts.add(
          new CallSeries.Part(
              rpc.syncBatch(batch.id() + "-" + parts.size(), params),
              some.stream().map(Sent::change).toList()));
    }
    return parts;
  }

  private static List<RecordResult> results(
      CallSeries.Part part, CensusRecords records, CensusRpc.Told told) {
    int status = told.answer().status();
    JsonNode list = told.result().path("record_results");
    if (!list.isArray()) {
      throw DestinationException.contradictory(status, "the answer holds no record_results");
    }
    Set<String> keys = part.changes().stream().map(Change::key).collect(Collectors.toSet());
    Map<String, Change> open = new HashMap<>();
    records
        .sent()
        .forEach(
            (id, sent) -> {
              if (keys.contains(sent.change().key())) {
                open.put(id, sent.change());
              }
            });
    List<RecordResult> results = new ArrayList<>();
    for (JsonNode result : list) {
      String id = CensusField.text(result.path("identifier"));
      Change change = open.remove(id);
      if (change == null) {
        throw DestinationException.contradictory(
            status, "the answer names a record that was not sent, or one twice");
      }
      results.add(result(change, id, result));
    }
    return results;
  }

  private static RecordResult result(Change change, String id, JsonNode told) {
    if (told.path("success").asBoolean(false)) {
      return new RecordResult.Applied(change.key(), id);
    }
    String words = told.path("error_message").asText("the receiver does not say why");
    return PASSING.matcher(words).find()
        ? new RecordResult.Retry(change.key(), "RECORD_FAILED")
        : new RecordResult.Rejected(change.key(), "RECORD_FAILED", null, words);
  }

  @Override
  public void close() {
    transport.close();
  }
}
