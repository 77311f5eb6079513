/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.deadletter;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.backhaul.diff.state.Conflicts;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerTable;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What a person does with dead letters: look, ask for another try, give up. */
public final class DeadLetterBox {

  private final Ledger ledger;
  private final Clock clock;

  public DeadLetterBox(Ledger ledger, Clock clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * Which letters are meant; {@code null} leaves a thing open.
   *
   * @param letterId exactly this one
   * @param code rule or error code
   * @param field destination field
   */
  public record Filter(String tenant, String sync, String letterId, String code, String field) {

    Column matches() {
      Column matches = lit(true);
      matches = and(matches, "tenant", tenant);
      matches = and(matches, "sync", sync);
      matches = and(matches, "letter_id", letterId);
      matches = and(matches, "code", code);
      return and(matches, "field", field);
    }

    private static Column and(Column matches, String column, String value) {
      return value == null ? matches : matches.and(col(column).equalTo(value));
    }
  }

  /**
   * Letters, the newest first.
   *
   * @param status open, requeued, resolved, discarded, or {@code null} for any
   */
  public List<Row> list(Filter filter, String status, int limit) {
    Dataset<Row> letters = ledger.rows(LedgerTable.DEAD_LETTERS).where(filter.matches());
    if (status != null) {
      letters = letters.where(col("status").equalTo(status));
    }
    return letters.orderBy(col("last_seen").desc(), col("letter_id")).limit(limit).collectAsList();
  }

  /** One letter, all columns. */
  public Optional<Row> show(String letterId) {
    return ledger
        .rows(LedgerTable.DEAD_LETTERS)
        .where(col("letter_id").equalTo(letterId))
        .collectAsList()
        .stream()
        .findFirst();
  }

  /**
   * Lets the next run send the records of open or discarded letters again, although nothing about
   * them changed.
   *
   * @return how many letters were requeued
   */
  public long retry(Filter filter) {
    return change(
        filter,
        col("status").isin("open", "discarded"),
        Map.of(
            "status", lit("requeued"),
            "last_seen", lit(Timestamp.from(clock.instant()))));
  }

  /**
   * Gives open letters up: their records are sent again only when their row changes.
   *
   * @param by who or what discards them
   * @return how many letters were discarded
   */
  public long discard(Filter filter, String by) {
    return change(
        filter,
        col("status").isin("open", "requeued"),
        Map.of(
            "status", lit("discarded"),
            "resolved_at", lit(Timestamp.from(clock.instant())),
            "resolved_by", lit(by)));
  }

  private long change(Filter filter, Column status, Map<String, Column> values) {
    if (!ledger.has(LedgerTable.DEAD_LETTERS)) {
      return 0;
    }
    Column which = filter.matches().and(status);
    return Conflicts.retried(() -> changeOnce(which, values));
  }

  private long changeOnce(Column which, Map<String, Column> values) {
    long letters = ledger.rows(LedgerTable.DEAD_LETTERS).where(which).count();
    if (letters > 0) {
      ledger.ref(LedgerTable.DEAD_LETTERS).deltaTable(ledger.spark()).update(which, values);
    }
    return letters;
  }
}
