/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.when;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;

/**
 * Every planned operation of a run with its outcome: the outbox joined with the journal. An
 * operation the journal does not name was not sent, and is deferred. Holds the join in memory, or
 * that of a large run on disk, until closed.
 */
final class Outcomes implements AutoCloseable {

  private static final long MOST_EXACT = 1_000_000;
  private static final long MOST_IN_MEMORY = 1_000_000;

  private static final Column BUCKET =
      expr("CAST(ceil(ln(greatest(lag_seconds, 0.001D)) / ln(1.02D)) AS INT)");

  private final Dataset<Row> rows;
  private final Set<String> lettersOfDoubt;
  private final SortedMap<Integer, Long> lagBuckets = new TreeMap<>();
  private final Map<String, Map<String, Long>> byOpAndOutcome = new LinkedHashMap<>();
  private long phantoms;
  private long unsettledRecords;
  private Instant earliestUnsettled;

  /**
   * @param planned the run's planned rows of the outbox
   * @param journal {@link JournalOutcomes}
   * @param deferredCode why operations that were not sent were not
   */
  Outcomes(RunHeader header, Dataset<Row> planned, Dataset<Row> journal, String deferredCode) {
    Dataset<Row> p = planned.as("p");
    Dataset<Row> j = journal.as("j");
    Column sent = col("j.key").isNotNull();
    Column applied = col("j.outcome").equalTo("applied");
    Column updatedAt =
        coalesce(col("p.source_updated_at"), lit(Timestamp.from(Instant.parse(header.lagSince()))));
    Column lag =
        col("j.at")
            .cast("double")
            .minus(updatedAt.cast("double"))
            .cast("decimal(20,6)")
            .cast("double");
    this.rows =
        p.join(j, col("p.key").equalTo(col("j.key")), "full_outer")
            .select(
                col("p.key").isNull().as("phantom"),
                col("p.key").as("key"),
                col("p.op").as("op"),
                col("p.row_hash").as("row_hash"),
                col("p.source_key").as("source_key"),
                col("p.payload").as("payload"),
                coalesce(col("p.fields"), col("p.payload")).as("fields"),
                col("p.mapping_fingerprint").as("mapping_fingerprint"),
                coalesce(col("j.outcome"), lit("deferred")).as("outcome"),
                coalesce(col("j.destination_id"), col("p.destination_id")).as("destination_id"),
                col("j.batch_id").as("batch_id"),
                coalesce(col("j.attempts"), lit(0)).as("attempts"),
                col("j.http_status").as("http_status"),
                when(sent, col("j.code")).otherwise(lit(deferredCode)).as("code"),
                col("j.field").as("field"),
                col("j.message").as("message"),
                col("j.latency_ms").as("latency_ms"),
                col("p.source_updated_at").as("row_updated_at"),
                updatedAt.as("source_updated_at"),
                when(applied, col("j.at")).as("delivered_at"),
                when(applied, greatest(lag, lit(0.0))).as("lag_seconds"))
            .persist(
                header.counts().planned() <= MOST_IN_MEMORY
                    ? StorageLevel.MEMORY_AND_DISK()
                    : StorageLevel.DISK_ONLY());
    this.lettersOfDoubt = header.lettersOfDoubt();
    count();
  }

  private void count() {
    List<Row> groups =
        rows.groupBy(col("phantom"), col("op"), col("outcome"), BUCKET.as("bucket"))
            .agg(functions.count(lit(1)).as("records"), min("row_updated_at").as("earliest"))
            .collectAsList();
    for (Row group : groups) {
      long records = group.getAs("records");
      if (group.<Boolean>getAs("phantom")) {
        phantoms += records;
        continue;
      }
      String outcome = group.getAs("outcome");
      byOpAndOutcome
          .computeIfAbsent(group.getAs("op"), op -> new LinkedHashMap<>())
          .merge(outcome, records, Long::sum);
      if (outcome.equals("applied")) {
        lagBuckets.merge(group.<Integer>getAs("bucket"), records, Long::sum);
      }
      boolean unsettled =
          outcome.equals("deferred")
              || (outcome.equals("unknown") && !lettersOfDoubt.contains(group.<String>getAs("op")));
      if (unsettled) {
        unsettledRecords += records;
      }
      Timestamp earliest = group.getAs("earliest");
      if (unsettled
          && earliest != null
          && (earliestUnsettled == null || earliest.toInstant().isBefore(earliestUnsettled))) {
        earliestUnsettled = earliest.toInstant();
      }
    }
  }

  /** All planned operations. */
  Dataset<Row> rows() {
    return rows.where("NOT phantom");
  }

  /** Those of one outcome. */
  Dataset<Row> rows(String outcome) {
    return rows().where(col("outcome").equalTo(outcome));
  }

  /** Those that become dead letters: what was refused, and what is in doubt and not sent again. */
  Dataset<Row> letters() {
    Column inDoubt =
        col("outcome").equalTo("unknown").and(col("op").isin(lettersOfDoubt.toArray()));
    return rows().where(col("outcome").equalTo("rejected").or(inDoubt));
  }

  /** Whether there are {@link #letters}. */
  boolean anyLetters() {
    return count("rejected") > 0
        || (!lettersOfDoubt.isEmpty()
            && count("unknown", lettersOfDoubt.toArray(String[]::new)) > 0);
  }

  /** How many operations had this outcome. */
  long count(String outcome, String... ops) {
    List<String> wanted = List.of(ops);
    return byOpAndOutcome.entrySet().stream()
        .filter(entry -> wanted.isEmpty() || wanted.contains(entry.getKey()))
        .mapToLong(entry -> entry.getValue().getOrDefault(outcome, 0L))
        .sum();
  }

  /** Operations with any outcome, by op. */
  Map<String, Long> byOp() {
    Map<String, Long> sums = new LinkedHashMap<>();
    byOpAndOutcome.forEach(
        (op, outcomes) ->
            sums.put(op, outcomes.values().stream().mapToLong(Long::longValue).sum()));
    return sums;
  }

  /** Outcomes in the journal of keys that were never planned. */
  long phantoms() {
    return phantoms;
  }

  /**
   * Operations that the next run must find again: the deferred ones, and those unknown ones that do
   * not wait for a person ({@link RunHeader#lettersOfDoubt}).
   */
  long unsettled() {
    return unsettledRecords;
  }

  /** The earliest {@code updated_at} of an operation the next run must find again, or null. */
  Instant earliestUnsettled() {
    return earliestUnsettled;
  }

  /** How many applied operations had a lag in each bucket of the histogram. */
  SortedMap<Integer, Long> lagBuckets() {
    return lagBuckets;
  }

  /**
   * The 50th, 95th and 99th percentile and the maximum of the lag, in seconds. Exact up to a
   * million operations; beyond, within a hundred-thousandth of the rank, because the exact ones
   * take all values into memory.
   */
  List<Double> lagPercentiles() {
    String percentile =
        count("applied") <= MOST_EXACT
            ? "percentile(lag_seconds, array(0.5D, 0.95D, 0.99D, 1.0D))"
            : "percentile_approx(lag_seconds, array(0.5D, 0.95D, 0.99D, 1.0D), 100000)";
    return rows("applied").agg(expr(percentile)).head().getList(0);
  }

  @Override
  public void close() {
    rows.unpersist(false);
  }
}
