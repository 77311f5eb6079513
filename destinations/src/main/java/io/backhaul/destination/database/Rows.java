/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.database.Table.Column;
import io.backhaul.destination.http.ChangeFields;
import io.backhaul.destination.http.JsonBody;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A batch as rows of a table: those that name the same columns together, because one statement
 * writes them.
 *
 * @param key the columns that identify a row; may be empty for inserts
 * @param refused results of records that are no rows of this table
 */
record Rows(List<Column> key, List<Group> groups, List<RecordResult> refused) {

  /** Rows that name the same columns. */
  record Group(List<Column> columns, List<Row> rows) {}

  /**
   * One row.
   *
   * @param at values of the key by which the row is found, as {@link Values} gave them
   * @param values of the group's columns, in their order
   * @param id what the row can be found by afterwards, or {@code null}
   */
  record Row(Change change, List<Object> at, List<Object> values, String id) {}

  /** Turns JSON into what a column takes. */
  @FunctionalInterface
  interface Values {
    /** The value, or {@code null} for the null that {@code value} is. */
    Object of(Column column, JsonNode value) throws BadValue;
  }

  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient RecordResult.Rejected result;

    Refused(Change change, String code, String field, String message) {
      super(message);
      this.result = new RecordResult.Rejected(change.key(), code, field, message);
    }
  }

  /**
   * Words the batch.
   *
   * @param keyNames columns that identify a row; empty for those of the records' own key
   * @throws DestinationException (refused) if the table has no such columns
   */
  static Rows of(Batch batch, Table table, List<String> keyNames, Values values) {
    List<String> names = keyNames.isEmpty() ? ownKey(batch) : keyNames;
    List<Column> key = new ArrayList<>();
    for (String name : names) {
      Optional<Column> column = table.column(name);
      if (column.isPresent() && batch.op() == Op.UPSERT && !column.get().writable()) {
        throw DestinationException.refused(
            "KEY_READ_ONLY",
            0,
            "the database computes "
                + name
                + " itself, so that no new row can have a given one: name other columns under key");
      }
      if (column.isPresent()) {
        key.add(column.get());
      } else if (batch.op() != Op.INSERT) {
        throw DestinationException.refused(
            "KEY_UNKNOWN",
            0,
            "the table of '"
                + batch.object()
                + "' has no column "
                + name
                + ": name the columns that identify a row under key: {"
                + batch.object()
                + ": […]}");
      }
    }
    return new Reader(batch.op(), table, key, names, values).read(batch);
  }

  private static List<String> ownKey(Batch batch) {
    List<String> names = new ArrayList<>();
    JsonBody.parse(batch.changes().get(0).key()).fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** The rows of all groups. */
  List<Row> all() {
    return groups.stream().flatMap(group -> group.rows().stream()).toList();
  }

  private record Reader(Op op, Table table, List<Column> key, List<String> names, Values values) {

    Rows read(Batch batch) {
      Map<List<Column>, List<Row>> groups = new LinkedHashMap<>();
      List<RecordResult> refused = new ArrayList<>();
      Set<Object> seen = new HashSet<>();
      for (Change change : batch.changes()) {
        try {
          ChangeFields record = ChangeFields.of(change);
          Map<Column, JsonNode> fields = fields(record);
          List<JsonNode> at = at(record);
          if (op != Op.INSERT && !seen.add(at)) {
            throw new Refused(
                change,
                "DUPLICATE_ID",
                key.get(0).name(),
                "another record of the same batch has the same key");
          }
          Row row =
              new Row(
                  change, converted(change, key, at), converted(change, fields), id(at, fields));
          groups.computeIfAbsent(List.copyOf(fields.keySet()), c -> new ArrayList<>()).add(row);
        } catch (Refused e) {
          refused.add(e.result);
        }
      }
      List<Group> all = new ArrayList<>();
      groups.forEach((columns, rows) -> all.add(new Group(columns, rows)));
      return new Rows(key, all, refused);
    }

    /** Columns and their values, the key's included where a new row may come of it. */
    private Map<Column, JsonNode> fields(ChangeFields record) throws Refused {
      Map<Column, JsonNode> fields = new LinkedHashMap<>();
      if (op == Op.DELETE) {
        return fields;
      }
      for (Map.Entry<String, JsonNode> field : record.fields().properties()) {
        Column column =
            table
                .column(field.getKey())
                .orElseThrow(
                    () ->
                        new Refused(
                            record.change(),
                            "FIELD_UNKNOWN",
                            field.getKey(),
                            "the table has no column " + field.getKey()));
        if (!column.writable()) {
          throw new Refused(
              record.change(),
              "FIELD_READ_ONLY",
              column.name(),
              "the database computes " + column.name() + " itself");
        }
        fields.put(column, field.getValue());
      }
      for (int i = 0; i < key.size() && op != Op.UPDATE; i++) {
        Optional<JsonNode> value = record.identity(names.get(i));
        JsonNode named = fields.get(key.get(i));
        boolean missing = named == null || named.isNull();
        if (value.isPresent() && missing && key.get(i).writable()) {
          fields.put(key.get(i), value.get());
        }
      }
      return fields;
    }

    /** The key's values; an update or a delete goes by the id that is known of the row. */
    private List<JsonNode> at(ChangeFields record) throws Refused {
      String known = record.change().destinationId();
      if (known != null && (op == Op.UPDATE || op == Op.DELETE)) {
        Optional<List<JsonNode>> at = read(known);
        if (at.isPresent()) {
          return at.get();
        }
      }
      List<JsonNode> at = new ArrayList<>();
      for (int i = 0; i < key.size(); i++) {
        JsonNode value = record.identity(names.get(i)).orElse(null);
        if (value == null && op != Op.INSERT) {
          throw new Refused(
              record.change(),
              "KEY_EMPTY",
              key.get(i).name(),
              key.get(i).name() + " identifies the row and must not be empty");
        }
        at.add(value);
      }
      return at;
    }

    private Optional<List<JsonNode>> read(String id) {
      if (key.size() == 1) {
        return Optional.of(List.of(JsonNodeFactory.instance.textNode(id)));
      }
      if (!id.startsWith("[")) {
        return Optional.empty();
      }
      List<JsonNode> at = new ArrayList<>();
      try {
        JsonBody.parse(id).forEach(at::add);
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
      return at.size() == key.size() ? Optional.of(at) : Optional.empty();
    }

    /** The key that the row has when it is written: its text, or an array of several. */
    private String id(List<JsonNode> at, Map<Column, JsonNode> fields) {
      ArrayNode all = JsonNodeFactory.instance.arrayNode();
      for (int i = 0; i < key.size(); i++) {
        JsonNode value = fields.getOrDefault(key.get(i), at.get(i));
        if (value == null || value.isNull()) {
          return null;
        }
        all.add(value);
      }
      if (all.isEmpty()) {
        return null;
      }
      return all.size() == 1 ? Json.text(all.get(0)) : all.toString();
    }

    private List<Object> converted(Change change, List<Column> columns, List<JsonNode> nodes)
        throws Refused {
      List<Object> all = new ArrayList<>(nodes.size());
      for (int i = 0; i < nodes.size(); i++) {
        all.add(converted(change, columns.get(i), nodes.get(i)));
      }
      return all;
    }

    private List<Object> converted(Change change, Map<Column, JsonNode> fields) throws Refused {
      List<Object> all = new ArrayList<>(fields.size());
      for (Map.Entry<Column, JsonNode> field : fields.entrySet()) {
        all.add(converted(change, field.getKey(), field.getValue()));
      }
      return all;
    }

    private Object converted(Change change, Column column, JsonNode node) throws Refused {
      if (node == null || node.isNull()) {
        return null;
      }
      try {
        return values.of(column, node);
      } catch (BadValue e) {
        throw new Refused(change, e.code(), column.name(), e.getMessage());
      }
    }
  }
}
