/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.schibsted.spt.data.jslt.Function;
import com.schibsted.spt.data.jslt.JsltException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.List;

/** What JSLT lacks to word requests: each function is described in {@code docs/http.md}. */
final class JsltFunctions {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  static final List<Function> ALL =
      List.of(
          new Named("without-nulls", 1, 1, JsltFunctions::withoutNulls),
          new Named("without", 2, 20, JsltFunctions::without),
          new Named("text", 1, 1, arguments -> text(arguments[0])),
          new Named("bytes", 1, 1, arguments -> bytes(arguments[0])),
          new Named("epoch-seconds", 1, 1, arguments -> seconds(arguments[0])),
          new Named("epoch-millis", 1, 1, arguments -> millis(arguments[0])));

  @FunctionalInterface
  private interface Body {
    JsonNode of(JsonNode[] arguments);
  }

  /** A function by its name and the numbers of arguments it takes. */
  private record Named(String name, int least, int most, Body body) implements Function {

    @Override
    public String getName() {
      return name;
    }

    @Override
    public int getMinArguments() {
      return least;
    }

    @Override
    public int getMaxArguments() {
      return most;
    }

    @Override
    public JsonNode call(JsonNode input, JsonNode[] arguments) {
      return body.of(arguments);
    }
  }

  private JsltFunctions() {}

  /** A single value as text, numbers without exponent; {@code null} for null. */
  static String plain(JsonNode value) {
    if (value.isNull() || value.isMissingNode()) {
      return null;
    }
    if (value.isNumber()) {
      return value.decimalValue().toPlainString();
    }
    return value.isContainerNode() ? value.toString() : value.asText();
  }

  private static JsonNode text(JsonNode value) {
    String plain = plain(value);
    return plain == null ? JSON.nullNode() : JSON.textNode(plain);
  }

  private static JsonNode bytes(JsonNode value) {
    String plain = plain(value);
    return JSON.numberNode(plain == null ? 0 : plain.getBytes(StandardCharsets.UTF_8).length);
  }

  private static JsonNode withoutNulls(JsonNode[] arguments) {
    if (!arguments[0].isObject()) {
      return arguments[0];
    }
    ObjectNode kept = JSON.objectNode();
    arguments[0]
        .fields()
        .forEachRemaining(
            each -> {
              if (!each.getValue().isNull()) {
                kept.set(each.getKey(), each.getValue());
              }
            });
    return kept;
  }

  private static JsonNode without(JsonNode[] arguments) {
    if (!arguments[0].isObject()) {
      return arguments[0];
    }
    List<String> names = new ArrayList<>();
    for (int i = 1; i < arguments.length; i++) {
      names.add(arguments[i].asText());
    }
    ObjectNode kept = JSON.objectNode();
    kept.setAll((ObjectNode) arguments[0]);
    return kept.remove(names);
  }

  private static JsonNode seconds(JsonNode time) {
    return time.isTextual() ? JSON.numberNode(instant(time.asText()).getEpochSecond()) : time;
  }

  private static JsonNode millis(JsonNode time) {
    return time.isTextual() ? JSON.numberNode(instant(time.asText()).toEpochMilli()) : time;
  }

  /** A date is its midnight, and a time without a zone is UTC's. */
  private static Instant instant(String text) {
    try {
      TemporalAccessor time =
          DateTimeFormatter.ofPattern(
                  "yyyy-MM-dd[[' ']['T']HH:mm:ss[.SSSSSSSSS][.SSSSSS][.SSS][XXX]]")
              .parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
      if (time instanceof OffsetDateTime zoned) {
        return zoned.toInstant();
      }
      LocalDateTime local =
          time instanceof LocalDateTime dateTime ? dateTime : ((LocalDate) time).atStartOfDay();
      return local.toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new JsltException("a text is not a date or a time as 2026-03-01T12:00:00Z is");
    }
  }
}
