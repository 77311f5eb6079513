/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.backhaul.destination.Change;
import io.backhaul.destination.RateHint;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.CallSeries;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.JsonBody;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The calls that one record needs: as a rule one; more where the file says which call takes its
 * place, follows its failure, or follows its success. None is made twice.
 */
final class RecordCall implements CallSeries.Call {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Exchange exchange;
  private final ObjectCalls object;
  private final Scope scope;
  private final Supplier<Set<String>> personal;
  private final Set<String> made = new HashSet<>();
  private final String batchId;
  private CallSpec call;
  private Row row;

  /**
   * @param batchId names the record's calls; each but the first has a name of its own
   */
  RecordCall(
      Exchange exchange,
      ObjectCalls object,
      CallSpec call,
      Row row,
      Scope scope,
      String batchId,
      Supplier<Set<String>> personal) {
    this.exchange = exchange;
    this.object = object;
    this.call = call;
    this.row = row;
    this.scope = scope.with("count", JSON.numberNode(1));
    this.batchId = batchId;
    this.personal = personal;
  }

  @Override
  public List<Change> changes() {
    return List.of(row.change());
  }

  @Override
  public CallSeries.Read make() {
    RecordResult result = null;
    int status = 0;
    RateHint pace = RateHint.NONE;
    while (result == null) {
      Scope own =
          scope
              .with("batch", JSON.textNode(made.isEmpty() ? batchId : named()))
              .with("record", row.node());
      HttpCall request;
      try {
        route(own);
        made.add(call.name());
        RecordResult problem = RecordCheck.problem(call, row, own);
        if (problem != null) {
          return new CallSeries.Read(List.of(problem), status, pace);
        }
        request = worded(own);
      } catch (TemplateFailure e) {
        return new CallSeries.Read(List.of(rejected(e.code(), e.getMessage())), status, pace);
      }
      if (request.body() != null) {
        RecordResult problem = RecordCheck.tooLarge(call, row, request.body().length);
        if (problem != null) {
          return new CallSeries.Read(List.of(problem), status, pace);
        }
      }
      HttpAnswer answer = exchange.send(request);
      status = answer.status();
      pace = call.failures().limits().hint(answer, exchange.clock());
      result = result(answer, own);
    }
    return new CallSeries.Read(List.of(result), status, pace);
  }

  private String named() {
    return batchId + "-" + call.name();
  }

  private void route(Scope own) {
    for (CallSpec.Turn turn : call.route()) {
      if (!made.contains(turn.call())
          && !turn.call().equals(call.name())
          && turn.when().holds(row.node(), own)) {
        call = object.calls().get(turn.call());
        route(own);
        return;
      }
    }
  }

  private HttpCall worded(Scope own) {
    JsonNode item = call.item() == null ? row.node() : call.item().on(row.node(), own);
    ArrayNode items = JSON.arrayNode().add(item);
    Scope all = own.with("items", items);
    byte[] body = call.body().of(List.of(row), row.node(), all);
    return exchange.worded(call.request(), body, call.body().contentType(), row.node(), all);
  }

  /** The record's result; {@code null} if another call is to be made first. */
  private RecordResult result(HttpAnswer answer, Scope own) {
    Optional<Failure> failure = exchange.failure(call.failures(), answer, own);
    try {
      return failure.isPresent() ? afterFailure(failure.get(), own) : afterSuccess(answer, own);
    } catch (TemplateFailure e) {
      throw Exchange.unreadable(answer);
    }
  }

  private RecordResult afterFailure(Failure failure, Scope own) {
    HttpAnswer answer = failure.answer();
    JsonNode body = JsonBody.tree(answer).orElse(JSON.nullNode());
    Scope told = own.with(answer);
    for (CallSpec.Turn turn : call.fallback()) {
      if (!made.contains(turn.call()) && turn.when().holds(body, told)) {
        String id = turn.id() == null ? null : turn.id().text(body, told);
        if (turn.id() == null || id != null) {
          return turnTo(turn.call(), id);
        }
      }
    }
    return switch (failure.meaning()) {
      case APPLIED -> new RecordResult.Applied(row.key(), id());
      case REJECTED ->
          new RecordResult.Rejected(
              row.key(), failure.codeOrStatus(), failure.field(), failure.message());
      default -> throw exchange.exception(failure, personal.get());
    };
  }

  private RecordResult afterSuccess(HttpAnswer answer, Scope own) {
    List<RecordResult> results = call.results().read(answer, List.of(row), own);
    RecordResult result =
        results.isEmpty()
            ? new RecordResult.Unknown(row.key(), "the answer does not name it")
            : results.get(0);
    if (!(result instanceof RecordResult.Applied applied)) {
      return result;
    }
    String id = applied.destinationId() == null ? id() : applied.destinationId();
    return call.then() == null || made.contains(call.then())
        ? new RecordResult.Applied(row.key(), id)
        : turnTo(call.then(), id);
  }

  private RecordResult turnTo(String next, String id) {
    call = object.calls().get(next);
    row = id == null ? row : row.withId(id);
    return null;
  }

  private String id() {
    return row.node().path("id").asText(null);
  }

  private RecordResult rejected(String code, String message) {
    return new RecordResult.Rejected(row.key(), code, null, message);
  }
}
