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
import java.util.OptionalLong;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Circuit breakers as runs leave them to each other: pauses outlive the run that began them. */
final class Circuits {

  private static final Logger LOG = LoggerFactory.getLogger(Circuits.class);

  private final Ledger ledger;
  private final Clock clock;

  Circuits(Ledger ledger, Clock clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  /** What the last run saw of a destination, or {@code null} if its circuit is closed. */
  CircuitReport open(String tenant, String destination) {
    if (!ledger.has(LedgerTable.CIRCUITS)) {
      return null;
    }
    List<Row> rows =
        ledger
            .rows(LedgerTable.CIRCUITS)
            .where(
                col("tenant")
                    .equalTo(tenant)
                    .and(col("destination").equalTo(destination))
                    .and(col("state").notEqual("closed")))
            .collectAsList();
    if (rows.isEmpty()) {
      return null;
    }
    Row row = rows.get(0);
    return new CircuitReport(
        row.getAs("state"),
        instant(row, "opened_at"),
        instant(row, "open_until"),
        row.<Integer>getAs("consecutive_opens"),
        row.getAs("last_error"));
  }

  /** Notes what this run saw, where that is news. */
  void note(RunHeader header, CircuitReport before, CircuitReport after) {
    boolean closed = after == null || after.state().equals("closed");
    if (closed && before == null) {
      return;
    }
    Row row =
        RowFactory.create(
            header.tenant(),
            header.destination(),
            closed ? "closed" : after.state(),
            closed ? null : timestamp(after.openedAt()),
            closed ? null : timestamp(after.openUntil()),
            closed ? 0 : after.consecutiveOpens(),
            closed ? null : after.lastError(),
            header.runId(),
            Timestamp.from(clock.instant()));
    try {
      OptionalLong noted =
          ledger.replace(
              LedgerTable.CIRCUITS,
              Map.of("tenant", header.tenant(), "destination", header.destination()),
              ledger.frame(LedgerTable.CIRCUITS, List.of(row)),
              clock.millis(),
              header.runId());
      if (noted.isEmpty()) {
        LOG.debug("a later run noted the circuit of {}", header.destination());
      }
    } catch (RuntimeException e) {
      // Advice for the next run, not a promise: another run of the destination wrote its own.
      LOG.warn("the circuit of {}/{} was not noted", header.tenant(), header.destination(), e);
    }
  }

  private static Instant instant(Row row, String column) {
    Timestamp timestamp = row.getAs(column);
    return timestamp == null ? null : timestamp.toInstant();
  }

  private static Timestamp timestamp(Instant instant) {
    return instant == null ? null : Timestamp.from(instant);
  }
}
