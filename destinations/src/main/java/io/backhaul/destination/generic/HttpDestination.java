/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.JobHandle;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Probe;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.http.CallSeries;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.JsonBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Any API, as a file describes it: see {@code docs/http.md}. Without {@code calls} the endpoint
 * takes {@link CallBody.Envelope}, and answers by status or with one result a record.
 */
final class HttpDestination implements Destination {

  private final HttpConfig config;
  private final Exchange exchange;
  private final Capabilities capabilities;

  HttpDestination(HttpConfig config, DeliveryContext context, Set<String> secrets) {
    this.config = config;
    this.exchange = new Exchange(config, context, secrets);
    this.capabilities = config.capabilities();
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  /** What the object's {@code schema} call is answered; else what the file says of it. */
  @Override
  public ObjectSchema describe(String object) {
    Calls.Target target = config.calls().target(object);
    SchemaSpec schema = target.object().schema();
    if (schema == null) {
      return config.schema(object);
    }
    Scope scope = Scope.of(object, config.params(), target.parts());
    HttpAnswer answer = exchange.ask(schema.request(), schema.body(), schema.failures(), scope);
    try {
      return schema.schema(object, answer, scope.with(answer));
    } catch (TemplateFailure e) {
      throw Exchange.unreadable(answer);
    }
  }

  @Override
  public Probe probe() {
    if (config.probe().isEmpty()) {
      return Probe.NOTHING_TO_ASK;
    }
    ProbeSpec probe = config.probe().get();
    Scope scope = Scope.of("", config.params(), Map.of());
    HttpAnswer answer = exchange.ask(probe.request(), probe.body(), probe.failures(), scope);
    String account = null;
    if (probe.account() != null) {
      JsonNode body = JsonBody.tree(answer).orElse(JsonNodeFactory.instance.nullNode());
      account = probe.account().text(body, scope.with(answer));
    }
    return new Probe(probe.asked(), account, answer.ahead(exchange.clock()));
  }

  @Override
  public Delivery write(Batch batch) {
    capabilities.admit(batch);
    Calls.Target target = config.calls().target(batch.object());
    CallSpec call = target.object().call(batch.op());
    Scope scope = Scope.of(batch, config.params(), target.parts());
    Rows rows = rows(batch, target.object());
    Supplier<Set<String>> personal = () -> JsonBody.values(batch);
    boolean repeatable = capabilities.safeToRepeat(batch.op());
    if (call.one()) {
      List<RecordCall> calls = new ArrayList<>();
      for (Row row : rows.sendable()) {
        String id = batch.size() == 1 ? batch.id() : batch.id() + "-" + row.position();
        calls.add(new RecordCall(exchange, target.object(), call, row, scope, id, personal));
      }
      return CallSeries.of(batch, rows.refused(), calls, repeatable);
    }
    Loads loads = Loads.of(exchange, batch, call, rows, scope);
    if (call.job() != null) {
      return new Jobs(exchange, batch, call, loads, personal).begin();
    }
    if (loads.calls().isEmpty()) {
      return Delivery.Settled.of(batch, loads.refused(), 0, RateHint.NONE);
    }
    List<ManyCall> calls =
        loads.calls().stream().map(load -> new ManyCall(exchange, call, load, personal)).toList();
    return CallSeries.of(batch, loads.refused(), calls, repeatable);
  }

  @Override
  public Delivery resume(JobHandle job, Batch batch) {
    Calls.Target target = config.calls().target(batch.object());
    CallSpec call = target.object().call(batch.op());
    if (call.job() == null) {
      throw DestinationException.contradictory(0, "the file describes no job for this call");
    }
    Scope scope = Scope.of(batch, config.params(), target.parts());
    Loads loads = Loads.of(exchange, batch, call, rows(batch, target.object()), scope);
    return new Jobs(exchange, batch, call, loads, () -> JsonBody.values(batch)).resume(job);
  }

  private Rows rows(Batch batch, ObjectCalls object) {
    return Rows.of(batch, config.identifying(batch.object(), object), object.ignoreCase());
  }

  @Override
  public void close() {
    exchange.close();
  }
}
