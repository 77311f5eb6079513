/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.RecordResult;
import java.util.Locale;

/**
 * Where an answer says what became of one record. Each is {@code null} where nothing does.
 *
 * @param outcome true, false, or a word
 */
record Said(Expr outcome, Expr id, Expr code, Expr field, Expr message, Meanings meanings) {

  static Said read(JsonNode results, Meanings meanings) {
    return new Said(
        expression(results, "outcome"),
        expression(results, "id"),
        expression(results, "code"),
        expression(results, "field"),
        expression(results, "message"),
        meanings);
  }

  static Expr expression(JsonNode results, String key) {
    return results.hasNonNull(key)
        ? Expr.reading("results." + key, results.get(key).asText())
        : null;
  }

  /**
   * The result that {@code element} tells.
   *
   * @param otherwise whether a record is applied of which no outcome is told
   */
  RecordResult result(String key, JsonNode element, Scope scope, boolean otherwise) {
    String word = outcome == null ? Boolean.toString(otherwise) : text(outcome, element, scope);
    String named = text(code, element, scope);
    return switch (word == null ? "" : word.toLowerCase(Locale.ROOT)) {
      case "true", "applied" -> applied(key, element, scope);
      case "rejected" -> rejected(key, named, element, scope);
      case "retry" -> new RecordResult.Retry(key, named == null ? "RETRY" : named);
      case "unknown" -> unknown(key, named);
      case "false" -> failed(key, named, element, scope);
      default ->
          throw DestinationException.contradictory(
              scope.variables().get("status").asInt(),
              "a result's status is not applied, rejected or retry");
    };
  }

  private RecordResult failed(String key, String named, JsonNode element, Scope scope) {
    return switch (meanings.ofCode(named).orElse(Meaning.REJECTED)) {
      case APPLIED -> applied(key, element, scope);
      case RETRY, THROTTLED, EXPIRED -> new RecordResult.Retry(key, named);
      case UNKNOWN -> unknown(key, named);
      case REJECTED, REFUSED -> rejected(key, named, element, scope);
    };
  }

  private RecordResult applied(String key, JsonNode element, Scope scope) {
    return new RecordResult.Applied(key, text(id, element, scope));
  }

  private RecordResult rejected(String key, String named, JsonNode element, Scope scope) {
    return new RecordResult.Rejected(
        key,
        named == null ? "REJECTED" : named,
        text(field, element, scope),
        text(message, element, scope));
  }

  private static RecordResult unknown(String key, String named) {
    return new RecordResult.Unknown(key, named == null ? "the destination cannot say" : named);
  }

  private static String text(Expr expression, JsonNode element, Scope scope) {
    return expression == null ? null : expression.text(element, scope);
  }
}
