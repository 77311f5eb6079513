/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.salesforce.Rows.Row;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The records of a job as a table, and which of them a row of its results is. Results come in any
 * order and echo the columns that were uploaded: a row is known by the external id or by
 * Salesforce's own, and where there is neither (inserts) by all it holds. Rows that are equal in
 * all columns cannot be told apart and need not be.
 */
final class BulkTable {

  /** Clears a field; an empty cell leaves it as it is. */
  static final String NULL = "#N/A";

  private static final String ID = "Id";

  private final List<String> header;
  private final List<String[]> cells = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();
  private final List<RecordResult> refused = new ArrayList<>();
  private final Map<String, Deque<Row>> open = new HashMap<>();
  private final String joinedBy;

  private BulkTable(Batch batch, Rows all) {
    boolean byId = batch.op() == Op.UPDATE || batch.op() == Op.DELETE;
    Set<String> columns = new LinkedHashSet<>();
    if (byId) {
      columns.add(ID);
    }
    for (Row row : all.sent()) {
      columns.addAll(row.fields().keySet());
    }
    header = List.copyOf(columns);
    boolean byExternalId =
        all.externalId() != null && all.sent().stream().allMatch(row -> row.externalId() != null);
    joinedBy = byId ? ID : byExternalId ? all.externalId() : null;
    for (Row row : all.sent()) {
      add(row);
    }
  }

  static BulkTable of(Batch batch, Rows rows) {
    return new BulkTable(batch, rows);
  }

  private void add(Row row) {
    String[] line = new String[header.size()];
    for (int i = 0; i < line.length; i++) {
      String column = header.get(i);
      JsonNode value = row.fields().get(column);
      String text = value == null ? "" : FieldValues.text(value);
      if (NULL.equals(text) && value.isTextual()) {
        refused.add(
            new RecordResult.Rejected(
                row.key(),
                "TEXT_MEANS_NULL",
                column,
                "in a job this text means null: set api: collections"));
        return;
      }
      boolean cleared = value != null && (value.isNull() || text.isEmpty());
      line[i] = column.equals(ID) && row.id() != null ? row.id() : cleared ? NULL : text;
    }
    cells.add(line);
    rows.add(row);
    open.computeIfAbsent(mark(line), any -> new ArrayDeque<>()).add(row);
  }

  /** Results of records that a table cannot hold. */
  List<RecordResult> refused() {
    return refused;
  }

  /** The records it holds. */
  List<Row> rows() {
    return rows;
  }

  byte[] csv() {
    return Csv.bytes(header, cells);
  }

  /** A column that results have. */
  String column() {
    return joinedBy == null ? header.get(0) : joinedBy;
  }

  /**
   * The record that a row of the results is about, each once.
   *
   * @throws DestinationException (contradictory) if it was not uploaded, or was found before
   */
  Row take(Map<String, String> result) {
    String[] line = new String[header.size()];
    for (int i = 0; i < line.length; i++) {
      line[i] = result.getOrDefault(header.get(i), "");
    }
    Deque<Row> found = open.get(mark(line));
    if (found == null || found.isEmpty()) {
      throw DestinationException.contradictory(
          200, "the job's results name a record that was not uploaded, or one twice");
    }
    return found.poll();
  }

  /** What tells a line from the others; lines are compared as a whole where no column does. */
  private String mark(String[] line) {
    if (joinedBy == null) {
      return String.join("\0", line);
    }
    String id = line[header.indexOf(joinedBy)];
    return joinedBy.equals(ID) && id.length() > 15 ? id.substring(0, 15) : id;
  }
}
