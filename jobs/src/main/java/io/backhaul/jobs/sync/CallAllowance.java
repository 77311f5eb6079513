/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.destination.config.DailyCalls;
import io.backhaul.diff.state.Conflicts;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerTable;
import io.backhaul.jobs.spec.SyncSpec;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the syncs of a destination account spend of its calls for a day. A run sets calls aside
 * before it sends and says at its end how many it made; a run that dies says nothing, and all that
 * it had set aside counts as made. Several applications may count at once: each write is a
 * compare-and-set.
 */
final class CallAllowance {

  private static final Logger LOG = LoggerFactory.getLogger(CallAllowance.class);

  /** For a destination that takes any number of calls. */
  static final SetAside UNBOUNDED = new SetAside(null, null, Long.MAX_VALUE);

  private static final int MOST_TRIES = 50;
  private static final int DAYS_KEPT = 31;

  private final Ledger ledger;
  private final SyncSpec spec;
  private final DailyCalls daily;
  private final Clock clock;

  private CallAllowance(Ledger ledger, SyncSpec spec, DailyCalls daily, Clock clock) {
    this.ledger = ledger;
    this.spec = spec;
    this.daily = daily;
    this.clock = clock;
  }

  /** The allowance of a sync's destination; empty if it takes any number of calls. */
  static Optional<CallAllowance> of(Ledger ledger, SyncSpec spec, Clock clock) {
    return DailyCalls.read(spec.destination().properties())
        .map(daily -> new CallAllowance(ledger, spec, daily, clock));
  }

  /**
   * Calls that a run may make.
   *
   * @param day they count for, also if the run ends on the next
   */
  record SetAside(String runId, LocalDate day, long calls) {}

  /** One row of the table; the rest of it is the same in all rows of a write. */
  private record Line(
      LocalDate day, String sync, String priority, long made, long setAside, long perDay) {

    long spent() {
      return made + setAside;
    }
  }

  /** The lines of the account, and what the next write must be numbered. */
  private record Page(List<Line> lines, long revision) {

    long spent(LocalDate day) {
      return lines.stream().filter(line -> line.day().equals(day)).mapToLong(Line::spent).sum();
    }
  }

  /** What the sync may still spend today. */
  long left() {
    return leftOf(read(), daily.dayAt(clock.instant()));
  }

  private long leftOf(Page page, LocalDate day) {
    return Math.max(0, spec.priority().mostOf(daily.most()) - page.spent(day));
  }

  /** Sets aside up to {@code wanted} calls of today; fewer, or none, if no more are left. */
  SetAside setAside(String runId, long wanted) {
    LocalDate day = daily.dayAt(clock.instant());
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      Page page = read();
      long calls = Math.min(wanted, leftOf(page, day));
      if (calls == 0 || write(page, runId, day, 0, calls)) {
        return new SetAside(runId, day, calls);
      }
    }
    throw new IllegalStateException(
        "the calls of " + account() + " could not be counted, since other runs kept counting");
  }

  /**
   * The run has ended.
   *
   * @param made calls it made; all that it had set aside stays counted if this fails
   */
  void account(SetAside run, long made) {
    try {
      for (int tries = 0; tries < MOST_TRIES; tries++) {
        if (write(read(), run.runId(), run.day(), made, -run.calls())) {
          return;
        }
      }
      LOG.warn("{} calls set aside of {} count as made", run.calls(), account());
    } catch (RuntimeException e) {
      LOG.warn("{} calls set aside of {} count as made", run.calls(), account(), e);
    }
  }

  private String account() {
    return spec.tenant() + "/" + spec.destination().name();
  }

  private Page read() {
    List<Line> lines = new ArrayList<>();
    long revision = 0;
    List<Row> rows =
        ledger.has(LedgerTable.DAILY_CALLS)
            ? ledger.ref(LedgerTable.DAILY_CALLS).read(ledger.spark(), place()).collectAsList()
            : List.of();
    for (Row row : rows) {
      revision = Math.max(revision, row.<Long>getAs("revision"));
      lines.add(
          new Line(
              row.<Date>getAs("day").toLocalDate(),
              row.getAs("sync"),
              row.getAs("priority"),
              row.<Long>getAs("made"),
              row.<Long>getAs("set_aside"),
              row.<Long>getAs("calls_per_day")));
    }
    return new Page(lines, revision + 1);
  }

  private Map<String, String> place() {
    return Map.of("tenant", spec.tenant(), "destination", spec.destination().name());
  }

  /** Adds to the sync's line of a day, unless somebody else wrote since the page was read. */
  private boolean write(Page page, String runId, LocalDate day, long made, long setAside) {
    List<Row> rows = new ArrayList<>();
    Line mine = new Line(day, spec.name(), null, 0, 0, 0);
    for (Line line : page.lines()) {
      if (line.day().equals(day) && line.sync().equals(spec.name())) {
        mine = line;
      } else if (line.day().isAfter(day.minusDays(DAYS_KEPT))) {
        rows.add(row(line, runId, page.revision()));
      }
    }
    rows.add(
        row(
            new Line(
                day,
                spec.name(),
                spec.priority().wireName(),
                mine.made() + made,
                mine.setAside() + setAside,
                daily.most()),
            runId,
            page.revision()));
    try {
      OptionalLong written =
          ledger.replace(
              LedgerTable.DAILY_CALLS,
              place(),
              ledger.frame(LedgerTable.DAILY_CALLS, rows).coalesce(1),
              page.revision(),
              runId);
      return written.isPresent();
    } catch (RuntimeException e) {
      if (!Conflicts.isConflict(e)) {
        throw e;
      }
      return false;
    }
  }

  private Row row(Line line, String runId, long revision) {
    return RowFactory.create(
        spec.tenant(),
        spec.destination().name(),
        Date.valueOf(line.day()),
        line.sync(),
        line.priority(),
        line.made(),
        line.setAside(),
        line.perDay(),
        runId,
        revision,
        Timestamp.from(clock.instant()));
  }
}
