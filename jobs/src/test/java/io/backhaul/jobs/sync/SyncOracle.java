/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.backhaul.destination.sandbox.RequestLedger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Row;

/**
 * Judges what runs and crashes have left, from three accounts that know nothing of each other: the
 * warehouse, the destination and its own request ledger, and Backhaul's tables. For syncs in mode
 * mirror over the customers of a {@link SyncBed}.
 */
final class SyncOracle {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What is wrong, by key as JSON. All are empty when every promise holds.
   *
   * @param missing in the warehouse, neither at the destination nor an open dead letter
   * @param phantom at the destination, not in the warehouse
   * @param wrong at the destination with another value than in the warehouse, and no dead letter
   * @param misstated state says another thing than the destination holds
   * @param unbalanced runs whose operations and outcomes do not match
   * @param sentAgain records that went out once more although the destination held just that value
   */
  record Verdict(
      Set<String> missing,
      Set<String> phantom,
      Set<String> wrong,
      Set<String> misstated,
      List<String> unbalanced,
      long sentAgain) {

    boolean promiseHolds() {
      return missing.isEmpty()
          && phantom.isEmpty()
          && wrong.isEmpty()
          && misstated.isEmpty()
          && unbalanced.isEmpty();
    }
  }

  private final SyncBed bed;

  SyncOracle(SyncBed bed) {
    this.bed = bed;
  }

  /**
   * @param requestsBefore requests that were judged earlier and do not count
   */
  Verdict judge(int requestsBefore) {
    Map<String, Map<String, Object>> warehouse = warehouse();
    Map<String, Map<String, Object>> held = new TreeMap<>();
    bed.held().forEach((key, fields) -> held.put(key, parsed(fields)));
    Set<String> letters = new TreeSet<>();
    bed.sql("SELECT key FROM dead_letters WHERE status = 'open'")
        .forEach(row -> letters.add(row.getString(0)));
    Set<String> missing = new TreeSet<>(warehouse.keySet());
    missing.removeAll(held.keySet());
    missing.removeAll(letters);
    Set<String> phantom = new TreeSet<>(held.keySet());
    phantom.removeAll(warehouse.keySet());
    Set<String> wrong = new TreeSet<>();
    held.forEach(
        (key, fields) -> {
          if (warehouse.containsKey(key)
              && !warehouse.get(key).equals(fields)
              && !letters.contains(key)) {
            wrong.add(key);
          }
        });
    return new Verdict(
        missing, phantom, wrong, misstated(held), unbalanced(), sentAgain(requestsBefore));
  }

  private Map<String, Map<String, Object>> warehouse() {
    Map<String, Map<String, Object>> rows = new TreeMap<>();
    for (Row row : bed.rows("SELECT customer_id, email, first_name, last_name FROM customers")) {
      rows.put(
          "{\"customer_id\":" + row.getLong(0) + "}",
          Map.of(
              "email",
              row.getString(1),
              "full_name",
              row.getString(2) + " " + row.getString(3),
              "origin",
              "warehouse"));
    }
    return rows;
  }

  private Set<String> misstated(Map<String, Map<String, Object>> held) {
    Map<String, Map<String, Object>> stated = new TreeMap<>();
    bed.sql("SELECT customer_id, fields FROM state_acme_contacts")
        .forEach(
            row ->
                stated.put("{\"customer_id\":" + row.getLong(0) + "}", parsed(row.getString(1))));
    Set<String> misstated = new TreeSet<>();
    Set<String> keys = new TreeSet<>(held.keySet());
    keys.addAll(stated.keySet());
    keys.forEach(
        key -> {
          if (!held.getOrDefault(key, Map.of()).equals(stated.getOrDefault(key, Map.of()))) {
            misstated.add(key);
          }
        });
    return misstated;
  }

  private List<String> unbalanced() {
    return bed
        .sql(
            """
            SELECT r.run_id FROM runs r LEFT JOIN (
              SELECT run_id, count(*) AS outcomes, count(DISTINCT key) AS keys,
                     count_if(outcome = 'applied') AS applied
              FROM deliveries GROUP BY run_id) d USING (run_id)
            WHERE r.planned <> r.applied + r.rejected + r.deferred + r.unknown
               OR coalesce(d.outcomes, 0) <> r.planned OR coalesce(d.keys, 0) <> r.planned
               OR coalesce(d.applied, 0) <> r.applied
            """)
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private long sentAgain(int requestsBefore) {
    Map<String, String> applied = new HashMap<>();
    long again = 0;
    int number = 0;
    for (RequestLedger.Entry entry : bed.sandbox().ledger().entries()) {
      for (RequestLedger.Written written : entry.written()) {
        String value = written.op() + " " + written.valueHash();
        if (number >= requestsBefore && value.equals(applied.get(written.name()))) {
          again++;
        }
        if (written.applied()) {
          applied.put(written.name(), value);
        }
      }
      number++;
    }
    return again;
  }

  private static Map<String, Object> parsed(String fields) {
    try {
      @SuppressWarnings("unchecked")
      Map<String, Object> map = JSON.readValue(fields, Map.class);
      return map;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
