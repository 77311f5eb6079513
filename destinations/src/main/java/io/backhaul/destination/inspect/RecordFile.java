/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import io.backhaul.destination.http.JsonBody;
import java.util.ArrayList;
import java.util.List;

/**
 * Records that somebody wrote down to see what becomes of them: {@code
 * [{"key":{…},"fields":{…},"destination_id":…}]}.
 */
public final class RecordFile {

  private RecordFile() {}

  /**
   * The changes that {@code op} makes of the records, numbers of any size kept exactly.
   *
   * @throws IllegalArgumentException if the text is anything else, saying what is wrong and with
   *     which record
   */
  public static List<Change> read(String json, Op op) {
    JsonNode records;
    try {
      records = JsonBody.parse(json);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the records are not JSON", e);
    }
    if (!records.isArray() || records.isEmpty()) {
      throw new IllegalArgumentException(
          "the records are no list: write [{\"key\":{…},\"fields\":{…},\"destination_id\":…}]");
    }
    List<Change> changes = new ArrayList<>();
    for (JsonNode record : records) {
      changes.add(change(record, op, "record " + (changes.size() + 1)));
    }
    return changes;
  }

  private static Change change(JsonNode record, Op op, String where) {
    JsonNode key = record.path("key");
    if (!key.isObject() || key.isEmpty()) {
      throw new IllegalArgumentException(where + " has no key: write \"key\":{\"id\":1}");
    }
    JsonNode fields = record.path("fields");
    if (op != Op.DELETE && !fields.isObject()) {
      throw new IllegalArgumentException(
          where + " has no fields: write \"fields\":{…}, if need be with nothing in it");
    }
    JsonNode id = record.path("destination_id");
    return new Change(
        key.toString(),
        op,
        op == Op.DELETE ? null : fields.toString(),
        id.isMissingNode() || id.isNull() ? null : id.asText(),
        0,
        "");
  }
}
