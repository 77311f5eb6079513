/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.http.ErrorTable;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.JsonBody;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * When an answer is a failure, and what it means.
 *
 * @param expect true of the body of every 2xx that is an answer at all, or {@code null}
 * @param success true of the body of a 2xx that is no failure, or {@code null} for every one
 * @param code where a failure says its code
 * @param field where it says which field is at fault
 * @param message where it says more
 */
record FailureRules(
    Expr expect,
    Expr success,
    Expr code,
    Expr field,
    Expr message,
    Meanings meanings,
    Limits limits) {

  /** What the keys of a file say, {@code code}, {@code field} and {@code message} by default. */
  static FailureRules ofFile(JsonNode file) {
    JsonNode failure = file.path("failure");
    return new FailureRules(
        expression(file, "expect", null),
        expression(file, "success", null),
        Expr.reading("failure.code", failure.path("code").asText("/code")),
        Expr.reading("failure.field", failure.path("field").asText("/field")),
        Expr.reading("failure.message", failure.path("message").asText("/message")),
        Meanings.read(file, null),
        Limits.read(file.path("limits")));
  }

  /** The same, but for what a call says otherwise. */
  FailureRules of(JsonNode call) {
    JsonNode failure = call.path("failure");
    return new FailureRules(
        expression(call, "expect", expect),
        expression(call, "success", success),
        expression(failure, "code", code),
        expression(failure, "field", field),
        expression(failure, "message", message),
        Meanings.read(call, meanings),
        limits);
  }

  private static Expr expression(JsonNode keys, String key, Expr otherwise) {
    return keys.hasNonNull(key) ? Expr.reading(key, keys.get(key).asText()) : otherwise;
  }

  /**
   * The failure that an answer is; empty if its records have results.
   *
   * @throws DestinationException (contradictory) if it is no answer to the call
   */
  Optional<Failure> of(HttpAnswer answer, Clock clock, Scope scope) {
    int status = answer.status();
    ErrorTable.Action usual = ErrorTable.DEFAULT.action(answer);
    Optional<Meaning> said = meanings.ofStatus(status);
    boolean passes =
        usual == ErrorTable.Action.OK && said.orElse(Meaning.APPLIED) == Meaning.APPLIED;
    if (passes && success == null && expect == null) {
      return Optional.empty();
    }
    if (usual == ErrorTable.Action.CONTRADICTORY && said.isEmpty()) {
      throw ErrorTable.DEFAULT.failure(answer, clock, null, null, null);
    }
    JsonNode body = JsonBody.tree(answer).orElse(JsonNodeFactory.instance.nullNode());
    Scope told = scope.with(answer);
    if (passes) {
      check(answer, body, told);
      if (success == null || success.holds(body, told)) {
        return Optional.empty();
      }
    }
    Meaning meaning =
        meanings
            .ofCode(code.text(body, told))
            .or(() -> said)
            .orElseGet(() -> Meaning.usual(status, usual));
    return Optional.of(failure(meaning, answer, clock, scope));
  }

  /** What an answer says of the failure that it is. */
  Failure failure(Meaning meaning, HttpAnswer answer, Clock clock, Scope scope) {
    JsonNode body = JsonBody.tree(answer).orElse(JsonNodeFactory.instance.nullNode());
    Scope told = scope.with(answer);
    return new Failure(
        meaning,
        answer,
        code.text(body, told),
        field.text(body, told),
        message.text(body, told),
        limits.pause(answer, meaning == Meaning.THROTTLED, clock));
  }

  private void check(HttpAnswer answer, JsonNode body, Scope told) {
    boolean unreadable = body.isNull() && (success != null || expect != null);
    if (unreadable || (expect != null && !expect.holds(body, told))) {
      throw DestinationException.contradictory(
          answer.status(), "the answer is not what it should be: is url the right address?");
    }
  }

  /** Whether an answer says that credentials have expired. */
  boolean expired(HttpAnswer answer) {
    if (answer.status() == 401 || !meanings.knowExpiry()) {
      return answer.status() == 401;
    }
    JsonNode body = JsonBody.tree(answer).orElse(JsonNodeFactory.instance.nullNode());
    Scope scope = Scope.of("", JsonNodeFactory.instance.objectNode(), Map.of());
    return meanings
            .ofCode(code.text(body, scope.with(answer)))
            .or(() -> meanings.ofStatus(answer.status()))
            .orElse(Meaning.APPLIED)
        == Meaning.EXPIRED;
  }
}
