/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.zendesk;

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
import io.backhaul.destination.http.CallSeries;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.JsonBody;
import io.backhaul.destination.http.Transport;
import io.backhaul.destination.zendesk.ZendeskRequest.Call;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Zendesk Support. Its bulk calls answer with a background job, which is then asked after; a job
 * that is already done when it is first told of settles the batch at once. Zendesk keeps what it
 * knows of a job for a day.
 *
 * <p>Organizations are upserted one by one, because there is no bulk call for that. A deleted
 * ticket can be brought back for 30 days; users, organizations and custom objects cannot.
 */
final class ZendeskDestination implements Destination {

  /** Each question after a job costs one of the minute's requests; the sender asks ever later. */
  private static final Duration POLL_AFTER = Duration.ofSeconds(1);

  /** Stands in a handle for a call that was not made, in place of its job. */
  private static final String NOT_MADE = "-";

  private final ZendeskConfig config;
  private final DeliveryContext context;
  private final Transport transport;
  private final Capabilities capabilities;

  ZendeskDestination(ZendeskConfig config, DeliveryContext context, Set<String> secrets) {
    this.config = config;
    this.context = context;
    this.transport = Transport.open(config.http(), context, secrets);
    this.capabilities =
        new Capabilities(
            EnumSet.allOf(Op.class),
            config.http().maxRecords(),
            config.http().maxBytes(),
            config.http().requestsPerSecond(),
            config.http().concurrency(),
            config.ticketKeys(),
            Set.of("external_id", "email"));
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  /**
   * Asks for the account's own fields ({@code GET /api/v2/user_fields} and its likes), page by
   * page, and adds those that every account has.
   */
  @Override
  public ObjectSchema describe(String name) {
    ZendeskObject object = ZendeskObject.of(name);
    List<JsonNode> own = new ArrayList<>();
    String after = "";
    do {
      String page = ZendeskFields.path(object) + "?page%5Bsize%5D=100" + after;
      HttpAnswer answer = get(page);
      JsonNode body = JsonBody.object(answer);
      body.path(ZendeskFields.list(object)).forEach(own::add);
      JsonNode meta = body.path("meta");
      String cursor =
          URLEncoder.encode(meta.path("after_cursor").asText(""), StandardCharsets.UTF_8);
      boolean more = meta.path("has_more").asBoolean(false) && !cursor.isEmpty();
      after = more ? "&page%5Bafter%5D=" + cursor : null;
    } while (after != null);
    return ZendeskFields.schema(name, object, own);
  }

  /** Asks who we are; without credentials Zendesk answers 200 and that we are nobody. */
  @Override
  public Probe probe() {
    HttpAnswer answer = get("/api/v2/users/me");
    JsonNode user = JsonBody.object(answer).path("user");
    if (!user.hasNonNull("id")) {
      throw DestinationException.refused(
          "CREDENTIALS_REFUSED",
          answer.status(),
          "Zendesk takes us for an anonymous user: check the auth section");
    }
    return new Probe(
        "GET /api/v2/users/me", user.path("email").asText(null), answer.ahead(context.clock()));
  }

  private HttpAnswer get(String path) {
    HttpAnswer answer = transport.send(HttpCall.get(config.http().at(path)));
    check(answer, Set::of);
    return answer;
  }

  @Override
  public Delivery write(Batch batch) {
    capabilities.admit(batch);
    ZendeskObject object = object(batch);
    ZendeskRequest request = ZendeskRequest.of(batch, object, config);
    List<Call> calls = request.calls();
    if (calls.isEmpty()) {
      return Delivery.Settled.of(batch, request.refused(), 0, RateHint.NONE);
    }
    if (!calls.get(0).job()) {
      return oneByOne(batch, object, request);
    }
    if (calls.size() == 1) {
      return job(batch, object, request);
    }
    return jobs(batch, request);
  }

  private ZendeskObject object(Batch batch) {
    ZendeskObject object = ZendeskObject.of(batch.object());
    object.admit(batch.op());
    boolean tickets = object.kind() == ZendeskObject.Kind.TICKETS;
    if (config.ticketKeys() && batch.op() == Op.INSERT && !tickets) {
      // It would count as safe to repeat, which only the creation of tickets is.
      throw DestinationException.refused(
          "OP_NOT_OFFERED", 0, "with ticket_keys this destination inserts tickets alone");
    }
    return object;
  }

  private Delivery oneByOne(Batch batch, ZendeskObject object, ZendeskRequest request) {
    List<CallSeries.Part> parts = new ArrayList<>();
    request.calls().forEach(call -> parts.add(new CallSeries.Part(call.http(), call.changes())));
    boolean repeatable = capabilities.safeToRepeat(batch.op());
    return CallSeries.of(
        batch,
        request.refused(),
        parts,
        repeatable,
        part -> {
          HttpAnswer answer = transport.send(part.call());
          check(answer, () -> JsonBody.values(batch));
          String key = part.changes().get(0).key();
          String id = idOf(JsonBody.object(answer), object);
          if (id == null) {
            throw DestinationException.contradictory(
                answer.status(), "the answer holds no record: is url Zendesk's address?");
          }
          return new CallSeries.Read(
              List.of(new RecordResult.Applied(key, id)),
              answer.status(),
              ZendeskErrors.pace(answer, context.clock()));
        });
  }

  private static String idOf(JsonNode body, ZendeskObject object) {
    return body.path(object.kind().singular()).path("id").asText(null);
  }

  private Delivery job(Batch batch, ZendeskObject object, ZendeskRequest request) {
    Call call = request.calls().get(0);
    HttpAnswer answer = transport.send(call.http());
    if (batch.op() == Op.DELETE && ZendeskErrors.gone(answer)) {
      return allGone(batch, request, answer);
    }
    check(answer, () -> JsonBody.values(batch));
    RateHint pace = ZendeskErrors.pace(answer, context.clock());
    List<RecordResult> results = new ArrayList<>(request.refused());
    String id = batch.size() == 1 ? idOf(JsonBody.object(answer), object) : null;
    if (id != null) { // the words in which a call for one record answers
      results.add(new RecordResult.Applied(batch.changes().get(0).key(), id));
      return Delivery.Settled.of(batch, results, answer.status(), pace);
    }
    ZendeskJob job = ZendeskJob.of(answer);
    if (!job.ended()) {
      return pending(batch, job.id(), pace);
    }
    results.addAll(job.results(batch, call.sent()));
    return Delivery.Settled.of(batch, results, answer.status(), pace);
  }

  /** Of several one is gone, and nobody says which: each must be asked for by itself. */
  private static Delivery allGone(Batch batch, ZendeskRequest request, HttpAnswer answer) {
    List<ZendeskRecord> sent = request.calls().get(0).sent();
    if (sent.size() > 1) {
      throw DestinationException.poisoned(
          "RecordNotFound", null, answer.status(), "one of the records is gone already");
    }
    List<RecordResult> results = new ArrayList<>(request.refused());
    results.add(new RecordResult.Applied(sent.get(0).change().key(), sent.get(0).id()));
    return Delivery.Settled.of(batch, results, answer.status(), RateHint.NONE);
  }

  /** Several jobs under one handle; what was not begun is asked for again when these are done. */
  private Delivery jobs(Batch batch, ZendeskRequest request) {
    List<String> handle = new ArrayList<>();
    RateHint pace = RateHint.NONE;
    for (Call call : request.calls()) {
      try {
        HttpAnswer answer = transport.send(call.http());
        check(answer, () -> JsonBody.values(batch));
        handle.add(ZendeskJob.of(answer).id());
        pace = ZendeskErrors.pace(answer, context.clock());
      } catch (DestinationException e) {
        if (handle.isEmpty()) {
          throw e;
        }
        break;
      }
    }
    while (handle.size() < request.calls().size()) {
      handle.add(NOT_MADE);
    }
    return pending(batch, String.join(" ", handle), pace);
  }

  private static Delivery pending(Batch batch, String handle, RateHint pace) {
    Duration pause = pace.pause();
    return new Delivery.Pending(
        new JobHandle(batch.id(), handle), pause.compareTo(POLL_AFTER) > 0 ? pause : POLL_AFTER);
  }

  @Override
  public Delivery resume(JobHandle handle, Batch batch) {
    ZendeskRequest request = ZendeskRequest.of(batch, object(batch), config);
    List<Call> calls = request.calls();
    String[] jobs = handle.value().split(" ");
    if (jobs.length != calls.size()) {
      throw DestinationException.contradictory(0, "the handle is not one of " + batch);
    }
    List<RecordResult> results = new ArrayList<>(request.refused());
    RateHint pace = RateHint.NONE;
    int status = 0;
    for (int i = 0; i < jobs.length; i++) {
      Call call = calls.get(i);
      if (jobs[i].equals(NOT_MADE)) {
        call.changes().forEach(one -> results.add(new RecordResult.Retry(one.key(), "NOT_SENT")));
        continue;
      }
      HttpAnswer answer = asked(jobs[i], batch);
      ZendeskJob job = ZendeskJob.of(answer);
      pace = ZendeskErrors.pace(answer, context.clock());
      if (!job.ended()) {
        return pending(batch, handle.value(), pace);
      }
      status = answer.status();
      results.addAll(job.results(batch, call.sent()));
    }
    return Delivery.Settled.of(batch, results, status, pace);
  }

  /** What the job has come to; that it cannot be found is not for the records to answer for. */
  private HttpAnswer asked(String job, Batch batch) {
    HttpCall call = HttpCall.get(config.http().at("/api/v2/job_statuses/" + job));
    HttpAnswer answer = transport.send(call);
    if (answer.status() == 404) {
      throw DestinationException.contradictory(
          404, "Zendesk no longer knows the job of " + batch + "; it keeps one for a day");
    }
    try {
      check(answer, () -> JsonBody.values(batch));
    } catch (DestinationException e) {
      throw e.kind() == DestinationException.Kind.POISONED
          ? DestinationException.contradictory(answer.status(), e.getMessage())
          : e;
    }
    return answer;
  }

  @Override
  public void close() {
    transport.close();
  }

  private void check(HttpAnswer answer, Supplier<Set<String>> values) {
    ZendeskErrors.check(answer, context.clock(), () -> transport.redactor(values.get()));
  }
}
