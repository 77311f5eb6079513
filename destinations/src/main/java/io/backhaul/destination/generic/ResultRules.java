/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.generic;

import com.fasterxml.jackson.databind.JsonNode;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.RecordResult;
import io.backhaul.destination.http.HttpAnswer;
import io.backhaul.destination.http.JsonBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How an answer that is no failure tells what became of the records of its call. Immutable. */
sealed interface ResultRules permits ResultRules.ByStatus, ResultRules.Alike, ListedResults {

  /**
   * The results of those of {@code sent} that the answer accounts for.
   *
   * @throws DestinationException (contradictory) if the answer cannot be one to this call
   */
  List<RecordResult> read(HttpAnswer answer, List<Row> sent, Scope scope);

  /** Reads {@code results} of a call. */
  static ResultRules read(JsonNode results, Meanings meanings) {
    if (results.isObject()) {
      return results.has("list")
          ? ListedResults.read(results, meanings)
          : new Alike(Said.read(results, meanings));
    }
    return results.asText("by_status").equals("per_record")
        ? ListedResults.ofContract(meanings)
        : new ByStatus();
  }

  /**
   * Any 2xx stands for all records, whatever its body, unless the body is an HTML page: that is a
   * login form or a proxy, not the endpoint.
   */
  record ByStatus() implements ResultRules {
    @Override
    public List<RecordResult> read(HttpAnswer answer, List<Row> sent, Scope scope) {
      String start = answer.text().stripLeading().toLowerCase(Locale.ROOT);
      if (start.startsWith("<!doctype html") || start.startsWith("<html")) {
        throw DestinationException.contradictory(
            answer.status(), "the answer is a web page: is url the right address?");
      }
      List<RecordResult> results = new ArrayList<>(sent.size());
      sent.forEach(row -> results.add(new RecordResult.Applied(row.key(), null)));
      return results;
    }
  }

  /** The answer is about all records alike, which as a rule is one; 204 has nothing to say. */
  record Alike(Said said) implements ResultRules {
    @Override
    public List<RecordResult> read(HttpAnswer answer, List<Row> sent, Scope scope) {
      if (answer.status() == 204) {
        return new ByStatus().read(answer, sent, scope);
      }
      JsonNode body = JsonBody.object(answer);
      Scope told = scope.with(answer);
      List<RecordResult> results = new ArrayList<>();
      sent.forEach(row -> results.add(said.result(row.key(), body, told, true)));
      return results;
    }
  }
}
