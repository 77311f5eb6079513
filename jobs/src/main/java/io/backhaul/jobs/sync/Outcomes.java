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
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.backhaul.diff.platform.KeptRows;
import io.backhaul.diff.state.Outbox;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
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

  private static final long MOST_EXACT = 100_000;
  private static final long MOST_IN_MEMORY = 1_000_000;

  private static final List<String> OF_PLAN =
      List.of("key", "op", "row_hash", "destination_id", "updated_at");

  /** What state and letters need of a row beside its outcome: most of its bytes. */
  private static final List<String> PAYLOAD =
      List.of("source_key", "payload", "fields", "mapping_fingerprint");

  /** What passes through Java as bytes: nobody reads it on the way. */
  private static final Set<String> TEXT = Set.of("payload", "fields");

  private static final String PARTITION = "partition";

  /** Why an operation was not sent that waits for another sync's id. */
  static final String LOOKUP_MISSING = "LOOKUP_MISSING";

  /** The field whose value an operation waits for, if any. */
  private static final String WAITS = "waits_for";

  private static final Column NOTHING = lit(null).cast("string");

  private static final Column APPLIED = col("outcome").equalTo("applied").and(not(col("phantom")));

  private static final Column DESTINATION_ID =
      coalesce(col("j_destination_id"), col("p_destination_id")).as("destination_id");

  private static final Column DELIVERED_AT =
      functions.timestamp_micros(col("j_at")).as("delivered_at");

  private static final Column BUCKET =
      expr("CAST(ceil(ln(greatest(lag_seconds, 0.001D)) / ln(1.02D)) AS INT)");

  private final Dataset<Row> rows;
  private final Dataset<Row> whole;
  private final Dataset<Row> applied;
  private final Set<String> lettersOfDoubt;
  private final SortedMap<Integer, Long> lagBuckets = new TreeMap<>();
  private final Map<String, Map<String, Long>> byOpAndOutcome = new LinkedHashMap<>();
  private long phantoms;
  private long unsettledRecords;
  private Instant earliestUnsettled;

  /**
   * @param rows each planned operation, and outcomes of others; kept from here on
   * @param whole the same with {@link #PAYLOAD}; null if {@code rows} has it
   * @param applied the same of those that were applied; null for those of {@code whole}
   */
  private Outcomes(RunHeader header, Dataset<Row> rows, Dataset<Row> whole, Dataset<Row> applied) {
    this.rows =
        KeptRows.keep(
            rows,
            header.counts().planned() <= MOST_IN_MEMORY
                ? StorageLevel.MEMORY_AND_DISK()
                : StorageLevel.DISK_ONLY());
    this.whole = whole == null ? this.rows : whole;
    this.applied = applied == null ? this.whole.where(APPLIED) : applied;
    this.lettersOfDoubt = header.lettersOfDoubt();
    count();
  }

  /**
   * The outcomes of any run, in whatever order its plan and its journal are.
   *
   * @param planned the run's planned rows of the outbox
   * @param journal {@link JournalOutcomes}
   * @param deferredCode why operations that were not sent were not
   */
  static Outcomes joined(
      RunHeader header, Dataset<Row> planned, Dataset<Row> journal, String deferredCode) {
    Dataset<Row> joined =
        prefixed(planned, PAYLOAD, WAITS)
            .join(journal, col("p_key").equalTo(col("j_key")), "full_outer");
    return new Outcomes(
        header, described(joined, header, deferredCode, col("p_" + WAITS), PAYLOAD), null, null);
  }

  /**
   * The outcomes of a run whose plan lies as it was delivered, of which nothing waits, and of which
   * each partition was delivered by one attempt, to its end. What is large is read again where it
   * is needed, and is not kept.
   *
   * @param planned {@link io.backhaul.diff.state.Outbox#asWritten}
   * @param attempts {@link JournalOutcomes#onePerPartition}
   */
  static Outcomes sideBySide(
      RunHeader header,
      Dataset<Row> planned,
      JournalFolder folder,
      SortedMap<Integer, List<String>> attempts) {
    Dataset<Row> narrow = JournalJoin.of(prefixed(planned, List.of(), PARTITION), folder, attempts);
    Dataset<Row> wide = JournalJoin.of(prefixed(planned, PAYLOAD, PARTITION), folder, attempts);
    Dataset<Row> applied =
        AppliedOutcome.of(prefixed(planned, PAYLOAD, PARTITION), folder, attempts);
    return new Outcomes(
        header,
        described(narrow, header, null, NOTHING, List.of()),
        described(wide, header, null, NOTHING, PAYLOAD),
        applied.select(
            Stream.concat(planColumns(PAYLOAD).stream(), Stream.of(DESTINATION_ID, DELIVERED_AT))
                .toArray(Column[]::new)));
  }

  private static Dataset<Row> prefixed(Dataset<Row> planned, List<String> payload, String... more) {
    return planned
        .withColumn("updated_at", expr("unix_micros(source_updated_at)"))
        .withColumn(WAITS, when(Outbox.waits(), col("failures").getItem(0).getField("field")))
        .select(
            Stream.of(OF_PLAN.stream(), payload.stream(), Stream.of(more))
                .flatMap(names -> names)
                .map(
                    name ->
                        (TEXT.contains(name) ? col(name).cast("binary") : col(name))
                            .as("p_" + name))
                .toArray(Column[]::new));
  }

  private static Dataset<Row> described(
      Dataset<Row> joined,
      RunHeader header,
      String deferredCode,
      Column waitsFor,
      List<String> payload) {
    Column sent = col("j_key").isNotNull();
    Column waits = not(sent).and(waitsFor.isNotNull());
    Column applied = col("j_outcome").equalTo("applied");
    long lagSince = JournaledOutcome.micros(Instant.parse(header.lagSince()));
    Column updatedAt = coalesce(col("p_updated_at"), lit(lagSince));
    Column lag = col("j_at").minus(updatedAt).divide(1e6);
    List<Column> columns = new ArrayList<>();
    columns.add(col("p_key").isNull().as("phantom"));
    columns.addAll(planColumns(payload));
    columns.add(coalesce(col("j_outcome"), lit("deferred")).as("outcome"));
    columns.add(DESTINATION_ID);
    columns.add(col("j_batch_id").as("batch_id"));
    columns.add(coalesce(col("j_attempts"), lit(0)).as("attempts"));
    columns.add(col("j_http_status").as("http_status"));
    columns.add(
        when(sent, col("j_code"))
            .when(waits, LOOKUP_MISSING)
            .otherwise(lit(deferredCode))
            .as("code"));
    columns.add(when(waits, waitsFor).otherwise(col("j_field")).as("field"));
    columns.add(col("j_message").as("message"));
    columns.add(col("j_latency_ms").as("latency_ms"));
    columns.add(micros(col("p_updated_at")).as("row_updated_at"));
    columns.add(micros(updatedAt).as("source_updated_at"));
    columns.add(when(applied, DELIVERED_AT).as("delivered_at"));
    columns.add(when(applied, greatest(lag, lit(0.0))).as("lag_seconds"));
    return joined.select(columns.toArray(Column[]::new));
  }

  private static List<Column> planColumns(List<String> payload) {
    List<Column> columns = new ArrayList<>();
    columns.add(col("p_key").as("key"));
    columns.add(col("p_op").as("op"));
    columns.add(col("p_row_hash").as("row_hash"));
    for (String name : payload) {
      columns.add(
          switch (name) {
            case "fields" -> coalesce(col("p_fields"), col("p_payload")).cast("string").as(name);
            case "payload" -> col("p_payload").cast("string").as(name);
            default -> col("p_" + name).as(name);
          });
    }
    return columns;
  }

  private static Column micros(Column count) {
    return functions.timestamp_micros(count);
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

  /** All planned operations, without their fields. */
  Dataset<Row> rows() {
    return rows.where("NOT phantom");
  }

  /** Those of one outcome. */
  Dataset<Row> rows(String outcome) {
    return rows().where(col("outcome").equalTo(outcome));
  }

  /** What was applied, as state takes it; beyond that {@code key} and {@code payload}. */
  Dataset<Row> applied() {
    return applied;
  }

  /** Those that become dead letters: what was refused, and what is in doubt and not sent again. */
  Dataset<Row> letters() {
    Column inDoubt =
        col("outcome").equalTo("unknown").and(col("op").isin(lettersOfDoubt.toArray()));
    return whole.where(not(col("phantom")).and(col("outcome").equalTo("rejected").or(inDoubt)));
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
   * hundred thousand operations; beyond, within a ten-thousandth of the rank, because the exact
   * ones take all values into memory, and a sixth of a first sync's time.
   */
  List<Double> lagPercentiles() {
    String percentile =
        count("applied") <= MOST_EXACT
            ? "percentile(lag_seconds, array(0.5D, 0.95D, 0.99D, 1.0D))"
            : "percentile_approx(lag_seconds, array(0.5D, 0.95D, 0.99D, 1.0D), 10000)";
    return rows("applied").agg(expr(percentile)).head().getList(0);
  }

  @Override
  public void close() {
    KeptRows.release(rows);
  }
}
