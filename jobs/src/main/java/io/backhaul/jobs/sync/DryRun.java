/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import io.backhaul.destination.Capabilities;
import io.backhaul.diff.change.ChangeSet;
import io.backhaul.diff.change.Counts;
import io.backhaul.diff.change.Guards;
import io.backhaul.diff.mapping.Masking;
import io.backhaul.diff.source.Snapshot;
import io.backhaul.diff.state.Outbox;
import io.backhaul.diff.state.StateDigests;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.spec.PiiSpec;
import io.backhaul.jobs.spec.SyncSpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** READ and DIFF without consequences: what a run would do now. Nothing is sent or advanced. */
public final class DryRun {

  private static final int SAMPLE = 5;

  private DryRun() {}

  /**
   * What a run would do.
   *
   * @param ops planned operations by wire name
   * @param waiting those of them that would not be sent yet, because a lookup finds no id
   * @param invalid rows that would become dead letters, by rule
   * @param calls requests at the destination's largest batches
   * @param minutes the least time they take at the destination's rate
   * @param callsLeft how many the sync may still make today; {@code null} for any number
   * @param stoppedBy what guards would say; empty if they would let it pass
   * @param sample some planned operations, pii fields as pseudonyms
   */
  public record Plan(
      String tenant,
      String sync,
      long source,
      long unchanged,
      long quarantined,
      Map<String, Long> ops,
      long waiting,
      Map<String, Long> invalid,
      long calls,
      double minutes,
      Long callsLeft,
      String strategy,
      String strategyNote,
      List<String> stoppedBy,
      List<Sample> sample) {}

  /**
   * One planned operation.
   *
   * @param before fields as last delivered, JSON; {@code null} for a new record
   * @param after fields that would be sent, JSON; {@code null} for a delete
   */
  public record Sample(
      String key, String op, String before, String after, List<String> changedFields) {}

  /**
   * Plans one sync.
   *
   * @param pii how personal values are kept; {@code null} for {@link PiiSpec#DEFAULT}
   * @throws io.backhaul.diff.mapping.MappingException if the mapping does not fit the source
   */
  public static Plan plan(Ledger ledger, SyncSpec spec, RunOptions options, PiiSpec pii) {
    Masking masking = PseudonymKey.masking(ledger, spec, pii == null ? PiiSpec.DEFAULT : pii);
    StateDigests digests = ledger.digests(spec.tenant(), spec.name()).readOnly();
    Planning planning = new Planning(ledger, spec, options, digests, masking);
    try (Snapshot snapshot = planning.read();
        ChangeSet changes = planning.diff(snapshot)) {
      Counts counts = changes.counts();
      Map<String, Long> ops = new TreeMap<>(counts.planned());
      Capabilities capabilities = Delivery.capabilities(spec);
      long calls =
          ops.entrySet().stream()
              .mapToLong(op -> ceil(sent(op, counts), capabilities.maxRecords()))
              .sum();
      List<String> stoppedBy = new ArrayList<>(spec.upstream().failures());
      Guards.check(spec.guards(), spec.mode(), counts, changes.firstSync(), options.accepted())
          .forEach(violation -> stoppedBy.add(violation.message()));
      return new Plan(
          spec.tenant(),
          spec.name(),
          counts.source(),
          counts.unchanged(),
          counts.quarantinedRows(),
          ops,
          counts.waiting(),
          counts.invalid() == 0 ? Map.of() : invalid(changes.invalid()),
          calls,
          calls / capabilities.requestsPerSecond() / 60,
          CallAllowance.of(ledger, spec, Clock.systemUTC()).map(CallAllowance::left).orElse(null),
          changes.strategy().wireName(),
          changes.fallbackReason().orElse(null),
          stoppedBy,
          counts.plannedTotal() == counts.waiting()
              ? List.of()
              : sample(changes.planned().where(not(Outbox.waits()))));
    }
  }

  /** How many records of one operation would be sent now; deletes look nothing up. */
  private static long sent(Map.Entry<String, Long> op, Counts counts) {
    return op.getKey().equals("delete") ? op.getValue() : op.getValue() - counts.waiting();
  }

  private static Map<String, Long> invalid(Dataset<Row> rows) {
    Map<String, Long> byRule = new TreeMap<>();
    for (Row row :
        rows.selectExpr("explode(failures) AS f")
            .groupBy(col("f.field"), col("f.rule"))
            .count()
            .collectAsList()) {
      String field = row.getString(0);
      byRule.put((field == null ? "" : field + ": ") + row.getString(1), row.getLong(2));
    }
    return byRule;
  }

  private static List<Sample> sample(Dataset<Row> planned) {
    List<Sample> sample = new ArrayList<>();
    for (Row row :
        planned
            .select("key", "op", "previous", "payload", "changed_fields")
            .limit(SAMPLE)
            .collectAsList()) {
      boolean delete = row.getString(1).equals("delete");
      sample.add(
          new Sample(
              row.getString(0),
              row.getString(1),
              row.getString(2),
              delete ? null : row.getString(3),
              row.isNullAt(4) ? List.of() : row.getList(4)));
    }
    return sample;
  }

  private static long ceil(long records, int most) {
    return (records + most - 1) / most;
  }
}
