/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.backhaul.destination.sandbox.SalesforceRecords.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** An ingest job, and the format in which its rows are applied, once. Not thread-safe. */
final class SalesforceJob implements SandboxApi {

  private static final CsvMapper CSV = new CsvMapper();
  private static final String NULL = "#N/A";

  final String id;
  final Instant created;
  private final SalesforceOrg org;
  private final SandboxStore store;
  private final String object;
  private final String operation;
  private final String externalId;
  private String state = "Open";
  private String errorMessage;
  private byte[] csv;
  private List<Map<String, String>> rows = List.of();
  private List<Outcome> outcomes = List.of();
  private SalesforceRecords records;

  SalesforceJob(
      String id,
      Instant created,
      SalesforceOrg org,
      SandboxStore store,
      String object,
      String operation,
      String externalId) {
    this.id = id;
    this.created = created;
    this.org = org;
    this.store = store;
    this.object = object;
    this.operation = operation;
    this.externalId = externalId;
  }

  String state() {
    return state;
  }

  void state(String next) {
    state = next;
  }

  boolean filled() {
    return csv != null;
  }

  void fill(byte[] uploaded) {
    csv = uploaded;
  }

  byte[] csv() {
    return csv == null ? new byte[0] : csv;
  }

  /** Takes the upload apart; a column that is no field fails the job before its first row. */
  void begin() {
    state = "InProgress";
    rows = new ArrayList<>();
    try (MappingIterator<Map<String, String>> lines =
        CSV.readerForMapOf(String.class)
            .with(CsvSchema.emptySchema().withHeader())
            .readValues(csv())) {
      lines.forEachRemaining(line -> rows.add(new LinkedHashMap<>(line)));
    } catch (IOException | RuntimeException e) {
      fail("ClientInputError : the upload is not CSV with a header");
      return;
    }
    if (!rows.isEmpty()) {
      SalesforceOrg.stranger(object, rows.get(0).keySet())
          .ifPresent(name -> fail("InvalidBatch : Field name not found : " + name));
    }
  }

  private void fail(String message) {
    state = "Failed";
    errorMessage = message;
  }

  @Override
  public Posted read(WireRequest request, Set<String> watch) {
    String name = operation.equals("upsert") ? externalId : null;
    records = new SalesforceRecords(org, store, object, operation, name, watch);
    for (Map<String, String> row : rows) {
      ObjectNode fields = JsonNodeFactory.instance.objectNode();
      row.forEach(
          (column, cell) -> {
            if (cell.equals(NULL)) {
              fields.putNull(column);
            } else if (!cell.isEmpty() && !column.equals("Id")) {
              fields.put(column, cell);
            }
          });
      records.add(row.get("Id"), fields);
    }
    return records.posted();
  }

  @Override
  public WireReply answer(Posted posted, List<Result> results) {
    outcomes = records.outcomes(results);
    state = "JobComplete";
    return WireReply.of(200, json().toString());
  }

  @Override
  public WireReply refusal(int status, String code, String field, String message) {
    return SalesforceWords.error(status, code, field, message);
  }

  ObjectNode json() {
    ObjectNode job = JsonNodeFactory.instance.objectNode().put("id", id);
    job.put("operation", operation).put("object", object);
    job.put("createdDate", created.toString().replace("Z", "+0000")).put("state", state);
    if (operation.equals("upsert")) {
      job.put("externalIdFieldName", externalId);
    }
    job.put("concurrencyMode", "Parallel").put("contentType", "CSV").put("jobType", "V2Ingest");
    job.put("lineEnding", "LF").put("columnDelimiter", "COMMA");
    job.put("numberRecordsProcessed", outcomes.size());
    job.put("numberRecordsFailed", failed());
    if (errorMessage != null) {
      job.put("errorMessage", errorMessage);
    }
    return job;
  }

  private long failed() {
    return outcomes.stream().filter(outcome -> outcome.problem() != null).count();
  }

  String successful() {
    StringBuilder csvOut = start("sf__Id", "sf__Created");
    for (int i = outcomes.size() - 1; i >= 0; i--) { // the order is not that of the upload
      Outcome outcome = outcomes.get(i);
      if (outcome.problem() == null) {
        line(csvOut, rows.get(i), outcome.id(), Boolean.toString(outcome.created()));
      }
    }
    return csvOut.toString();
  }

  String failedRows() {
    StringBuilder csvOut = start("sf__Id", "sf__Error");
    for (int i = outcomes.size() - 1; i >= 0; i--) {
      SalesforceOrg.Problem problem = outcomes.get(i).problem();
      if (problem != null) {
        String field = problem.field() == null ? "" : problem.field();
        String error = problem.code() + ":" + problem.message() + ":" + field + " --";
        line(csvOut, rows.get(i), "", error);
      }
    }
    return csvOut.toString();
  }

  String unprocessed() {
    StringBuilder csvOut = start();
    if (state.equals("Failed") || state.equals("Aborted")) {
      rows.subList(outcomes.size(), rows.size()).forEach(row -> line(csvOut, row));
    }
    return csvOut.toString();
  }

  private StringBuilder start(String... own) {
    List<String> header = new ArrayList<>(List.of(own));
    if (rows.isEmpty()) {
      header.addAll(List.of(new String(csv(), StandardCharsets.UTF_8).split("\n")[0].split(",")));
    } else {
      header.addAll(rows.get(0).keySet());
    }
    return joined(new StringBuilder(), header);
  }

  private static void line(StringBuilder csvOut, Map<String, String> row, String... own) {
    List<String> cells = new ArrayList<>(List.of(own));
    cells.addAll(row.values());
    joined(csvOut, cells);
  }

  private static StringBuilder joined(StringBuilder csvOut, List<String> cells) {
    return csvOut
        .append(
            cells.stream()
                .map(cell -> '"' + cell.replace("\"", "\"\"") + '"')
                .collect(Collectors.joining(",")))
        .append('\n');
  }
}
