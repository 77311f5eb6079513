/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.marketo;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Capabilities;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.JobHandle;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.Probe;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.http.Transport;
import io.backhaul.destination.marketo.MarketoRequest.Part;
import io.backhaul.destination.marketo.MarketoRequest.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Marketo. A batch that does not fit into one call becomes several, or an import: see {@link
 * MarketoConfig.Api}. The handle of an import is its {@code batchId}, valid for seven days; an
 * import whose answer was lost is done again, which an upsert allows.
 *
 * <p>Of two calls at once that upsert the same new person Marketo makes two people ("Leads", read
 * 2026): it is the sender that keeps one key in one batch at a time.
 */
final class MarketoDestination implements Destination {

  /** "Poll the job every 5-30 seconds" ("Bulk Lead Import", read 2026). */
  private static final Duration FIRST_POLL = Duration.ofSeconds(5);

  private static final Duration NEXT_POLL = Duration.ofSeconds(10);

  private static final Set<String> RUNNING = Set.of("Queued", "Importing");

  private final MarketoConfig config;
  private final DeliveryContext context;
  private final Transport transport;
  private final Capabilities capabilities;

  MarketoDestination(MarketoConfig config, DeliveryContext context, Set<String> secrets) {
    this.config = config;
    this.context = context;
    this.transport = Transport.open(config.http(), context, secrets, MarketoErrors::expired);
    this.capabilities =
        new Capabilities(
            EnumSet.allOf(Op.class),
            config.maxRecords(),
            config.maxBytes(),
            config.http().requestsPerSecond(),
            config.http().concurrency(),
            false,
            config.identityFields());
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public ObjectSchema describe(String object) {
    MarketoObject named = MarketoObject.named(object, config);
    HttpAnswer answer = asked(HttpCall.get(config.http().at(named.describedAt())), Set::of);
    return named.schema(object, JsonBody.object(answer));
  }

  /** Asks for the fields of people, which whoever may write people may know. */
  @Override
  public Probe probe() {
    String path = new Leads(null, null).describedAt();
    HttpAnswer answer = asked(HttpCall.get(config.http().at(path)), Set::of);
    return new Probe("GET " + path, null, answer.ahead(context.clock()));
  }

  @Override
  public Delivery write(Batch batch) {
    capabilities.admit(batch);
    MarketoObject object = object(batch);
    MarketoRequest request = MarketoRequest.of(batch, object);
    Optional<MarketoImport> file = file(batch, object, request);
    if (file.isPresent()) {
      return imported(batch, request, file.get());
    }
    return called(batch, object, request);
  }

  private MarketoObject object(Batch batch) {
    MarketoObject object = MarketoObject.named(batch.object(), config);
    if (!object.ops().contains(batch.op())) {
      throw DestinationException.refused(
          "OP_NOT_OFFERED",
          0,
          "Marketo does not offer " + batch.op().wireName() + " for " + batch.object());
    }
    return object;
  }

  /** The batch as a file, if it is to go as one. */
  private Optional<MarketoImport> file(Batch batch, MarketoObject object, MarketoRequest request) {
    if (config.api() == MarketoConfig.Api.REST
        || !(object instanceof Leads)
        || request.parts().size() != 1) {
      return Optional.empty();
    }
    MarketoImport file = MarketoImport.of(request.parts().get(0));
    boolean possible =
        batch.op() == Op.UPSERT || (batch.op() == Op.UPDATE && file.lookup().equals(Leads.ID));
    boolean wanted =
        config.api() == MarketoConfig.Api.BULK
            || (request.calls().size() > 1 && file.refused().isEmpty());
    return possible && wanted ? Optional.of(file) : Optional.empty();
  }

  private Delivery called(Batch batch, MarketoObject object, MarketoRequest request) {
    List<RecordResult> results = new ArrayList<>(request.refused());
    List<Part> calls = request.calls();
    int status = 0;
    for (int n = 0; n < calls.size(); n++) {
      Part part = calls.get(n);
      try {
        HttpAnswer answer =
            asked(
                object.call(config.http(), batch.op(), part.head(), part.sent()),
                () -> JsonBody.values(batch));
        status = answer.status();
        if (isJob(job(answer))) {
          return reported(batch, request, MarketoImport.of(part), answer);
        }
        results.addAll(MarketoAnswer.read(batch, object, part, answer));
      } catch (DestinationException e) {
        if (n == 0) {
          throw e;
        }
        results.addAll(unfinished(e, calls.subList(n, calls.size())));
        return Delivery.Settled.of(batch, results, e.httpStatus(), e.rateHint());
      }
    }
    return Delivery.Settled.of(batch, results, status, RateHint.NONE);
  }

  /** Earlier calls are done and stay so; what this one and those behind it carry is still open. */
  private static List<RecordResult> unfinished(DestinationException e, List<Part> left) {
    List<RecordResult> results = new ArrayList<>();
    for (int n = 0; n < left.size(); n++) {
      boolean inDoubt = n == 0 && !e.outcomeKnown();
      for (Sent sent : left.get(n).sent()) {
        String key = sent.change().key();
        results.add(
            inDoubt
                ? new RecordResult.Unknown(key, e.getMessage())
                : new RecordResult.Retry(key, e.code()));
      }
    }
    return results;
  }

  private Delivery imported(Batch batch, MarketoRequest request, MarketoImport file) {
    if (file.rows().isEmpty()) {
      return settled(batch, request, file, List.of(), 0);
    }
    HttpAnswer answer = asked(file.call(config.http(), batch.id()), () -> JsonBody.values(batch));
    return reported(batch, request, file, answer);
  }

  @Override
  public Delivery resume(JobHandle handle, Batch batch) {
    MarketoRequest request = MarketoRequest.of(batch, object(batch));
    if (!handle.value().matches("[0-9]{1,18}") || request.parts().size() != 1) {
      throw DestinationException.contradictory(0, "no import of Marketo's carries " + batch);
    }
    HttpAnswer answer = polled(at(handle.value(), ".json"), batch, false);
    return reported(batch, request, MarketoImport.of(request.parts().get(0)), answer);
  }

  /**
   * Asks about an import. That it cannot be asked about does not mean that it was not done.
   *
   * @param rows whether the answer is a file of rows; where it is an error instead, it is JSON
   */
  private HttpAnswer polled(HttpCall call, Batch batch, boolean rows) {
    HttpAnswer answer = transport.send(call);
    if (rows && answer.status() == 200 && JsonBody.tree(answer).isEmpty()) {
      return answer;
    }
    try {
      check(answer, () -> JsonBody.values(batch));
      return answer;
    } catch (DestinationException e) {
      if (e.retryable()) {
        throw e;
      }
      throw DestinationException.contradictory(
          e.httpStatus(), "the import cannot be asked about: " + e.getMessage());
    }
  }

  private Delivery reported(
      Batch batch, MarketoRequest request, MarketoImport file, HttpAnswer answer) {
    JsonNode job = job(answer);
    String id = job.path("batchId").asText(job.path("importId").asText(""));
    String status = job.path("status").asText("");
    if (!isJob(job) || !id.matches("[0-9]{1,18}")) {
      throw DestinationException.contradictory(
          answer.status(), "the answer names no import: is url Marketo's address?");
    }
    if (RUNNING.contains(status)) {
      Duration wait = status.equals("Queued") ? FIRST_POLL : NEXT_POLL;
      return new Delivery.Pending(new JobHandle(batch.id(), id), wait);
    }
    if (status.equals("Failed") && job.path("numOfLeadsProcessed").asLong(0) == 0) {
      throw DestinationException.refused(
          ImportReport.FAILED,
          answer.status(),
          "Marketo imported nothing: "
              + transport.redactor(JsonBody.values(batch)).redact(job.path("message").asText("")));
    }
    ImportReport report = new ImportReport(file);
    if (job.path("numOfRowsFailed").asLong(0) > 0) {
      report.add(polled(at(id, "/failures.json"), batch, true), ImportReport.FAILED);
    }
    if (job.path("numOfRowsWithWarning").asLong(0) > 0) {
      report.add(polled(at(id, "/warnings.json"), batch, true), ImportReport.WARNING);
    }
    return settled(batch, request, file, report.results(job), answer.status());
  }

  private static Delivery settled(
      Batch batch,
      MarketoRequest request,
      MarketoImport file,
      List<RecordResult> told,
      int status) {
    List<RecordResult> results = new ArrayList<>(request.refused());
    results.addAll(file.refused());
    results.addAll(told);
    return Delivery.Settled.of(batch, results, status, RateHint.NONE);
  }

  private static JsonNode job(HttpAnswer answer) {
    return JsonBody.object(answer).path("result").path(0);
  }

  private static boolean isJob(JsonNode job) {
    String status = job.path("status").asText("");
    return job.hasNonNull("batchId")
        && (RUNNING.contains(status) || status.equals("Complete") || status.equals("Failed"));
  }

  private HttpCall at(String id, String what) {
    return HttpCall.get(config.http().at("/bulk/v1/leads/batch/" + id + what));
  }

  private HttpAnswer asked(HttpCall call, Supplier<Set<String>> values) {
    HttpAnswer answer = transport.send(call);
    check(answer, values);
    return answer;
  }

  private void check(HttpAnswer answer, Supplier<Set<String>> values) {
    MarketoErrors.check(answer, context.clock(), () -> transport.redactor(values.get()));
  }

  @Override
  public void close() {
    transport.close();
  }
}
