/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.JobHandle;
import io.backhaul.destination.Op;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.salesforce.Rows.Row;
import io.backhaul.destination.salesforce.SalesforceErrors.Detail;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An ingest job of Bulk API 2.0 (v67) that carries one batch.
 *
 * <p>A job has no name of ours, the list of all jobs does not tell their contents, and Salesforce
 * has no other mark to find one again by. So a job is never lost sight of: {@link #open} creates
 * and fills it, which changes no record; it runs only from {@link #resume} on, when its handle is
 * in the journal. Whatever answer or process is lost before, the job stays open, is never run, and
 * is aborted by Salesforce; another one takes its place.
 */
final class BulkJob {

  /** The sender waits longer from poll to poll by itself; Salesforce prescribes nothing. */
  private static final Duration POLL = Duration.ofSeconds(2);

  private static final int NOT_FOUND = 404;

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9]{1,40}");

  /** The way to Salesforce. */
  @FunctionalInterface
  interface Line {
    /** Sends a request and returns its answer, if that is 2xx; throws what another one means. */
    HttpAnswer send(HttpCall call);
  }

  private final SalesforceConfig config;

  private final Line line;

  private final Batch batch;
  private final Rows rows;
  private final BulkTable table;

  BulkJob(SalesforceConfig config, Line line, Batch batch, Rows rows) {
    this.config = config;
    this.line = line;
    this.batch = batch;
    this.rows = rows;
    this.table = BulkTable.of(batch, rows);
  }

  /**
   * Creates a job and uploads the batch. An answer that is lost leaves a job that never runs: it is
   * certain that nothing was applied.
   */
  Delivery open() {
    if (table.rows().isEmpty()) {
      return settled(List.of(), 0);
    }
    byte[] csv = table.csv();
    try {
      HttpAnswer answer = line.send(json("POST", "", description()));
      JsonNode job = job(answer);
      String id = job.path("id").asText("");
      if (!ID.matcher(id).matches()) {
        throw DestinationException.contradictory(
            answer.status(), "the answer names no job: is url Salesforce's address?");
      }
      if (state(job).equals("JobComplete") && wholly(job)) {
        return settled(table.rows().stream().map(BulkJob::applied).toList(), answer.status());
      }
      if (state(job).equals("Open")) {
        Map<String, String> headers = Map.of("Content-Type", "text/csv; charset=UTF-8");
        line.send(new HttpCall("PUT", at("/" + id + "/batches"), headers, csv, null));
      }
      return new Delivery.Pending(new JobHandle(batch.id(), id), Duration.ZERO);
    } catch (DestinationException e) {
      if (e.kind() == DestinationException.Kind.IN_DOUBT) {
        throw DestinationException.unavailable(
            e.code(), e.httpStatus(), Duration.ZERO, "no job was begun: " + e.getMessage());
      }
      throw e;
    }
  }

  private ObjectNode description() {
    ObjectNode job = JsonNodeFactory.instance.objectNode().put("object", batch.object());
    if (batch.op() == Op.UPSERT) {
      job.put("externalIdFieldName", rows.externalId());
    }
    job.put("contentType", "CSV");
    job.put("operation", batch.op().wireName());
    return job.put("lineEnding", "LF");
  }

  /**
   * Has a job run that is open, asks after one that runs, and reads the results of one that ended.
   */
  Delivery resume(JobHandle handle) {
    if (!ID.matcher(handle.value()).matches()) {
      throw DestinationException.contradictory(0, "the journal holds no job of Salesforce's");
    }
    String path = "/" + handle.value();
    HttpAnswer answer = asked(path);
    JsonNode job = job(answer);
    switch (state(job)) {
      case "Open" -> {
        ObjectNode close = JsonNodeFactory.instance.objectNode().put("state", "UploadComplete");
        state(job(line.send(json("PATCH", path, close))));
        return new Delivery.Pending(handle, POLL);
      }
      case "UploadComplete", "InProgress" -> {
        return new Delivery.Pending(handle, POLL);
      }
      case "JobComplete", "Failed", "Aborted" -> {
        return settled(results(path, job), answer.status());
      }
      default ->
          throw DestinationException.contradictory(
              answer.status(), "the job is in a state that Salesforce does not document");
    }
  }

  private HttpAnswer asked(String path) {
    try {
      return line.send(HttpCall.get(at(path)));
    } catch (DestinationException e) {
      if (e.httpStatus() == NOT_FOUND) {
        throw DestinationException.contradictory(
            NOT_FOUND, "Salesforce knows the job no more: what became of its rows cannot be told");
      }
      throw e;
    }
  }

  /** Rows that none of the three lists has stay without a result. */
  private List<RecordResult> results(String path, JsonNode job) {
    List<RecordResult> results = new ArrayList<>();
    for (Map<String, String> row : list(path + "/successfulResults/", "sf__Id")) {
      Row saved = table.take(row);
      String id = row.get("sf__Id");
      results.add(new RecordResult.Applied(saved.key(), id.isEmpty() ? saved.id() : id));
    }
    for (Map<String, String> row : list(path + "/failedResults/", "sf__Error")) {
      Detail detail = Detail.ofBulk(row.get("sf__Error"));
      results.add(SalesforceErrors.result(table.take(row), detail));
    }
    for (Map<String, String> row : list(path + "/unprocessedrecords/", table.column())) {
      results.add(unprocessed(table.take(row), job));
    }
    return results;
  }

  /**
   * A row that the job did not come to, because it failed for a reason of its own or was aborted.
   * Another job may do better, unless this one failed for what it was made of, such as a column
   * that is no field.
   */
  private static RecordResult unprocessed(Row row, JsonNode job) {
    String message = job.path("errorMessage").asText("");
    Detail detail = Detail.ofBulk(message);
    boolean rejected =
        state(job).equals("Failed")
            && !detail.passing()
            && (detail.code().equals("InvalidBatch") || detail.code().equals("ClientInputError"));
    return rejected
        ? new RecordResult.Rejected(row.key(), detail.code(), detail.field(), detail.message())
        : new RecordResult.Retry(
            row.key(),
            detail.passing() ? detail.code() : "JOB_" + state(job).toUpperCase(Locale.ROOT));
  }

  private List<Map<String, String>> list(String path, String column) {
    Map<String, String> headers = Map.of("Accept", "text/csv");
    return Csv.rows(line.send(new HttpCall("GET", at(path), headers, null, null)), column);
  }

  private Delivery.Settled settled(List<RecordResult> results, int status) {
    List<RecordResult> all = new ArrayList<>(rows.refused());
    all.addAll(table.refused());
    all.addAll(results);
    return Delivery.Settled.of(batch, all, status, RateHint.NONE);
  }

  private static RecordResult applied(Row row) {
    return new RecordResult.Applied(row.key(), row.id());
  }

  /** Whether the job itself says that every row was saved; which id each got is in its results. */
  private boolean wholly(JsonNode job) {
    return job.path("numberRecordsFailed").asLong(-1) == 0
        && job.path("numberRecordsProcessed").asLong(-1) == table.rows().size();
  }

  private static JsonNode job(HttpAnswer answer) {
    JsonNode job = JsonBody.object(answer);
    if (!job.path("state").isTextual()) {
      throw DestinationException.contradictory(
          answer.status(), "the answer is no job: is url Salesforce's address?");
    }
    return job;
  }

  private static String state(JsonNode job) {
    return job.path("state").asText();
  }

  private HttpCall json(String method, String path, ObjectNode body) {
    return HttpCall.json(method, at(path), Calls.bytes(body), null);
  }

  private URI at(String path) {
    return config.at("/jobs/ingest" + path);
  }
}
