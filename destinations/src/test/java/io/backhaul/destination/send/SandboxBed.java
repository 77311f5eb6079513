/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Change;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.Op;
import io.backhaul.destination.Providers;
import io.backhaul.destination.sandbox.Fault;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.Oracle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The sender, a real connector, real HTTP and the sandbox; the oracle judges by the ledger. */
final class SandboxBed implements AutoCloseable {

  static final String KEYS_ON = "{\"header\":\"Idempotency-Key\"}";
  static final String KEYS_OFF = "\"off\"";

  final Bench bench = new Bench();
  final SandboxServer sandbox =
      SandboxServer.start(0, SandboxScript.FAULTLESS, RequestLedger.complete(), bench.clock);
  private final List<Destination> opened = new ArrayList<>();

  @Override
  public void close() {
    opened.forEach(Destination::close);
    sandbox.close();
  }

  Destination open(String type, String properties) {
    Destination destination =
        Providers.of(type)
            .orElseThrow()
            .open(
                new DestinationConfig("acme", "crm", type, (ObjectNode) Canonical.tree(properties)),
                new DeliveryContext(bench.clock, "test"));
    opened.add(destination);
    return destination;
  }

  Destination http(String keys) {
    return open(
        "http",
        "{\"url\":\""
            + sandbox.url()
            + "/api\",\"results\":\"per_record\",\"batch\":{\"max_records\":10},"
            + "\"idempotency_key\":"
            + keys
            + "}");
  }

  SendReport send(Destination destination, MemoryLog log, List<Change> plan)
      throws InterruptedException {
    return send(destination, "contacts", log, plan);
  }

  SendReport send(Destination destination, String object, List<Change> plan)
      throws InterruptedException {
    return send(destination, object, bench.log, plan);
  }

  SendReport send(Destination destination, String object, MemoryLog log, List<Change> plan)
      throws InterruptedException {
    return new Sender(
            destination,
            "acme/contacts",
            object,
            bench.policy,
            bench.gate,
            bench.breaker,
            log,
            bench.listener,
            bench.clock,
            bench.sleeper)
        .send(plan.iterator());
  }

  SendReport send(Destination destination, List<Change> plan) throws InterruptedException {
    return send(destination, bench.log, plan);
  }

  static List<Change> plan(Op op, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(n -> change(op, n)).toList();
  }

  private static Change change(Op op, int n) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    fields.put("name", "person " + n).put("email", "person" + n + "@example.com");
    return new Change("{\"id\":" + n + "}", op, fields.toString(), null, n, "");
  }

  Oracle.Report judge(List<Change> plan, int atLeast) {
    return judge(plan, bench.log.appended(), atLeast);
  }

  Oracle.Report judge(List<Change> plan, List<BatchOutcome> outcomes, int atLeast) {
    Function<Change, String> value = change -> Canonical.of(change.fields());
    return Oracle.of(plan, Change::key, value).judge(sandbox.ledger().entries(), outcomes, atLeast);
  }

  void script(Fault... faults) {
    sandbox.script(new SandboxScript(Duration.ZERO, List.of(faults), List.of()));
  }

  static Set<String> keys(IntStream ids) {
    return ids.mapToObj(id -> "{\"id\":" + id + "}").collect(Collectors.toSet());
  }
}
