/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The records of a batch: those that can be told apart, and results of those that cannot.
 *
 * @param sendable in the order of the batch
 */
record Rows(List<Row> sendable, List<RecordResult> refused) {

  Rows {
    sendable = List.copyOf(sendable);
    refused = List.copyOf(refused);
  }

  /**
   * @param ignoreCase whether two identities that differ by case are one
   */
  static Rows of(Batch batch, Identifying identifying, boolean ignoreCase) {
    List<Row> rows = new ArrayList<>(batch.size());
    List<RecordResult> refused = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Change change : batch.changes()) {
      Row row = new Row(change, rows.size() + refused.size(), identifying);
      // What is inserted need not be told apart from anything.
      if (identifying.fields().isEmpty() || batch.op() == Op.INSERT) {
        rows.add(row);
      } else if (row.identity() == null && change.destinationId() == null) {
        refused.add(unidentified(row, identifying.fields()));
      } else if (!seen.add(mark(row, ignoreCase))) {
        refused.add(repeated(row));
      } else {
        rows.add(row);
      }
    }
    return new Rows(rows, refused);
  }

  private static String mark(Row row, boolean ignoreCase) {
    Identifying.Identity is = row.identity();
    JsonNode value =
        is == null ? JsonNodeFactory.instance.textNode(row.change().destinationId()) : is.value();
    String text = JsonKey.of(value);
    return (is == null ? "" : is.name())
        + " "
        + (ignoreCase ? text.toLowerCase(Locale.ROOT) : text);
  }

  private static RecordResult unidentified(Row row, List<String> identifying) {
    return new RecordResult.Rejected(
        row.key(),
        "IDENTITY_MISSING",
        identifying.get(0),
        "nothing identifies the record: it needs " + String.join(" or ", identifying));
  }

  private static RecordResult repeated(Row row) {
    return new RecordResult.Rejected(
        row.key(),
        "DUPLICATE_ID",
        row.identity() == null ? null : row.identity().name(),
        "another record of the same request has the same identity");
  }
}
