/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import io.backhaul.destination.Change;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.CallSeries;
import io.backhaul.destination.http.HttpAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A call that carries several records. */
final class ManyCall implements CallSeries.Call {

  private final Exchange exchange;
  private final CallSpec call;
  private final Load load;
  private final Supplier<Set<String>> personal;

  /**
   * @param personal values of the batch that no message may hold
   */
  ManyCall(Exchange exchange, CallSpec call, Load load, Supplier<Set<String>> personal) {
    this.exchange = exchange;
    this.call = call;
    this.load = load;
    this.personal = personal;
  }

  @Override
  public List<Change> changes() {
    return load.rows().stream().map(Row::change).toList();
  }

  @Override
  public CallSeries.Read make() {
    HttpAnswer answer = exchange.send(load.call());
    Optional<Failure> failure = exchange.failure(call.failures(), answer, load.scope());
    return new CallSeries.Read(
        failure.isPresent() ? applied(failure.get()) : results(answer),
        answer.status(),
        call.failures().limits().hint(answer, exchange.clock()));
  }

  /** Results of all records, if what failed stands for success. */
  private List<RecordResult> applied(Failure failure) {
    if (failure.meaning() != Meaning.APPLIED) {
      throw exchange.exception(failure, personal.get());
    }
    List<RecordResult> applied = new ArrayList<>();
    load.rows().forEach(row -> applied.add(new RecordResult.Applied(row.key(), null)));
    return applied;
  }

  /** What an answer that is no failure tells of the records. */
  List<RecordResult> results(HttpAnswer answer) {
    try {
      return call.results().read(answer, load.rows(), load.scope());
    } catch (TemplateFailure e) {
      throw Exchange.unreadable(answer);
    }
  }

  /** The answer to the call, unless it is a failure. */
  HttpAnswer sent() {
    HttpAnswer answer = exchange.send(load.call());
    Optional<Failure> failure = exchange.failure(call.failures(), answer, load.scope());
    if (failure.isPresent()) {
      throw exchange.exception(failure.get(), personal.get());
    }
    return answer;
  }
}
