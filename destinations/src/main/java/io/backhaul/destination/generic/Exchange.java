/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.HttpCall;
import io.backhaul.destination.http.Redactor;
import io.backhaul.destination.http.Transport;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Words requests as the file says, sends them, and says what an answer means. Thread-safe. */
final class Exchange implements AutoCloseable {

  private final HttpConfig config;
  private final Clock clock;
  private final Transport transport;

  Exchange(HttpConfig config, DeliveryContext context, Set<String> secrets) {
    this.config = config;
    this.clock = context.clock();
    this.transport = Transport.open(config.http(), context, secrets, config.failures()::expired);
  }

  /**
   * A request.
   *
   * @param body or {@code null}
   * @throws TemplateFailure if a value is missing
   */
  HttpCall worded(
      RequestTemplate request, byte[] body, String contentType, JsonNode input, Scope scope) {
    Map<String, String> usual = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    if (body != null) {
      usual.put("Content-Type", contentType);
    }
    usual.put("Accept", "application/json");
    config
        .headers()
        .forEach(
            (name, text) -> {
              String value = JsltFunctions.plain(text.value(input, scope));
              if (value != null) {
                usual.remove(name); // its own spelling
                usual.put(name, value);
              }
            });
    JsonNode batch = scope.variables().get("batch");
    if (config.idempotencyHeader() != null && !batch.isNull()) {
      usual.put(config.idempotencyHeader(), batch.asText());
    }
    return request.fill(
        config.http(),
        usual,
        body,
        input,
        scope,
        call -> config.signing().map(signing -> signing.sign(call, clock)).orElse(call));
  }

  /** A request that no record stands behind, and its answer if that is no failure. */
  HttpAnswer ask(RequestTemplate request, CallBody body, FailureRules failures, Scope scope) {
    JsonNode nothing = JsonNodeFactory.instance.nullNode();
    HttpCall call;
    try {
      byte[] bytes = body.of(List.of(), nothing, scope);
      call = worded(request, bytes, body.contentType(), nothing, scope);
    } catch (TemplateFailure e) {
      throw DestinationException.refused(e.code(), 0, e.getMessage());
    }
    HttpAnswer answer = send(call);
    Optional<Failure> failure = failure(failures, answer, scope);
    if (failure.isPresent() && failure.get().meaning() != Meaning.APPLIED) {
      throw exception(failure.get(), Set.of());
    }
    return answer;
  }

  HttpAnswer send(HttpCall call) {
    return transport.send(call);
  }

  /** The failure that an answer is, if it is one. */
  Optional<Failure> failure(FailureRules rules, HttpAnswer answer, Scope scope) {
    try {
      return rules.of(answer, clock, scope);
    } catch (TemplateFailure e) {
      throw unreadable(answer);
    }
  }

  /** The failure as one of a whole batch, with nothing in its words that is nobody's business. */
  DestinationException exception(Failure failure, Set<String> personal) {
    return failure.exception(clock, redactor(personal));
  }

  Redactor redactor(Set<String> personal) {
    return transport.redactor(personal);
  }

  /** An answer that the file's expressions can make nothing of. */
  static DestinationException unreadable(HttpAnswer answer) {
    return DestinationException.contradictory(
        answer.status(), "the answer cannot be read as the file says: is url the right address?");
  }

  Clock clock() {
    return clock;
  }

  HttpConfig config() {
    return config;
  }

  @Override
  public void close() {
    transport.close();
  }
}
