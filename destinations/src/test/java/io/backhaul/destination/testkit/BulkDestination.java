/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Change;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.JobHandle;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.AddressGuard;
import io.backhaul.destination.http.Auth;
import io.backhaul.destination.http.ErrorTable;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.http.Transport;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The connector to a {@link BulkVendor}, as small as a true one can be. A job is named after its
 * batch, whose id comes from content, and is looked for under that name before another is created:
 * that makes even an insert safe to repeat.
 */
public final class BulkDestination implements Destination {

  /** What a connector takes care of; without, it is the twin of itself. */
  public enum Care {
    /** Looks for a job of the batch's name before it creates one. */
    LOOKS_FOR_ITS_JOB,
    /** Reads what became of each row; without, a job that ended has applied them all. */
    READS_RESULTS,
    /** Leaves waiting to the sender; without, it asks until the job ends. */
    LEAVES_WAITING
  }

  private final URI url;
  private final Set<Care> care;
  private final int maxRecords;
  private final Transport transport =
      new Transport(
          new AddressGuard(false, false), new Auth.None(), Duration.ofSeconds(20), 1 << 20, "bulk");

  public BulkDestination(URI url, int maxRecords, Set<Care> care) {
    this.url = url;
    this.maxRecords = maxRecords;
    this.care = Set.copyOf(care);
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(Set.of(Op.values()), maxRecords, 1 << 20, 1000, 4, true, Set.of());
  }

  @Override
  public ObjectSchema describe(String object) {
    return ObjectSchema.open(object);
  }

  @Override
  public Delivery write(Batch batch) {
    capabilities().admit(batch);
    JsonNode job =
        care.contains(Care.LOOKS_FOR_ITS_JOB)
            ? call("GET", "/jobs?name=" + batch.id(), null).path("jobs").path(0)
            : JsonBody.parse("{}");
    if (!job.has("id")) {
      job = call("POST", "/jobs", "{\"name\":\"" + batch.id() + "\"}");
    }
    String id = job.path("id").asText();
    if (job.path("state").asText().equals("open")) {
      call("PUT", "/jobs/" + id + "/rows", rows(batch));
      call("POST", "/jobs/" + id + "/close", "{}");
    }
    return new Delivery.Pending(new JobHandle(batch.id(), id), Duration.ofSeconds(5));
  }

  @Override
  public Delivery resume(JobHandle job, Batch batch) {
    String state = state(job);
    while (state.equals("running") && !care.contains(Care.LEAVES_WAITING)) {
      state = state(job);
    }
    if (state.equals("running")) {
      return new Delivery.Pending(job, Duration.ofSeconds(5));
    }
    List<RecordResult> results = new ArrayList<>();
    if (care.contains(Care.READS_RESULTS)) {
      JsonNode told = call("GET", "/jobs/" + job.value() + "/results", null);
      told.path("successes")
          .forEach(key -> results.add(new RecordResult.Applied(key.asText(), null)));
      told.path("failures").forEach(row -> results.add(rejected(row)));
      String code = "JOB_" + state.toUpperCase(java.util.Locale.ROOT);
      told.path("unprocessed")
          .forEach(key -> results.add(new RecordResult.Retry(key.asText(), code)));
    } else {
      batch.changes().forEach(c -> results.add(new RecordResult.Applied(c.key(), null)));
    }
    return Delivery.Settled.of(batch, results, 200, RateHint.NONE);
  }

  private static RecordResult rejected(JsonNode row) {
    return new RecordResult.Rejected(
        row.path("key").asText(), row.path("code").asText(), row.path("field").asText(), "no");
  }

  private String state(JobHandle job) {
    return call("GET", "/jobs/" + job.value(), null).path("state").asText();
  }

  private static String rows(Batch batch) {
    StringBuilder rows = new StringBuilder("{\"rows\":[");
    String comma = "";
    for (Change change : batch.changes()) {
      rows.append(comma).append("{\"key\":").append(change.key());
      rows.append(",\"fields\":").append(change.fields()).append('}');
      comma = ",";
    }
    return rows.append("]}").toString();
  }

  private JsonNode call(String method, String path, String body) {
    URI uri = URI.create(url + path);
    byte[] bytes = body == null ? null : JsonBody.utf8(body);
    HttpCall call = body == null ? HttpCall.get(uri) : HttpCall.json(method, uri, bytes, null);
    HttpAnswer answer = transport.send(call);
    if (answer.status() == 404) {
      throw DestinationException.contradictory(404, "the vendor knows no such job any more");
    }
    ErrorTable.DEFAULT.check(answer, Clock.systemUTC());
    return JsonBody.object(answer);
  }

  @Override
  public void close() {
    transport.close();
  }
}
