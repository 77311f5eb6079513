/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.ChangeFields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The records of a batch that can be sent, and the results of those that cannot: Salesforce could
 * not tell them apart, or find them.
 *
 * @param externalId the field that identifies a record beside Salesforce's own id, or {@code null}
 * @param sent in the order of the request, to which positions in an answer refer
 */
record Rows(String externalId, List<Row> sent, List<RecordResult> refused) {

  /**
   * A record of a request.
   *
   * @param id Salesforce's own id, for updates and deletes; {@code null} if it is not known
   * @param externalId the value of the external id field, or {@code null}
   * @param fields see {@link FieldValues}; empty for a delete
   */
  record Row(Change change, String id, JsonNode externalId, Map<String, JsonNode> fields) {

    String key() {
      return change.key();
    }

    private String identity() {
      return id != null ? "id " + id : externalId == null ? null : FieldValues.text(externalId);
    }

    /** What the record refers to; equal for records that lock the same parents. */
    private String parents() {
      return fields.entrySet().stream()
          .filter(field -> refersToAParent(field.getKey(), field.getValue()))
          .map(field -> field.getKey() + "=" + field.getValue().asText())
          .sorted()
          .collect(Collectors.joining(" "));
    }

    private static boolean refersToAParent(String path, JsonNode value) {
      return path.indexOf('.') > 0 || (path.endsWith("Id") && ID.matcher(value.asText()).matches());
    }
  }

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9]{15}|[A-Za-z0-9]{18}");

  /**
   * Words the records of a batch.
   *
   * @throws DestinationException (refused) if nothing identifies the records of an upsert
   */
  static Rows of(Batch batch, SalesforceConfig config) {
    List<ChangeFields> changes = batch.changes().stream().map(ChangeFields::of).toList();
    String externalId = externalId(batch, config, changes.get(0));
    List<Row> sent = new ArrayList<>();
    List<RecordResult> refused = new ArrayList<>();
    Set<String> identities = new HashSet<>();
    for (ChangeFields change : changes) {
      Row row = row(batch.op(), change, externalId);
      String identity = row.identity();
      if (identity == null && batch.op() != Op.INSERT) {
        refused.add(unidentified(row, externalId));
      } else if (identity != null && !identities.add(identity)) {
        refused.add(
            new RecordResult.Rejected(
                row.key(),
                "DUPLICATE_ID",
                row.id() == null ? externalId : "Id",
                "another record of the same request has the same id"));
      } else {
        sent.add(row);
      }
    }
    if (batch.size() > SalesforceConfig.MOST_IN_A_CALL) {
      // Salesforce works in chunks of 200 at once: records of one parent in several of them would
      // wait for each other's lock ("Organize Data to Minimize Lock Contention"). A stable order.
      sent.sort(Comparator.comparing(Row::parents));
    }
    return new Rows(externalId, List.copyOf(sent), refused);
  }

  /** The field that the file names, else the only key column. */
  private static String externalId(Batch batch, SalesforceConfig config, ChangeFields first) {
    Optional<String> named = config.externalId(batch.object());
    Optional<String> column =
        first
            .soleKey()
            .filter(name -> SalesforceConfig.FIELD.matcher(name).matches() && !isId(name));
    if (batch.op() == Op.INSERT) {
      // A key column may be the source's own; only custom fields are surely meant as fields.
      return named.or(() -> column.filter(name -> name.endsWith("__c"))).orElse(null);
    }
    return named
        .or(() -> column)
        .orElseGet(
            () -> {
              if (batch.op() == Op.UPSERT) {
                throw DestinationException.refused(
                    "EXTERNAL_ID_MISSING",
                    0,
                    "nothing identifies a record of '"
                        + batch.object()
                        + "': name an external id field under external_id");
              }
              return null;
            });
  }

  private static Row row(Op op, ChangeFields change, String externalId) {
    Map<String, JsonNode> fields = new LinkedHashMap<>(FieldValues.of(change.fields()));
    JsonNode value = externalId == null ? null : change.identity(externalId).orElse(null);
    if (op == Op.UPDATE || op == Op.DELETE) {
      String own = change.change().destinationId();
      String id =
          own != null
              ? own
              : change
                  .identity("Id")
                  .or(() -> change.identity("id"))
                  .map(JsonNode::asText)
                  .orElse(null);
      fields.keySet().removeIf(Rows::isId);
      return new Row(change.change(), id, value, fields);
    }
    if (value != null) {
      fields.put(externalId, value);
    }
    return new Row(change.change(), null, value, fields);
  }

  private static boolean isId(String name) {
    return name.equalsIgnoreCase("Id");
  }

  private static RecordResult unidentified(Row row, String externalId) {
    return row.change().op() == Op.UPSERT
        ? new RecordResult.Rejected(
            row.key(), "EXTERNAL_ID_EMPTY", externalId, externalId + " must not be empty")
        : new RecordResult.Rejected(
            row.key(),
            "NO_DESTINATION_ID",
            externalId,
            "neither Salesforce's id nor an external id is known of this record");
  }

  /** The records of which Salesforce's own id is known, or those of which it is not. */
  List<Row> identified(boolean byOwnId) {
    return sent.stream().filter(row -> (row.id() != null) == byOwnId).toList();
  }
}
