/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.apache.spark.sql.functions.col;

import io.backhaul.destination.send.CircuitReport;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerTable;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Circuit breakers as runs leave them to each other: pauses outlive the run that began them. */
public final class Circuits {

  private static final Logger LOG = LoggerFactory.getLogger(Circuits.class);

  private final Ledger ledger;
  private final Clock clock;

  /** Those of a ledger. */
  public Circuits(Ledger ledger, Clock clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  /** What the last run saw of a destination, or {@code null} if its circuit is closed. */
  public CircuitReport open(String tenant, String destination) {
    Row row = row(tenant, destination);
    return row == null || row.getAs("state").equals("closed")
        ? null
        : new CircuitReport(
            row.getAs("state"),
            instant(row, "opened_at"),
            instant(row, "open_until"),
            row.<Integer>getAs("consecutive_opens"),
            row.getAs("last_error"));
  }

  /** Since when it is closed, as the table has it; {@code null} if the table does not say. */
  Instant closedAt(String tenant, String destination) {
    Row row = row(tenant, destination);
    return row != null && row.getAs("state").equals("closed") ? instant(row, "updated_at") : null;
  }

  private Row row(String tenant, String destination) {
    if (!ledger.has(LedgerTable.CIRCUITS)) {
      return null;
    }
    List<Row> rows =
        ledger
            .rows(LedgerTable.CIRCUITS)
            .where(col("tenant").equalTo(tenant).and(col("destination").equalTo(destination)))
            .collectAsList();
    return rows.isEmpty() ? null : rows.get(0);
  }

  /** Notes what this run saw, where that is news. */
  void note(RunHeader header, CircuitReport before, CircuitReport after) {
    boolean closed = after == null || after.state().equals("closed");
    if (closed && before == null) {
      return;
    }
    try {
      if (!write(header.tenant(), header.destination(), closed ? null : after, header.runId())) {
        LOG.debug("a later run noted the circuit of {}", header.destination());
      }
    } catch (RuntimeException e) {
      // Advice for the next run, not a promise: another run of the destination wrote its own.
      LOG.warn("the circuit of {}/{} was not noted", header.tenant(), header.destination(), e);
    }
  }

  /**
   * Closes the circuit of a destination by hand, whether it is open or not: the next run tries it
   * as if nothing had happened, and keeps to no pause that was asked for before.
   *
   * @param by who closes it, as the column {@code run_id} says
   * @return what was known against it, or {@code null}
   */
  public CircuitReport close(String tenant, String destination, String by) {
    CircuitReport before = open(tenant, destination);
    if (!write(tenant, destination, null, by)) {
      throw new IllegalStateException(
          "a run noted the circuit of " + tenant + "/" + destination + " just now; try again");
    }
    return before;
  }

  /** Whether it was written; false if somebody wrote later. */
  private boolean write(String tenant, String destination, CircuitReport open, String by) {
    Row row =
        RowFactory.create(
            tenant,
            destination,
            open == null ? "closed" : open.state(),
            open == null ? null : timestamp(open.openedAt()),
            open == null ? null : timestamp(open.openUntil()),
            open == null ? 0 : open.consecutiveOpens(),
            open == null ? null : open.lastError(),
            by,
            Timestamp.from(clock.instant()));
    return ledger
        .replace(
            LedgerTable.CIRCUITS,
            Map.of("tenant", tenant, "destination", destination),
            ledger.frame(LedgerTable.CIRCUITS, List.of(row)),
            clock.millis(),
            by)
        .isPresent();
  }

  private static Instant instant(Row row, String column) {
    Timestamp timestamp = row.getAs(column);
    return timestamp == null ? null : timestamp.toInstant();
  }

  private static Timestamp timestamp(Instant instant) {
    return instant == null ? null : Timestamp.from(instant);
  }
}
