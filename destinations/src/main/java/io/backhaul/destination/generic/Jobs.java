/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Delivery;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.JobHandle;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.JsonBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Batches that a destination takes now and answers later. */
final class Jobs {

  private static final JsonNode NOTHING = JsonNodeFactory.instance.nullNode();

  private final Exchange exchange;
  private final Batch batch;
  private final CallSpec call;
  private final Loads loads;
  private final Supplier<Set<String>> personal;

  Jobs(Exchange exchange, Batch batch, CallSpec call, Loads loads, Supplier<Set<String>> personal) {
    this.exchange = exchange;
    this.batch = batch;
    this.call = call;
    this.loads = loads;
    this.personal = personal;
    if (loads.calls().size() > 1) {
      throw DestinationException.refused(
          "BATCH_TOO_LARGE",
          0,
          batch + " needs several calls, and a job is one: lower batch.max_records");
    }
  }

  /** Sends the batch; the answer may hold the end of its job already. */
  Delivery begin() {
    if (loads.calls().isEmpty()) {
      return settled(List.of(), 0, null);
    }
    Load load = loads.calls().get(0);
    HttpAnswer answer = new ManyCall(exchange, call, load, personal).sent();
    Scope told = load.scope().with(answer);
    JsonNode body = JsonBody.object(answer);
    String handle = read(answer, () -> call.job().handle().text(body, told));
    String state = read(answer, () -> call.job().state().text(body, told));
    String means = state == null ? null : call.job().states().get(state);
    if (means != null && !means.equals(JobSpec.RUNNING)) {
      return ended(answer, means, load, handle);
    }
    if (handle == null) {
      throw DestinationException.contradictory(
          answer.status(), "the answer names no job: is job.handle right?");
    }
    return new Delivery.Pending(new JobHandle(batch.id(), handle), call.job().pollAfter());
  }

  /** Asks after the job. */
  Delivery resume(JobHandle job) {
    if (loads.calls().isEmpty()) {
      return settled(List.of(), 0, null);
    }
    Load load = loads.calls().get(0);
    HttpAnswer answer = asked(call.job().poll(), load, job.value());
    Scope told = load.scope().with(answer);
    String state = read(answer, () -> call.job().state().text(JsonBody.object(answer), told));
    String means = call.job().states().get(state == null ? "" : state);
    if (means == null) {
      throw DestinationException.contradictory(
          answer.status(), "the job is in a state that job.states does not name");
    }
    return means.equals(JobSpec.RUNNING)
        ? new Delivery.Pending(job, call.job().pollAfter())
        : ended(answer, means, load, job.value());
  }

  private Delivery ended(HttpAnswer answer, String means, Load load, String handle) {
    if (means.equals(JobSpec.DONE)) {
      HttpAnswer last =
          call.job().results() == null ? answer : asked(call.job().results(), load, handle);
      return settled(
          new ManyCall(exchange, call, load, personal).results(last), last.status(), last);
    }
    Meaning meaning = Meaning.of(means);
    if (meaning == Meaning.APPLIED) {
      return settled(new ResultRules.ByStatus().read(answer, load.rows(), load.scope()), 0, answer);
    }
    Failure failure =
        call.job().failures().failure(meaning, answer, exchange.clock(), load.scope());
    throw exchange.exception(failure, personal.get());
  }

  private HttpAnswer asked(RequestTemplate request, Load load, String handle) {
    Scope scope = load.scope().with("handle", JsonNodeFactory.instance.textNode(handle));
    HttpAnswer answer;
    try {
      answer = exchange.send(exchange.worded(request, null, null, NOTHING, scope));
    } catch (TemplateFailure e) {
      throw DestinationException.refused(e.code(), 0, e.getMessage());
    }
    Optional<Failure> failure = exchange.failure(call.job().failures(), answer, scope);
    if (failure.isEmpty()) {
      return answer;
    }
    if (answer.status() == 404 || answer.status() == 410) {
      throw DestinationException.contradictory(answer.status(), "the job has vanished");
    }
    throw exchange.exception(failure.get(), personal.get());
  }

  private Delivery settled(List<RecordResult> results, int status, HttpAnswer answer) {
    List<RecordResult> all = new ArrayList<>(loads.refused());
    all.addAll(results);
    return Delivery.Settled.of(
        batch,
        all,
        status,
        answer == null ? RateHint.NONE : call.failures().limits().hint(answer, exchange.clock()));
  }

  private static String read(HttpAnswer answer, Supplier<String> reading) {
    try {
      return reading.get();
    } catch (TemplateFailure e) {
      throw Exchange.unreadable(answer);
    }
  }
}
