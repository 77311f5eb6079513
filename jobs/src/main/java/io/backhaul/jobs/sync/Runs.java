/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerTable;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;

/** Turns what is known of a run into its report, and the report into its row. */
final class Runs {

  private static final List<String> OPS = List.of("upsert", "insert", "update", "delete");

  private final Ledger ledger;

  Runs(Ledger ledger) {
    this.ledger = ledger;
  }

  /** The report of a run that ends now. */
  static RunReport report(
      RunHeader header,
      Settlement.Settled settled,
      RunStatus status,
      Instant endedAt,
      String deferredCode,
      String error) {
    RunHeader.PlannedCounts planned = header.counts();
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("source", planned.source());
    counts.put("unchanged", planned.unchanged());
    counts.put("planned", planned.planned());
    counts.put("applied", settled.applied());
    counts.put("rejected", settled.rejected());
    counts.put("invalid", planned.invalid());
    counts.put("quarantined", planned.quarantined());
    counts.put("deferred", settled.deferred());
    counts.put("unknown", settled.unknown());
    Map<String, Long> ops = new LinkedHashMap<>();
    OPS.forEach(op -> ops.put(op, planned.ops().getOrDefault(op, 0L)));
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (Step step : Step.values()) {
      seconds.put(step.wireName(), header.seconds().getOrDefault(step.wireName(), 0.0));
    }
    return new RunReport(
        header.runId(),
        header.tenant(),
        header.sync(),
        status,
        header.startedAtInstant(),
        endedAt,
        counts,
        ops,
        seconds,
        header.strategy(),
        header.strategyNote(),
        settled.deferred() > 0 || Cancellation.CODE.equals(deferredCode) ? deferredCode : null,
        error);
  }

  /** Appends the run's row; a second one of the same run is left out. */
  void write(RunHeader header, RunReport report, String recoveredBy) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("run_id", header.runId());
    values.put("tenant", header.tenant());
    values.put("sync", header.sync());
    values.put("destination", header.destination());
    values.put("object", header.object());
    values.put("mode", header.mode());
    values.put("trigger", header.trigger());
    values.put("status", report.status().wireName());
    values.put("started_at", Timestamp.from(report.startedAt()));
    values.put("ended_at", Timestamp.from(report.endedAt()));
    values.put("strategy", header.strategy());
    values.put("strategy_note", header.strategyNote());
    values.put("first_sync", header.firstSync());
    values.put("full_sync", header.fullSync());
    values.put("filtered", header.filtered());
    report.counts().forEach((name, count) -> values.put(column(name), count));
    report.ops().forEach((op, count) -> values.put("planned_" + op, count));
    report.seconds().forEach((step, seconds) -> values.put("seconds_" + step, seconds));
    values.put("source_version", header.sourceVersion());
    values.put(
        "pinned_at",
        header.pinnedAt() == null ? null : Timestamp.from(Instant.parse(header.pinnedAt())));
    values.put("mapping_fingerprint", header.mappingFingerprint());
    values.put("lease_epoch", header.leaseEpoch());
    values.put("accepted", header.accepted());
    values.put("deferred_code", report.deferredCode());
    values.put("error", report.error());
    values.put("recovered_by", recoveredBy);
    values.put("date", header.date());
    Object[] cells = new Object[LedgerTable.RUNS.schema().size()];
    StructField[] fields = LedgerTable.RUNS.schema().fields();
    for (int i = 0; i < fields.length; i++) {
      cells[i] = values.get(fields[i].name());
    }
    Row row = RowFactory.create(cells);
    ledger.append(
        LedgerTable.RUNS,
        ledger.frame(LedgerTable.RUNS, List.of(row)),
        header.syncId(),
        header.leaseEpoch());
  }

  private static String column(String count) {
    return count.equals("source") ? "source_rows" : count;
  }
}
