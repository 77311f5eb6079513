/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.struct;

import io.backhaul.jobs.ledger.LeaseBeat;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerTable;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How one sync is, as its last run left it.
 *
 * @param runId its last run
 * @param status how that run ended
 * @param startedAt when that run started
 * @param endedAt when that run ended
 * @param error why it failed or was stopped, or {@code null}
 * @param p95Seconds 95th percentile from warehouse update to acknowledgement, of the last run that
 *     applied anything; {@code null} where none did
 * @param estimated whether that is an estimate
 * @param openLetters dead letters that wait for a person, the row or the mapping
 * @param heldBy the run that holds the sync now, or {@code null}
 * @param heldUntil until when, unless it renews its lease; {@code null} where nobody does
 */
public record SyncStatus(
    String tenant,
    String sync,
    String runId,
    String status,
    Instant startedAt,
    Instant endedAt,
    String error,
    Double p95Seconds,
    Boolean estimated,
    long openLetters,
    String heldBy,
    Instant heldUntil) {

  /** {@code tenant/name}. */
  public String id() {
    return tenant + "/" + sync;
  }

  /**
   * Every sync that ever ran, by tenant and name.
   *
   * @param tenant one tenant's, or {@code null} for all
   * @param sync those of this name, or {@code null} for all
   * @param now whether a lease is still held is judged by it
   */
  public static List<SyncStatus> of(Ledger ledger, String tenant, String sync, Instant now) {
    Dataset<Row> runs =
        last(ledger.rows(LedgerTable.RUNS), "run_id", "status", "started_at", "ended_at", "error");
    Dataset<Row> freshness =
        last(ledger.rows(LedgerTable.FRESHNESS), "run_id", "p95_seconds", "estimated")
            .drop("run_id");
    Dataset<Row> letters =
        ledger
            .rows(LedgerTable.DEAD_LETTERS)
            .where(col("status").equalTo("open"))
            .groupBy("tenant", "sync")
            .agg(count(lit(1)).as("open_letters"));
    Dataset<Row> leases =
        ledger
            .rows(LedgerTable.LEASES)
            .where(col("held"))
            .select(
                col("tenant"),
                col("sync"),
                col("run_id").as("held_by"),
                col("epoch"),
                col("expires_at"));
    String[] on = {"tenant", "sync"};
    return runs
        .where(matches(tenant, sync))
        .join(freshness, on, "left")
        .join(letters, on, "left")
        .join(leases, on, "left")
        .orderBy("tenant", "sync")
        .collectAsList()
        .stream()
        .map(row -> of(row, held(ledger, row, now)))
        .toList();
  }

  /** The newest row of each sync; run ids sort by time. */
  private static Dataset<Row> last(Dataset<Row> rows, String... columns) {
    Column[] picked = List.of(columns).stream().map(name -> col(name)).toArray(Column[]::new);
    return rows.groupBy("tenant", "sync")
        .agg(max_by(struct(picked), col("run_id")).as("last"))
        .select("tenant", "sync", "last.*");
  }

  private static Column matches(String tenant, String sync) {
    Column all = lit(true);
    Column ofTenant = tenant == null ? all : col("tenant").equalTo(tenant);
    return sync == null ? ofTenant : ofTenant.and(col("sync").equalTo(sync));
  }

  /** Until when the sync's lease is held, or {@code null}; a renewal is not in the table. */
  private static Instant held(Ledger ledger, Row row, Instant now) {
    if (row.getAs("held_by") == null) {
      return null;
    }
    Instant taken = instant(row, "expires_at");
    Instant renewed =
        LeaseBeat.of(ledger.root(), row.getAs("tenant"), row.getAs("sync"), row.getAs("epoch"))
            .heldUntil(ledger.hadoop());
    Instant until = renewed.isAfter(taken) ? renewed : taken;
    return until.isAfter(now) ? until : null;
  }

  private static SyncStatus of(Row row, Instant heldUntil) {
    Long open = row.getAs("open_letters");
    return new SyncStatus(
        row.getAs("tenant"),
        row.getAs("sync"),
        row.getAs("run_id"),
        row.getAs("status"),
        instant(row, "started_at"),
        instant(row, "ended_at"),
        row.getAs("error"),
        row.getAs("p95_seconds"),
        row.getAs("estimated"),
        open == null ? 0 : open,
        heldUntil == null ? null : row.getAs("held_by"),
        heldUntil);
  }

  private static Instant instant(Row row, String column) {
    Timestamp value = row.getAs(column);
    return value == null ? null : value.toInstant();
  }
}
