/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.RecordResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Words the calls that carry many records each: as few as the call's limits allow. */
final class Loads {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Exchange exchange;
  private final Batch batch;
  private final CallSpec call;
  private final Scope scope;
  private final int total;
  private final List<RecordResult> refused = new ArrayList<>();
  private final List<Load> loads = new ArrayList<>();
  private final Map<Integer, JsonNode> items = new LinkedHashMap<>();

  private Loads(Exchange exchange, Batch batch, CallSpec call, Scope scope, int total) {
    this.exchange = exchange;
    this.batch = batch;
    this.call = call;
    this.scope = scope;
    this.total = total;
  }

  /**
   * Words the calls.
   *
   * @throws DestinationException (refused) if the file's expressions have no value; (poisoned) if a
   *     text cannot be sent
   */
  static Loads of(Exchange exchange, Batch batch, CallSpec call, Rows rows, Scope scope) {
    Loads loads = new Loads(exchange, batch, call, scope, rows.sendable().size());
    loads.refused.addAll(rows.refused());
    try {
      loads
          .groups(rows.sendable())
          .forEach((group, members) -> loads.cut(members, scope.with("group", group)));
    } catch (TemplateFailure e) {
      throw DestinationException.refused(e.code(), 0, call.name() + ": " + e.getMessage());
    }
    return loads;
  }

  /** Calls in the order in which they are to be made. */
  List<Load> calls() {
    return loads;
  }

  /** Results of the records that none of them carries. */
  List<RecordResult> refused() {
    return refused;
  }

  private Map<JsonNode, List<Row>> groups(List<Row> rows) {
    Map<JsonNode, List<Row>> groups = new LinkedHashMap<>();
    for (Row row : rows) {
      JsonNode group = JSON.nullNode();
      try {
        if (!fits(row)) {
          continue;
        }
        if (call.group() != null) {
          group = call.group().on(row.node(), scope);
        }
      } catch (TemplateFailure e) {
        refused.add(new RecordResult.Rejected(row.key(), e.code(), null, e.getMessage()));
        continue;
      }
      groups.computeIfAbsent(group, any -> new ArrayList<>()).add(row);
    }
    return groups;
  }

  /** Whether the record can be sent; if not, it has its result. */
  private boolean fits(Row row) {
    RecordResult problem = RecordCheck.problem(call, row, scope);
    if (problem == null && call.body() instanceof CallBody.Worded) {
      JsonNode item = call.item() == null ? row.node() : call.item().on(row.node(), scope);
      items.put(row.position(), item);
      problem = RecordCheck.tooLarge(call, row, item);
    }
    if (problem != null) {
      refused.add(problem);
    }
    return problem == null;
  }

  private void cut(List<Row> rows, Scope group) {
    for (int from = 0; from < rows.size(); from += call.maxRecords()) {
      int to = (int) Math.min(rows.size(), (long) from + call.maxRecords());
      load(rows.subList(from, to), group);
      if (to == rows.size()) {
        return;
      }
    }
  }

  private void load(List<Row> rows, Scope group) {
    Load load = worded(rows, group);
    long most = Math.min(call.maxBytes(), exchange.config().http().maxBytes());
    byte[] body = load.call().body();
    if (call.body() instanceof CallBody.Worded
        && rows.size() > 1
        && body != null
        && body.length > most) {
      load(rows.subList(0, rows.size() / 2), group);
      load(rows.subList(rows.size() / 2, rows.size()), group);
    } else {
      loads.add(load);
    }
  }

  private Load worded(List<Row> rows, Scope group) {
    // A part of the batch is another request than the whole: it goes by a name of its own.
    String id = rows.size() == total ? batch.id() : batch.id() + "-" + rows.get(0).position();
    Scope own = group.with("batch", JSON.textNode(id)).with("count", JSON.numberNode(rows.size()));
    JsonNode input = JSON.nullNode();
    if (call.body() instanceof CallBody.Worded) {
      ArrayNode list = JSON.arrayNode();
      rows.forEach(row -> list.add(items.get(row.position())));
      own = own.with("items", list);
      ObjectNode records = JSON.objectNode();
      records.set("records", CallBody.records(rows));
      input = records;
    }
    byte[] body = call.body().of(rows, input, own);
    return new Load(
        exchange.worded(call.request(), body, call.body().contentType(), input, own), rows, own);
  }

  /** Bytes of a value as JSON. */
  static long bytes(JsonNode value) {
    return value.toString().getBytes(StandardCharsets.UTF_8).length;
  }
}
