/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.maintain;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.sync.SettledRuns;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Which rows of a table are past their term. */
interface Expiry {

  /** Nothing in the table is history. */
  Expiry NEVER = rows -> List.of();

  /** Conditions for rows to go, each the matter of one commit; none where nothing is past. */
  List<Column> past(Dataset<Row> rows);

  /** Whole days before {@code end}; they are partitions, so that no file is rewritten. */
  static Expiry daysBefore(Instant end) {
    LocalDate day = LocalDate.ofInstant(end, ZoneOffset.UTC);
    return rows -> List.of(col("date").lt(lit(day)));
  }

  /**
   * Letters resolved before {@code end}, sync by sync, so that each commit can only meet runs of
   * its own sync.
   */
  static Expiry lettersResolvedBefore(Instant end) {
    Column past = col("status").equalTo("resolved").and(col("resolved_at").lt(lit(end)));
    return rows ->
        rows.where(past).select("tenant", "sync").distinct().collectAsList().stream()
            .map(
                row ->
                    col("tenant")
                        .equalTo(row.getString(0))
                        .and(col("sync").equalTo(row.getString(1)))
                        .and(past))
            .toList();
  }

  /** Settled runs that started before {@code end}; a run is a partition. */
  static Expiry runsSettledAndBefore(Instant end, Ledger ledger, String tenant, String sync) {
    return rows -> {
      List<String> stored =
          rows.select("run_id").distinct().collectAsList().stream()
              .map(row -> row.getString(0))
              .toList();
      List<String> past = SettledRuns.among(stored, ledger, tenant, sync, end);
      return past.isEmpty() ? List.of() : List.of(col("run_id").isInCollection(past));
    };
  }
}
