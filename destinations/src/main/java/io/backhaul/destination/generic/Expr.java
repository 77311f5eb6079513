/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.schibsted.spt.data.jslt.Expression;
import com.schibsted.spt.data.jslt.JsltException;
import com.schibsted.spt.data.jslt.Parser;
import com.schibsted.spt.data.jslt.filters.TrueJsonFilter;
import com.schibsted.spt.data.jslt.parser.TokenMgrError;
import io.backhaul.destination.DestinationException;
import java.io.StringReader;
import java.util.function.BiFunction;

/**
 * An expression of a file, compiled: JSLT, or a JSON pointer. Members whose value is null are kept,
 * because null clears a field at most vendors, and numbers pass as they are. Immutable;
 * thread-safe.
 */
final class Expr {

  private final BiFunction<JsonNode, Scope, JsonNode> program;

  private Expr(BiFunction<JsonNode, Scope, JsonNode> program) {
    this.program = program;
  }

  /**
   * Compiles JSLT.
   *
   * @param where the key it stands under, for messages
   * @throws DestinationException (refused) if it is none
   */
  static Expr jslt(String where, String text) {
    Expression compiled = compile(where, text);
    return new Expr((input, scope) -> compiled.apply(scope.variables(), input));
  }

  /** What reads an answer: a JSON pointer if it begins with a slash, otherwise JSLT. */
  static Expr reading(String where, String text) {
    if (!text.startsWith("/")) {
      return jslt(where, text);
    }
    JsonPointer pointer = JsonPointer.compile(text);
    return new Expr((input, scope) -> input.at(pointer));
  }

  private static Expression compile(String where, String text) {
    try {
      return new Parser(new StringReader(text))
          .withSource(where)
          .withFunctions(JsltFunctions.ALL)
          .withObjectFilter(new TrueJsonFilter())
          .withResourceResolver(
              name -> {
                throw new JsltException("there is nothing to import");
              })
          .compile();
    } catch (RuntimeException | StackOverflowError | TokenMgrError e) {
      throw DestinationException.refused(
          "TEMPLATE_REFUSED", 0, where + " is not JSLT: " + firstLine(e));
    }
  }

  /**
   * Its value; null where there is none.
   *
   * @throws TemplateFailure if it has no value for this input
   */
  JsonNode on(JsonNode input, Scope scope) {
    try {
      JsonNode value = program.apply(input, scope);
      return value == null || value.isMissingNode() ? JsonNodeFactory.instance.nullNode() : value;
    } catch (JsltException | ArithmeticException | ClassCastException | StackOverflowError e) {
      throw new TemplateFailure("TEMPLATE_FAILED", firstLine(e));
    }
  }

  /** Whether its value is true as JSLT sees it: neither null nor false, zero nor empty. */
  boolean holds(JsonNode input, Scope scope) {
    JsonNode value = on(input, scope);
    if (value.isNumber()) {
      return value.decimalValue().signum() != 0;
    }
    if (value.isTextual()) {
      return !value.asText().isEmpty();
    }
    return value.isContainerNode() ? !value.isEmpty() : value.asBoolean(false);
  }

  /** Its value as text; {@code null} where there is none, or none that is a single value. */
  String text(JsonNode input, Scope scope) {
    JsonNode value = on(input, scope);
    return value.isContainerNode() ? null : JsltFunctions.plain(value);
  }

  private static String firstLine(Throwable e) {
    if (e instanceof StackOverflowError) {
      return "it calls itself without end";
    }
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return message.lines().findFirst().orElse("");
  }
}
