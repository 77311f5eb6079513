/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.DestinationException;
import java.util.ArrayList;
import java.util.List;

/**
 * One call of an API, compiled. Immutable.
 *
 * @param name its operation, or its name among the steps
 * @param one whether each record has a call of its own
 * @param maxRecords most records of one call; the destination's limit if that is lower
 * @param maxBytes most bytes of one body
 * @param item what becomes of one record, or {@code null} for the record
 * @param maxItemBytes most bytes of that
 * @param check what is wrong with a record, or {@code null}
 * @param group records that differ in it go into different calls, or {@code null}
 * @param job how an answer that is to come is asked for, or {@code null}
 * @param route calls that are made in place of this one
 * @param fallback calls that are made after it failed
 * @param then the call that is made after it succeeded, or {@code null}
 */
record CallSpec(
    String name,
    RequestTemplate request,
    boolean one,
    int maxRecords,
    long maxBytes,
    Expr item,
    long maxItemBytes,
    Expr check,
    Expr group,
    CallBody body,
    FailureRules failures,
    ResultRules results,
    JobSpec job,
    List<Turn> route,
    List<Turn> fallback,
    String then) {

  CallSpec {
    route = List.copyOf(route);
    fallback = List.copyOf(fallback);
  }

  /**
   * A turn to another call.
   *
   * @param when whether it is taken
   * @param id the record's id for that call, or {@code null} to leave it
   */
  record Turn(Expr when, String call, Expr id) {}

  /**
   * Reads a call.
   *
   * @param where the key it stands under, for messages
   * @param keys of the call, {@code like} resolved
   */
  static CallSpec read(String where, String name, JsonNode keys, FailureRules file) {
    boolean one = keys.path("records").asText("many").equals("one");
    FailureRules failures = file.of(keys);
    CallSpec call =
        new CallSpec(
            name,
            RequestTemplate.read(where, keys, "POST"),
            one,
            one ? 1 : keys.path("max_records").asInt(Integer.MAX_VALUE),
            keys.path("max_bytes").asLong(Long.MAX_VALUE),
            expression(where, keys, "item"),
            keys.path("max_item_bytes").asLong(Long.MAX_VALUE),
            expression(where, keys, "check"),
            expression(where, keys, "group"),
            body(where, keys, one),
            failures,
            ResultRules.read(keys.path("results"), failures.meanings()),
            keys.has("job") ? JobSpec.read(where + ".job", keys.get("job"), failures) : null,
            turns(where + ".route", keys.path("route"), false),
            turns(where + ".fallback", keys.path("fallback"), true),
            keys.path("then").asText(null));
    if (!one && (!call.route.isEmpty() || !call.fallback.isEmpty() || call.then != null)) {
      throw DestinationException.refused(
          "CALL_REFUSED", 0, where + ": route, fallback and then need records: one");
    }
    if (one && call.job != null) {
      throw DestinationException.refused("CALL_REFUSED", 0, where + ": a job needs records: many");
    }
    return call;
  }

  private static CallBody body(String where, JsonNode keys, boolean one) {
    if (!keys.hasNonNull("body") && one) {
      return new CallBody.Empty();
    }
    return new CallBody.Worded(
        Expr.jslt(where + ".body", keys.path("body").asText("$items")),
        BodyFormat.of(keys.path("format").asText("json")));
  }

  private static Expr expression(String where, JsonNode keys, String key) {
    return keys.hasNonNull(key) ? Expr.jslt(where + "." + key, keys.get(key).asText()) : null;
  }

  private static List<Turn> turns(String where, JsonNode list, boolean afterAnswer) {
    List<Turn> turns = new ArrayList<>();
    for (JsonNode turn : list) {
      String when = turn.path("when").asText();
      turns.add(
          new Turn(
              Expr.jslt(where + ".when", when),
              turn.path("call").asText(),
              afterAnswer && turn.hasNonNull("id")
                  ? Expr.reading(where + ".id", turn.get("id").asText())
                  : null));
    }
    return turns;
  }

  /** Whether its answers tell what became of each record. */
  boolean tellsEachRecord() {
    return one || results instanceof ListedResults;
  }

  /** Whether its answers hold the destination's ids. */
  boolean tellsIds() {
    return (results instanceof ListedResults listed && listed.said().id() != null)
        || (results instanceof ResultRules.Alike alike && alike.said().id() != null);
  }
}
