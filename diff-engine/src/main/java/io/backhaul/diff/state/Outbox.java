/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.spark_partition_id;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What a run is going to send, fixed before the first byte of it is sent. Delivery reads this table
 * and nothing else, so that a retried task meets the same records again.
 */
public final class Outbox {

  /** {@code disposition} of a row that is to be delivered, now or, if it waits, later. */
  public static final String PLANNED = "planned";

  /** {@code disposition} of a row that failed validation and becomes a dead letter. */
  public static final String INVALID = "invalid";

  /** A plan is written by the run that made it and by nobody later; its mark may go. */
  private static final Map<String, String> PROPERTIES =
      Map.of(
          "delta.dataSkippingNumIndexedCols", "0",
          "delta.setTransactionRetentionDuration", "interval 30 days");

  private final SparkSession spark;
  private final TableRef table;
  private final Clock clock;

  /** The table's version before the first write. */
  private long since = -1;

  private int layout;
  private PlanFiles files;

  /** The outbox of one sync; the table is created by the first {@link #write}. */
  public Outbox(SparkSession spark, TableRef table) {
    this(spark, table, Clock.systemUTC());
  }

  /** As {@link #Outbox(SparkSession, TableRef)}, with the clock that {@code planned_at} is from. */
  public Outbox(SparkSession spark, TableRef table, Clock clock) {
    this.spark = spark;
    this.table = table;
    this.clock = clock;
  }

  /**
   * The table's columns.
   *
   * @param keySchema the source's key columns with their own types
   */
  public static StructType schema(StructType keySchema) {
    return new StructType(
        new StructField[] {
          column("run_id", DataTypes.StringType, "The run that planned this row"),
          column("disposition", DataTypes.StringType, "planned, or invalid: a dead letter"),
          column("op", DataTypes.StringType, "upsert, insert, update or delete"),
          column("key", DataTypes.StringType, "Key columns as canonical JSON"),
          column("source_key", keySchema.asNullable(), "Key columns with their own types"),
          column("row_hash", DataTypes.LongType, "Canonical hash of the mapped row"),
          column(
              "payload", DataTypes.StringType, "Fields to send as JSON, pii as pii.protect says"),
          column(
              "fields",
              DataTypes.StringType,
              "All mapped fields, pii as pseudonyms, where payload has only some or has them"
                  + " encrypted"),
          column("sealed", DataTypes.BinaryType, "Fields to send, encrypted; only with pii"),
          column("previous", DataTypes.StringType, "Fields as last delivered"),
          column(
              "changed_fields",
              DataTypes.createArrayType(DataTypes.StringType),
              "Fields that differ from previous; null for a new key"),
          column("destination_id", DataTypes.StringType, "The destination's id of the record"),
          column("basis", DataTypes.StringType, "The run that last delivered this key, or empty"),
          column("source_updated_at", DataTypes.TimestampType, "When the source row last changed"),
          column(
              "failures",
              DataTypes.createArrayType(
                  new StructType()
                      .add("field", DataTypes.StringType)
                      .add("rule", DataTypes.StringType)
                      .add("message", DataTypes.StringType)),
              "Rules that an invalid row broke; of a planned one, lookups that found no id, for"
                  + " which it waits"),
          column("source_rows", DataTypes.LongType, "Source rows with this key; 0 if it left"),
          column("mapping_fingerprint", DataTypes.StringType, "The mapping that made the fields"),
          column("planned_at", DataTypes.TimestampType, "When the row was planned")
        });
  }

  private static StructField column(String name, DataType type, String comment) {
    return new StructField(name, type, true, Metadata.empty()).withComment(comment);
  }

  /**
   * Whether a planned row waits for what its {@code failures} name, and is not delivered: its
   * outcome is that it was deferred.
   */
  public static Column waits() {
    return col("disposition")
        .equalTo(PLANNED)
        .and(coalesce(size(col("failures")), lit(0)).gt(0)); // the size of null may be null or -1
  }

  private static Column ready() {
    return col("disposition").equalTo(PLANNED).and(not(waits()));
  }

  /** Whether anything was ever written. */
  public boolean exists() {
    return table.exists(spark);
  }

  /**
   * Has {@link #write} lay the rows out as {@link #deliverable} takes them, a file a partition, so
   * that they are shuffled and sorted once and not by everybody who reads them. Only this object
   * knows of it, and only where the session writes without sorting ({@code
   * spark.sql.maxConcurrentOutputFileWriters}) and the table's files may be read as such; any other
   * reader finds the same rows in the same order by itself.
   *
   * @param partitions that the plan will probably be delivered in
   */
  public void layOut(int partitions) {
    boolean sorts =
        Integer.parseInt(spark.conf().get("spark.sql.maxConcurrentOutputFileWriters")) < 1;
    layout = sorts || !table.log(spark).namesFiles() ? 0 : partitions;
  }

  /**
   * Writes a run's rows in one commit; for a run that this object wrote already, does nothing.
   *
   * @param rows the columns of {@link #schema} but {@code run_id} and {@code planned_at}
   */
  public void write(String runId, Dataset<Row> rows) {
    Conflicts.retried(() -> writeOnce(runId, rows));
  }

