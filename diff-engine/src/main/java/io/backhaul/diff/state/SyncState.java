/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import static org.apache.spark.sql.functions.col;

import io.backhaul.diff.change.Mode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
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
 * What the destination holds, as far as it has confirmed it: one row a source key. A key advances
 * only on that record's acknowledgement.
 */
public final class SyncState {

  /** Who commits to the table, for Delta's transaction ids. */
  static final String APP_ID = "state";

  private static final List<StructField> OWN_COLUMNS =
      List.of(
          column("row_hash", DataTypes.LongType, "Canonical hash of the row as last delivered"),
          column("fields", DataTypes.StringType, "Fields as last delivered, pii as pseudonyms"),
          column("destination_id", DataTypes.StringType, "The destination's id of the record"),
          column("mapping_fingerprint", DataTypes.StringType, "The mapping it was delivered under"),
          column("synced_at", DataTypes.TimestampType, "When the destination acknowledged it"),
          column("run_id", DataTypes.StringType, "The run that delivered it"));

  private final SparkSession spark;
  private final TableRef table;
  private final StructType keySchema;

  /**
   * The state of one sync; the table is created by the first {@link #advance}.
   *
   * @param keySchema the source's key columns with their own types
   * @throws IllegalArgumentException if a key column has the name of one of the table's own columns
   */
  public SyncState(SparkSession spark, TableRef table, StructType keySchema) {
    this.spark = spark;
    this.table = table;
    this.keySchema = keySchema;
    for (String key : keySchema.fieldNames()) {
      if (OWN_COLUMNS.stream().anyMatch(own -> own.name().equalsIgnoreCase(key))) {
        throw new IllegalArgumentException(
            "key column "
                + key
                + " has the name of a column that the state table needs for itself; give the source"
                + " column another name, with a view or a source of type sql, and use that as key");
      }
    }
  }

  private static StructField column(String name, DataType type, String comment) {
    return new StructField(name, type, true, Metadata.empty()).withComment(comment);
  }

  /** Whether the sync has delivered anything yet. */
  public boolean exists() {
    return table.exists(spark);
  }

  /** Keys that the destination holds; 0 before the first delivery. */
  public long rows() {
    return exists() ? table.rowCount(spark) : 0;
  }

  /**
   * The narrowest key columns that hold both what state has and what the source gives.
   *
   * @throws IllegalArgumentException if the key is another one than state was written under
   */
  public StructType commonKeys() {
    return KeyTypes.common(read().schema(), keySchema, table);
  }

  /** The rows: key columns under their own names, then the table's own columns. */
  public Dataset<Row> read() {
    return table.read(spark);
  }

  /**
   * Records what the destination acknowledged. Commits at most once for each fence, and never after
   * a higher one, so that a repeated or a fenced-off run changes nothing.
   *
   * @param applied one row a key: op, source_key, row_hash, fields, destination_id,
   *     mapping_fingerprint, synced_at, run_id
   * @param mode under {@link Mode#DELETE} a delete is recorded, else it removes its key
   * @param fence the lease's epoch; one advance a fence
   * @return whether this call's rows, or those of an earlier call with the same fence, are in;
   *     false if a higher fence came first
   */
  public boolean advance(Dataset<Row> applied, Mode mode, long fence) {
    table.createIfMissing(
        spark,
        new StructType(
            Stream.concat(Arrays.stream(keySchema.fields()), OWN_COLUMNS.stream())
                .toArray(StructField[]::new)),
        List.of(),
        "What the destination holds: one row a source key",
        Map.of("delta.dataSkippingNumIndexedCols", Integer.toString(keySchema.size())));
    OptionalLong last = DeltaLogs.transaction(spark, table, APP_ID);
    if (last.isPresent() && last.getAsLong() >= fence) {
      return last.getAsLong() == fence;
    }
    if (rows() == 0) {
      Dataset<Row> kept =
          mode == Mode.DELETE ? applied : applied.where(col("op").notEqual("delete"));
      table.append(kept.select(columns()), APP_ID, fence);
    } else {
      merge(applied, mode, fence);
    }
    return DeltaLogs.transaction(spark, table, APP_ID).orElse(-1) == fence;
  }

  /** {@code MERGE} takes its transaction id from the session only, hence one of its own. */
  private void merge(Dataset<Row> applied, Mode mode, long fence) {
    SparkSession own = spark.newSession();
    own.conf().set("spark.databricks.delta.write.txnAppId", APP_ID);
    own.conf().set("spark.databricks.delta.write.txnVersion", fence);
    Column sameKey =
        Arrays.stream(keySchema.fieldNames())
            .map(name -> col("state." + quoted(name)).equalTo(col("applied." + quoted(name))))
            .reduce(Column::and)
            .orElseThrow();
    Map<String, Column> values =
        Stream.concat(
                Arrays.stream(keySchema.fieldNames()), OWN_COLUMNS.stream().map(StructField::name))
            .collect(
                Collectors.toMap(name -> quoted(name), name -> col("applied." + quoted(name))));
    Column removed = col("applied.op").equalTo("delete");
    var merge =
        table
            .deltaTable(own)
            .as("state")
            .merge(
                applied
                    .select(
                        Stream.concat(Stream.of(col("op")), Arrays.stream(columns()))
                            .toArray(Column[]::new))
                    .as("applied"),
                sameKey);
    if (mode == Mode.DELETE) {
      merge.whenMatched().update(values).whenNotMatched().insert(values).execute();
    } else {
      merge
          .whenMatched(removed)
          .delete()
          .whenMatched()
          .update(values)
          .whenNotMatched(org.apache.spark.sql.functions.not(removed))
          .insert(values)
          .execute();
    }
  }

  private Column[] columns() {
    return Stream.concat(
            Arrays.stream(keySchema.fieldNames())
                .map(name -> col("source_key." + quoted(name)).as(name)),
            OWN_COLUMNS.stream().map(own -> col(own.name())))
        .toArray(Column[]::new);
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
