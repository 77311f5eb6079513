/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.JsonBody;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The answer holds a list whose elements are about single records: about all of them, or only about
 * those that failed.
 *
 * @param whole whether the answer itself is the list
 * @param at where an element says which record it is about
 * @param of what it says of a record that it is about, for {@link Match#VALUE}; several are a list
 * @param repeats whether a record may be named again, of which the first mention counts
 * @param base number of the first record, for {@link Match#INDEX}
 * @param unlisted what a record is that no element names
 */
record ListedResults(
    Expr list,
    boolean whole,
    Match match,
    Expr at,
    Expr of,
    int base,
    boolean ignoreCase,
    boolean repeats,
    Expr unlisted,
    Said said)
    implements ResultRules {

  /** How an element names its record. */
  enum Match {
    /** The first is about the first. */
    ORDER(null),
    /** By its position. */
    INDEX("/index"),
    /** By the value that identifies it. */
    IDENTITY("/id"),
    /** By its key. */
    KEY("/key"),
    /** By a value of the file's own choice. */
    VALUE("/id");

    private final String usual;

    Match(String usual) {
      this.usual = usual;
    }

    static Match of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  private static final List<String> WORDS = List.of("applied", "unknown", "retry", "rejected");

  static ListedResults read(JsonNode results, Meanings meanings) {
    String list = results.path("list").asText();
    Match match = Match.of(results.path("match").asText("order"));
    if (match == Match.VALUE && !results.hasNonNull("of")) {
      throw DestinationException.refused(
          "TEMPLATE_REFUSED", 0, "results.match: value needs of:, the record's value to compare");
    }
    String unlisted = results.path("unlisted").asText("unknown");
    String where = results.path("at").asText(match.usual);
    return new ListedResults(
        Expr.reading("results.list", list),
        list.strip().equals("."),
        match,
        where == null ? null : Expr.reading("results.at", where),
        results.hasNonNull("of") ? Expr.jslt("results.of", results.get("of").asText()) : null,
        results.path("base").asInt(0),
        results.path("ignore_case").asBoolean(false),
        results.path("repeats").asBoolean(false),
        Expr.reading(
            "results.unlisted", WORDS.contains(unlisted) ? "\"" + unlisted + "\"" : unlisted),
        Said.read(results, meanings));
  }

  /** {@code {"results":[{"key","status","id","code","field","message"}]}}. */
  static ListedResults ofContract(Meanings meanings) {
    Map<String, String> keys =
        Map.of(
            "list", "/results",
            "match", "key",
            "outcome", "/status",
            "id", "/id",
            "code", "/code",
            "field", "/field",
            "message", "/message");
    ObjectNode results = JsonNodeFactory.instance.objectNode();
    keys.forEach(results::put);
    return read(results, meanings);
  }

  @Override
  public List<RecordResult> read(HttpAnswer answer, List<Row> sent, Scope scope) {
    JsonNode body =
        whole
            ? JsonBody.tree(answer).orElse(JsonNodeFactory.instance.nullNode())
            : JsonBody.object(answer);
    Scope told = scope.with(answer);
    JsonNode elements = list.on(body, told);
    String other = unlisted.text(body, told);
    boolean failuresOnly = !"unknown".equals(other) && !whole;
    if (!elements.isArray() && !(elements.isNull() && failuresOnly)) {
      throw DestinationException.contradictory(
          answer.status(), "the answer holds no list of results: results: by_status may be meant");
    }
    if (match == Match.ORDER && elements.size() != sent.size()) {
      // Which of them is missing is not told: no result can be given to any.
      throw DestinationException.contradictory(
          answer.status(),
          "the answer holds " + elements.size() + " results of " + sent.size() + " records");
    }
    Map<String, List<Row>> named = match == Match.ORDER ? Map.of() : named(sent, scope);
    Map<Integer, RecordResult> results = new LinkedHashMap<>();
    int position = 0;
    for (JsonNode element : elements) {
      List<Row> about = about(element, position++, sent, named, told);
      if (about.isEmpty()) {
        throw DestinationException.contradictory(
            answer.status(), "the answer names a record that is not in the request");
      }
      for (Row row : about) {
        RecordResult result = said.result(row.key(), element, told, false);
        if (results.putIfAbsent(row.position(), result) != null && !repeats) {
          throw DestinationException.contradictory(
              answer.status(), "the answer names one record twice");
        }
      }
    }
    List<RecordResult> all = new ArrayList<>(results.values());
    sent.stream()
        .filter(row -> !results.containsKey(row.position()))
        .forEach(row -> all.add(unnamed(row.key(), other)));
    return all;
  }

  private static RecordResult unnamed(String key, String word) {
    return switch (word == null ? "" : word) {
      case "applied" -> new RecordResult.Applied(key, null);
      case "retry" -> new RecordResult.Retry(key, "NOT_NAMED");
      case "rejected" ->
          new RecordResult.Rejected(key, "NOT_NAMED", null, "the answer does not name it");
      default -> new RecordResult.Unknown(key, "the answer does not name it");
    };
  }

  private List<Row> about(
      JsonNode element, int position, List<Row> sent, Map<String, List<Row>> named, Scope scope) {
    if (match == Match.ORDER) {
      return List.of(sent.get(position));
    }
    JsonNode value = at.on(element, scope);
    if (match != Match.INDEX) {
      return named.getOrDefault(mark(value), List.of());
    }
    int index = value.asInt(-1) - base;
    return index >= 0 && index < sent.size() ? List.of(sent.get(index)) : List.of();
  }

  /** The records by what an element may call them: several may go by one name, as events do. */
  private Map<String, List<Row>> named(List<Row> sent, Scope scope) {
    Map<String, List<Row>> named = new HashMap<>();
    for (Row row : sent) {
      switch (match) {
        case KEY -> add(named, JsonBody.parse(row.key()), row);
        case IDENTITY -> {
          if (row.identity() != null) {
            add(named, row.identity().value(), row);
          }
        }
        case VALUE -> {
          JsonNode value = of.on(row.node(), scope);
          if (value.isArray()) {
            value.forEach(each -> add(named, each, row));
          } else {
            add(named, value, row);
          }
        }
        case ORDER, INDEX -> {
          return named;
        }
      }
    }
    return named;
  }

  private void add(Map<String, List<Row>> named, JsonNode value, Row row) {
    if (!value.isNull()) {
      named.computeIfAbsent(mark(value), any -> new ArrayList<>()).add(row);
    }
  }

  /** Single values are compared as texts: many vendors give a number back as one. */
  private String mark(JsonNode value) {
    String text =
        match == Match.KEY
            ? JsonKey.of(value)
            : value.isContainerNode()
                ? value.toString()
                : String.valueOf(JsltFunctions.plain(value));
    return ignoreCase ? text.toLowerCase(Locale.ROOT) : text;
  }
}
