/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.struct;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
 * Which row hash the rows of a source have that a database hashes to this or that, so that an equal
 * row need not be read again to know its row hash.
 *
 * <p>A row here says nothing of what was delivered, only of what values come to, and that stays
 * true whatever becomes of them: it may be written at any moment, twice, or be lost, and costs a
 * look at the source at worst. What the destination holds is for {@link SyncState} to say.
 */
public final class SourceHashes {

  private static final String APP_ID = "source hashes";

  /** A table that holds more than twice what is of use, and some, is worth writing anew. */
  private static final long WORTH_KEEPING = 10_000;

  private final SparkSession spark;
  private final TableRef table;
  private final StructType keySchema;
  private final String basis;

  /**
   * The hashes of one sync; the table is created by the first write.
   *
   * @param keySchema the source's key columns with their own types
   * @param basis stands for all that a hash and a row hash depend on but the row's values
   */
  public SourceHashes(SparkSession spark, TableRef table, StructType keySchema, String basis) {
    this.spark = spark;
    this.table = table;
    this.keySchema = keySchema.asNullable();
    this.basis = basis;
  }

  /** The table's columns. */
  static StructType schema(StructType keySchema) {
    return new StructType(
        new StructField[] {
          column("source_key", keySchema, "Key columns with their own types"),
          column("source_hash", DataTypes.BinaryType, "The database's hash of the row"),
          column("row_hash", DataTypes.LongType, "Canonical hash of the row"),
          column("basis", DataTypes.StringType, "What hashes must share to be compared"),
          column("learned_at", DataTypes.TimestampType, "When the source was pinned")
        });
  }

  private static StructField column(String name, DataType type, String comment) {
    return new StructField(name, type, true, Metadata.empty()).withComment(comment);
  }

  /** Whether no hash is known that could be compared. */
  public boolean isEmpty() {
    return !usable() || current().isEmpty();
  }

  /** Another key, or another type of it, starts over. */
  private boolean usable() {
    return table.exists(spark)
        && DataType.equalsIgnoreNullability(table.read(spark).schema(), schema(keySchema));
  }

  private Dataset<Row> current() {
    return table.read(spark).where(col("basis").equalTo(basis));
  }

  /** The latest hashes: key columns under their own names, source_hash, row_hash; each key once. */
  public Dataset<Row> read() {
    Column[] key =
        Arrays.stream(keySchema.fieldNames())
            .map(name -> col("source_key").getField(name).as(name))
            .toArray(Column[]::new);
    Column latest = max_by(struct(col("source_hash"), col("row_hash")), col("learned_at"));
    return current()
        .groupBy(key)
        .agg(latest.as("latest of all"))
        .select(
            Stream.concat(
                    Arrays.stream(keySchema.fieldNames()).map(name -> col(quoted(name))),
                    Stream.of(col("`latest of all`.source_hash"), col("`latest of all`.row_hash")))
                .toArray(Column[]::new));
  }

  /**
   * Adds what was learned of some rows; one commit.
   *
   * @param rows source_key, source_hash, row_hash
   * @param at when the source was pinned
   * @param sourceRows about how many rows the source has, to tell what is of use
   * @param held rows of {@link SyncState#read}: hashes of other keys may go
   */
  public void add(Dataset<Row> rows, Instant at, long sourceRows, Dataset<Row> held) {
    if (!usable()) {
      replace(rows, at);
      return;
    }
    Conflicts.retried(() -> table.append(stamped(rows, at), APP_ID, version(at)));
    if (table.rowCount(spark) > 2 * sourceRows + WORTH_KEEPING) {
      Dataset<Row> known = read();
      Dataset<Row> kept =
          known
              .join(held, sameKey(known, held), "left_semi")
              .select(
                  struct(
                          Arrays.stream(keySchema.fieldNames())
                              .map(name -> col(quoted(name)))
                              .toArray(Column[]::new))
                      .as("source_key"),
                  col("source_hash"),
                  col("row_hash"));
      replace(kept, at.plus(1, ChronoUnit.MICROS));
    }
  }

  private Column sameKey(Dataset<Row> known, Dataset<Row> held) {
    return Arrays.stream(keySchema.fieldNames())
        .map(name -> known.col(quoted(name)).equalTo(held.col(quoted(name))))
        .reduce(Column::and)
        .orElseThrow();
  }

  /** Puts what was learned of all rows in the place of what is known; one commit, or two. */
  public void replace(Dataset<Row> rows, Instant at) {
    table.createIfMissing(
        spark,
        schema(keySchema),
        List.of(),
        "Row hashes by the database's hashes: nothing is lost with them",
        Map.of(
            "delta.dataSkippingNumIndexedCols",
            "0",
            "delta.setTransactionRetentionDuration",
            "interval 30 days"));
    boolean otherKey = !usable();
    Conflicts.retried(
        () -> table.replace(stamped(rows, at), List.of(), APP_ID, version(at), otherKey));
  }

  /** By a clock that goes back, writes are left out until it is where it was: no harm is done. */
  private static long version(Instant at) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at);
  }

  private Dataset<Row> stamped(Dataset<Row> rows, Instant at) {
    Dataset<Row> stamped =
        rows.withColumn("basis", lit(basis))
            .withColumn("learned_at", lit(at).cast(DataTypes.TimestampType));
    return stamped.select(
        Arrays.stream(schema(keySchema).fields())
            .map(
                field ->
                    stamped
                        .col(field.name())
                        .cast(field.dataType())
                        .as(field.name(), field.metadata()))
            .toArray(Column[]::new));
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
