/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.sandbox.SalesforceOrg.Problem;
import io.backhaul.destination.sandbox.SandboxApi.Incoming;
import io.backhaul.destination.sandbox.SandboxApi.Posted;
import io.backhaul.destination.sandbox.SandboxApi.Result;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The records of one request or job on their way into the store: those that the org refuses by its
 * own rules never get there. The sandbox knows a record by its external id.
 */
final class SalesforceRecords {

  /** What became of one record: an id, or a problem. */
  record Outcome(String id, boolean created, Problem problem) {}

  private final SalesforceOrg org;
  private final SandboxStore store;
  private final String object;
  private final String op;
  private final String externalId;
  private final Set<String> watch;
  private final List<Incoming> incoming = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Map<Integer, Outcome> outcomes = new HashMap<>();
  private final Map<Integer, String> ids = new HashMap<>();
  private int count;

  /**
   * @param externalId the field that names records, or {@code null} where their own id does
   */
  SalesforceRecords(
      SalesforceOrg org,
      SandboxStore store,
      String object,
      String op,
      String externalId,
      Set<String> watch) {
    this.org = org;
    this.store = store;
    this.object = object;
    this.op = op;
    this.externalId = externalId;
    this.watch = watch;
  }

  /**
   * Takes one record.
   *
   * @param id Salesforce's own, or {@code null}
   */
  void add(String id, JsonNode record) {
    int position = count++;
    ids.put(position, id);
    ObjectNode fields = SalesforceWords.flat(record);
    Optional<Problem> problem =
        op.equals("delete") ? Optional.empty() : SalesforceOrg.problem(object, fields);
    String name = null;
    if (problem.isEmpty()) {
      name = name(id, fields, position);
      if (name == null) {
        problem = Optional.of(unnamed(id));
      } else if (!names.add(name)) {
        problem =
            Optional.of(
                new Problem(
                    "DUPLICATE_VALUE", "Duplicate external id specified: " + name, externalId));
      } else if (creates(name)) {
        problem = SalesforceOrg.missing(object, fields);
      }
    }
    if (problem.isPresent()) {
      outcomes.put(position, new Outcome(null, false, problem.get()));
      return;
    }
    Map<String, String> watched = new HashMap<>();
    for (String field : watch) {
      if (fields.hasNonNull(field)) {
        watched.put(field, fields.get(field).asText());
      }
    }
    String value = op.equals("delete") ? "" : fields.toString();
    incoming.add(new Incoming(name, value, watched, Integer.toString(position)));
  }

  private boolean creates(String name) {
    return op.equals("insert")
        || (op.equals("upsert") && store.problem(object, "update", name) != null);
  }

  private String name(String id, ObjectNode fields, int position) {
    if (externalId != null) {
      return fields.path(externalId).asText(null);
    }
    if (op.equals("insert")) {
      return SalesforceOrg.externalId(fields)
          .orElseGet(() -> "new:" + store.records(object).size() + ":" + position);
    }
    return SalesforceOrg.number(id == null ? "" : id)
        .map(number -> Optional.ofNullable(store.nameOf(object, number)).orElse("id:" + id))
        .orElse(null);
  }

  private Problem unnamed(String id) {
    return externalId != null
        ? new Problem("MISSING_ARGUMENT", externalId + " not specified", null)
        : id == null
            ? new Problem("MISSING_ARGUMENT", "Id not specified in an update call", null)
            : new Problem("MALFORMED_ID", "malformed id " + id, op.equals("delete") ? null : "Id");
  }

  Posted posted() {
    return new Posted(object, op, incoming, 0);
  }

  /** What became of all records, in the order in which they were added. */
  List<Outcome> outcomes(List<Result> results) {
    for (Result result : results) {
      int position = Integer.parseInt(result.record().mark());
      Outcome outcome;
      if (SalesforceWords.nothingThere(op, result)) {
        outcome = new Outcome(null, false, SalesforceWords.DELETED);
      } else if (result.applied()) {
        String given = ids.get(position);
        String id = given == null ? org.id(object, result.id()) : given;
        outcome = new Outcome(id, result.created(), null);
      } else {
        outcome = new Outcome(null, false, SalesforceWords.problem(result, externalId));
      }
      outcomes.put(position, outcome);
    }
    List<Outcome> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(outcomes.get(i));
    }
    return all;
  }
}
