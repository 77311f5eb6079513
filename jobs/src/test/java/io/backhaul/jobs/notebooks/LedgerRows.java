/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.notebooks;

import io.backhaul.jobs.sync.RunReport;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/** The ledger's rows in memory, and the few things that are worked out from them by hand. */
final class LedgerRows {

  final List<RunReport> reports;
  final List<Row> runs;
  final List<Row> outbox;
  final List<Row> deliveries;
  final List<Row> letters;
  final List<Row> circuits;

  LedgerRows(WornLedger ledger) {
    this.reports = ledger.runs();
    this.runs = ledger.rows("runs");
    this.outbox = ledger.rows("outbox");
    this.deliveries = ledger.rows("deliveries");
    this.letters = ledger.rows("dead_letters");
    this.circuits = ledger.rows("circuits");
  }

  /** The rows by the values of some columns; a missing field is {@code (record)}. */
  static Map<String, List<Row>> by(List<Row> rows, String... columns) {
    return by(rows, row -> key(row, columns));
  }

  static Map<String, List<Row>> by(List<Row> rows, Function<Row, String> key) {
    return rows.stream().collect(Collectors.groupingBy(key, TreeMap::new, Collectors.toList()));
  }

  /** The values of some columns in one text. */
  static String key(Row row, String... columns) {
    return Arrays.stream(columns)
        .map(
            column -> {
              Object value = row.getAs(column);
              return value == null && column.equals("field") ? "(record)" : String.valueOf(value);
            })
        .collect(Collectors.joining("|"));
  }

  static List<Row> where(List<Row> rows, String column, Object value) {
    return rows.stream().filter(row -> value.equals(row.getAs(column))).toList();
  }

  static long sum(List<Row> rows, String column) {
    return rows.stream().mapToLong(row -> row.<Number>getAs(column).longValue()).sum();
  }

  static Instant instant(Row row, String column) {
    Timestamp timestamp = row.getAs(column);
    return timestamp == null ? null : timestamp.toInstant();
  }

  static double seconds(Instant from, Instant to) {
    return (to.toEpochMilli() - from.toEpochMilli()) / 1e3;
  }

  /** Lags of the applied operations among {@code deliveries}, recomputed from their two times. */
  static List<Double> lags(List<Row> deliveries) {
    List<Double> lags = new ArrayList<>();
    for (Row row : where(deliveries, "outcome", "applied")) {
      double micros =
          java.time.temporal.ChronoUnit.MICROS.between(
              instant(row, "source_updated_at"), instant(row, "delivered_at"));
      lags.add(Math.max(0, micros / 1e6));
    }
    return lags;
  }

  /** With linear interpolation between the two nearest values. */
  static double percentile(List<Double> values, double share) {
    List<Double> sorted = values.stream().sorted().toList();
    double position = share * (sorted.size() - 1);
    double below = sorted.get((int) Math.floor(position));
    double above = sorted.get((int) Math.ceil(position));
    return below + (above - below) * (position - Math.floor(position));
  }
}
