/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the destination holds: per object, name to id and fields. Thread-safe. */
final class SandboxStore {

  /** A stored record; {@code fields} is a JSON object. */
  record Stored(String id, String fields) {}

  /** The outcome of one operation: an id, or the reason why not. */
  record Done(String id, boolean created, String problem) {}

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** One object's records, and their names by id. */
  private static final class Table {
    final Map<String, Stored> records = new LinkedHashMap<>();
    final Map<String, String> names = new HashMap<>();
  }

  private final boolean assumesRecords;
  private final Map<String, Table> tables = new LinkedHashMap<>();
  private long lastId = 1_000;

  /**
   * @param assumesRecords whether a record that it was never told of can be updated
   */
  SandboxStore(boolean assumesRecords) {
    this.assumesRecords = assumesRecords;
  }

  /** Why the operation would fail, or {@code null}. */
  synchronized String problem(String object, String op, String name) {
    Table table = tables.get(object);
    boolean held = table != null && table.records.containsKey(name);
    if (op.equals("insert") && held) {
      return "ALREADY_EXISTS";
    }
    return op.equals("update") && !held && !assumesRecords ? "NOT_FOUND" : null;
  }

  /** Applies one operation; {@code fields} is ignored by a delete. */
  synchronized Done apply(String object, String op, String name, String fields) {
    Table table = tables.computeIfAbsent(object, any -> new Table());
    Stored stored = table.records.get(name);
    if (op.equals("delete")) {
      if (stored == null) {
        return new Done(null, false, null);
      }
      table.records.remove(name);
      table.names.remove(stored.id());
      return new Done(stored.id(), false, null);
    }
    String problem = problem(object, op, name);
    if (problem != null) {
      return new Done(stored == null ? null : stored.id(), false, problem);
    }
    String id = stored == null ? Long.toString(++lastId) : stored.id();
    String now = stored == null ? fields : merged(stored.fields(), fields);
    table.records.put(name, new Stored(id, now));
    table.names.put(id, name);
    return new Done(id, stored == null, null);
  }

  /** The name of the record that has this id, or {@code null}. */
  synchronized String nameOf(String object, String id) {
    Table table = tables.get(object);
    return table == null ? null : table.names.get(id);
  }

  /** The id of the record that has this name, or {@code null}. */
  synchronized String id(String object, String name) {
    Stored stored = tables.containsKey(object) ? tables.get(object).records.get(name) : null;
    return stored == null ? null : stored.id();
  }

  /** The record that has this name, or {@code null}. */
  synchronized Stored record(String object, String name) {
    return tables.containsKey(object) ? tables.get(object).records.get(name) : null;
  }

  /** A copy: name to record, in the order in which they were created. */
  synchronized Map<String, Stored> records(String object) {
    Table table = tables.get(object);
    return table == null ? Map.of() : new LinkedHashMap<>(table.records);
  }

  /** Per object, how many records it holds. */
  synchronized Map<String, Integer> counts() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    tables.forEach((object, table) -> counts.put(object, table.records.size()));
    return counts;
  }

  private static String merged(String before, String fields) {
    try {
      ObjectNode merged = (ObjectNode) JSON.readTree(before);
      merged.setAll((ObjectNode) JSON.readTree(fields));
      return merged.toString();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("stored fields are JSON", e);
    }
  }
}