  private void writeOnce(String runId, Dataset<Row> rows) {
    StructType incoming = (StructType) rows.schema().apply("source_key").dataType();
    table.createIfMissing(
        spark,
        schema(incoming),
        List.of("run_id"),
        "Planned operations of one sync, a partition a run",
        PROPERTIES);
    StructType stored = (StructType) table.read(spark).schema().apply("source_key").dataType();
    StructType keys = KeyTypes.common(stored, incoming, table);
    if (!DataType.equalsIgnoreNullability(stored, keys)) {
      widen(keys);
    }
    Dataset<Row> stamped =
        rows.withColumn("run_id", lit(runId))
            .withColumn("planned_at", lit(Instant.now(clock)))
            .select(columns(keys));
    long before = table.version(spark);
    if (since < 0) {
      since = before;
    }
    if (layout == 0) {
      table.append(stamped, "plan " + runId, 1, since);
      return;
    }
    table.append(ordered(stamped, layout), "plan " + runId, 1, since);
    files =
        PlanFiles.of(runId, layout, table.log(spark).added(before, "run_id", runId)).orElse(null);
  }

  private static Dataset<Row> ordered(Dataset<Row> rows, int partitions) {
    return rows.repartition(partitions, col("key")).sortWithinPartitions("op", "key");
  }

  /** Writes the table anew under a wider key type; once in the life of a sync, if ever. */
  private void widen(StructType keys) {
    table.replace(
        table.read(spark).select(columns(keys)),
        List.of("run_id"),
        "widen " + keys.catalogString(),
        1,
        true);
  }

  private static Column[] columns(StructType keys) {
    return Arrays.stream(schema(keys).fields())
        .map(
            field ->
                (field.name().equals("source_key")
                        ? col(field.name()).cast(field.dataType())
                        : col(field.name()))
                    .as(field.name(), field.metadata()))
        .toArray(Column[]::new);
  }

  /** Whether a run's rows were written: all of them, or none. */
  public boolean holds(String runId) {
    return exists() && !of(runId).isEmpty();
  }

  /** All rows of a run; empty if there is no such run. */
  public Dataset<Row> of(String runId) {
    return table.read(spark, Map.of("run_id", runId));
  }

  /**
   * What a run delivers, without what {@link #waits}, in exactly {@code partitions} partitions by
   * hash of key, each sorted by operation and key: the same rows in the same order every time it is
   * asked.
   *
   * @return what delivery needs: op, key, payload, sealed, destination_id, row_hash, basis, and
   *     {@code partition}, the number of the row's partition
   */
  public Dataset<Row> deliverable(String runId, int partitions) {
    Column[] needed =
        Stream.of("op", "key", "payload", "sealed", "destination_id", "row_hash", "basis")
            .map(name -> col(name))
            .toArray(Column[]::new);
    return asWritten(runId, partitions)
        .map(
            rows ->
                rows.select(
                    Stream.concat(Stream.of(needed), Stream.of(col("partition")))
                        .toArray(Column[]::new)))
        .orElseGet(
            () ->
                ordered(of(runId).where(ready()).select(needed), partitions)
                    .withColumn("partition", spark_partition_id()));
  }

  /**
   * What a run delivers, in the partitions and the order of {@link #deliverable}, without a
   * shuffle; empty if this object did not write it so.
   *
   * @return the columns of {@link #schema} but {@code run_id}, and {@code partition}
   */
  public Optional<Dataset<Row>> asWritten(String runId, int partitions) {
    if (files == null || !files.runId().equals(runId) || files.partitions() != partitions) {
      return Optional.empty();
    }
    StructType schema =
        new StructType(
            Arrays.stream(table.read(spark).schema().fields())
                .filter(field -> !field.name().equals("run_id"))
                .toArray(StructField[]::new));
    return files.byPartition().entrySet().stream()
        .map(
            file ->
                spark
                    .read()
                    .schema(schema)
                    .parquet(file.getValue())
                    .where(ready())
                    .withColumn("partition", lit(file.getKey()))
                    .coalesce(1)) // a large file is read in pieces, and these follow each other
        .reduce(Dataset::union);
  }

  /** Counts of a run's rows. */
  public Summary summary(String runId) {
    Map<String, Long> planned = new TreeMap<>();
    long invalid = 0;
    long invalidRows = 0;
    long plannedRows = 0;
    long waiting = 0;
    for (Row row :
        of(runId)
            .groupBy("disposition", "op")
            .agg(
                count(lit(1)),
                coalesce(sum("source_rows"), lit(0L)),
                sum(when(waits(), 1L).otherwise(0L)))
            .collectAsList()) {
      if (row.getString(0).equals(PLANNED)) {
        planned.put(row.getString(1), row.getLong(2));
        plannedRows += row.getLong(3);
        waiting += row.getLong(4);
      } else {
        invalid += row.getLong(2);
        invalidRows += row.getLong(3);
      }
    }
    return new Summary(planned, plannedRows, waiting, invalid, invalidRows);
  }

  /** Removes a run's rows: of a run that a guard stopped. One commit that rewrites no file. */
  public void discard(String runId) {
    if (exists()) {
      Conflicts.retried(() -> table.deltaTable(spark).delete(col("run_id").equalTo(runId)));
    }
  }

  /**
   * Counts of a run's rows.
   *
   * @param planned operations by lower-case name
   * @param plannedRows source rows behind them
   * @param waiting how many of the operations wait
   * @param invalid dead letters
   * @param invalidRows source rows behind them
   */
  public record Summary(
      Map<String, Long> planned, long plannedRows, long waiting, long invalid, long invalidRows) {
    public Summary {
      planned = Map.copyOf(planned);
    }
  }
}
