/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.backhaul.diff.catalog.DeltaNames;
import io.backhaul.diff.delta.Fence;
import io.backhaul.diff.delta.LogChoice;
import io.backhaul.diff.delta.TableLog;
import io.backhaul.diff.delta.TablePlace;
import io.delta.tables.DeltaTable;
import io.delta.tables.DeltaTableBuilder;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Names one Delta table of the ledger, by folder or by catalog name. Immutable. */
public sealed interface TableRef extends Serializable {

  /** Longer than any table lives, as a Delta property takes it. */
  String FOR_GOOD = "interval 36500 days";

  /** For how long marks of transactions are kept: for good, unless a platform says otherwise. */
  String RETENTION = "setTransactionRetentionDuration";

  /** A table in a folder. */
  record ByPath(String path) implements TableRef {
    public ByPath {
      Objects.requireNonNull(path, "path");
    }

    @Override
    public String toString() {
      return path;
    }
  }

  /** A table in the session's catalog, for example {@code main.backhaul.runs}. */
  record ByName(String name) implements TableRef {
    public ByName {
      Objects.requireNonNull(name, "name");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private TablePlace place() {
    return this instanceof ByPath byPath
        ? new TablePlace.Folder(byPath.path())
        : new TablePlace.Named(((ByName) this).name());
  }

  /** What Delta's log says of the table. */
  default TableLog log(SparkSession spark) {
    return LogChoice.log(spark, place());
  }

  /** Whether the table is there; one whose first commit is still being written is not. */
  default boolean exists(SparkSession spark) {
    return this instanceof ByPath byPath
        ? DeltaTable.isDeltaTable(spark, byPath.path()) && version(spark) >= 0
        : spark.catalog().tableExists(((ByName) this).name());
  }

  /** The newest rows; lazy, pinned to the version that is current now. */
  default Dataset<Row> read(SparkSession spark) {
    return place().read(spark);
  }

  /**
   * The newest rows of one partition; lazy, as {@link #read(SparkSession)}, and with fewer Spark
   * jobs where the table is a folder of few files.
   *
   * @param partition a value for each partition column
   */
  default Dataset<Row> read(SparkSession spark, Map<String, String> partition) {
    return log(spark)
        .read(partition)
        .orElseGet(
            () ->
                read(spark)
                    .where(
                        partition.entrySet().stream()
                            .map(value -> col(value.getKey()).equalTo(value.getValue()))
                            .reduce(lit(true), Column::and)));
  }

  /** The table for {@code MERGE}, {@code DELETE}, {@code OPTIMIZE}. */
  default DeltaTable deltaTable(SparkSession spark) {
    return place().deltaTable(spark);
  }

  /**
   * The table for one {@code MERGE} or {@code DELETE} that commits unless {@code txnVersion} or a
   * later one of this application is in: Delta takes the two from the session only, hence one of
   * its own.
   *
   * @see #transaction
   */
  default DeltaTable fenced(SparkSession spark, String txnAppId, long txnVersion) {
    SparkSession own = spark.newSession();
    new Fence(txnAppId, txnVersion).settings().forEach(own.conf()::set);
    for (String setting : List.of("spark.sql.shuffle.partitions", "spark.sql.session.timeZone")) {
      own.conf().set(setting, spark.conf().get(setting));
    }
    return deltaTable(own);
  }

  /** As {@link TableLog#transaction}, which may say less than was done. */
  default OptionalLong transaction(SparkSession spark, String txnAppId) {
    return log(spark).transaction(txnAppId);
  }

  /** The table as a statement names it, for what Delta offers in SQL only. */
  default String sql() {
    return place().sql();
  }

  /** The folder that the table's files are in. */
  default String folder(SparkSession spark) {
    return log(spark).folder();
  }

  /** A property of the table, or {@code null}. */
  default String property(SparkSession spark, String name) {
    return log(spark).properties().get(name);
  }

  /**
   * How many files of fewer than {@code bytes} lie beside another such file of their partition:
   * what compaction puts together.
   */
  default long smallFiles(SparkSession spark, long bytes) {
    return log(spark).smallFiles(bytes);
  }

  /** The newest version. */
  default long version(SparkSession spark) {
    return log(spark).version();
  }

  /**
   * Whether no commit after {@code version} changed a partition; false also where the log does not
   * say.
   *
   * @param partition value by partition column
   */
  default boolean untouchedSince(SparkSession spark, long version, Map<String, String> partition) {
    return log(spark).untouchedSince(version, partition);
  }

  /**
   * How many rows the table holds: Delta answers from the statistics in its log, and scans only
   * where a file has none.
   */
  default long rowCount(SparkSession spark) {
    return read(spark).count();
  }

  /**
   * Creates the table if it is not there; one commit, or none. A table that is there, or that
   * another writer creates at the same moment, is left as it is.
   *
   * @param schema columns, their comments included
   * @param partitionBy partition columns, may be empty
   * @param comment the table's comment
   * @param properties Delta table properties; without one for how long marks of transactions are
   *     kept, they are kept for good, and then the checksums beside commits name them
   */
  default void createIfMissing(
      SparkSession spark,
      StructType schema,
      List<String> partitionBy,
      String comment,
      Map<String, String> properties) {
    Conflicts.retried(
        () -> {
          if (!exists(spark)) {
            create(spark, schema, partitionBy, comment, properties);
          }
        });
  }

  /**
   * Adds the columns that the table does not have; what was written without them has null there.
   */
  default void addMissing(SparkSession spark, StructType schema) {
    Conflicts.retried(
        () -> {
          Set<String> present =
              Arrays.stream(log(spark).schema().fieldNames())
                  .map(name -> name.toLowerCase(Locale.ROOT))
                  .collect(Collectors.toSet());
          String missing =
              Arrays.stream(schema.fields())
                  .filter(field -> !present.contains(field.name().toLowerCase(Locale.ROOT)))
                  .map(StructField::toDDL)
                  .collect(Collectors.joining(", "));
          if (!missing.isEmpty()) {
            spark.sql("ALTER TABLE " + sql() + " ADD COLUMNS (" + missing + ")");
          }
        });
  }

  private void create(
      SparkSession spark,
      StructType schema,
      List<String> partitionBy,
      String comment,
      Map<String, String> properties) {
    DeltaTableBuilder builder = DeltaTable.createIfNotExists(spark).addColumns(schema);
    builder =
        this instanceof ByPath byPath
            ? builder.location(byPath.path())
            : builder.tableName(DeltaNames.forDeltaTable(((ByName) this).name()));
    if (!partitionBy.isEmpty()) {
      builder = builder.partitionedBy(partitionBy.toArray(String[]::new));
    }
    for (Map.Entry<String, String> property : properties.entrySet()) {
      builder = builder.property(property.getKey(), property.getValue());
    }
    if (!properties.containsKey("delta." + RETENTION)
        && spark.conf().contains("spark.databricks.delta.properties.defaults." + RETENTION)) {
      builder = builder.property("delta." + RETENTION, FOR_GOOD);
    }
    builder.comment(comment).execute();
  }

  /**
   * Appends rows in one commit, at most once for each version of an application, and never after a
   * higher one: a repeat is left out in silence.
   *
   * @param txnAppId who commits
   * @param txnVersion must grow from commit to commit of one application
   */
  default void append(Dataset<Row> rows, String txnAppId, long txnVersion) {
    log(rows.sparkSession()).append(rows, new Fence(txnAppId, txnVersion));
  }

  /**
   * As {@link #append(Dataset, String, long)}, of an application that committed nothing up to the
   * table's version {@code since}: what came before need not be asked for.
   */
  default void append(Dataset<Row> rows, String txnAppId, long txnVersion, long since) {
    log(rows.sparkSession()).append(rows, new Fence(txnAppId, txnVersion), since);
  }

  /**
   * Puts these rows in the place of all others in one commit, at most once for each version as
   * {@link #append}. The rows may come from this table itself.
   *
   * @param partitionBy the table's partition columns, as they are
   * @param schemaToo whether the columns may change their types
   */
  default void replace(
      Dataset<Row> rows,
      List<String> partitionBy,
      String txnAppId,
      long txnVersion,
      boolean schemaToo) {
    log(rows.sparkSession())
        .replaceAll(rows, partitionBy, new Fence(txnAppId, txnVersion), schemaToo);
  }

  /**
   * Puts rows in the place of those of one partition, in one commit, at most once for each version
   * as {@link #append}. If another writer replaces the partition at the same moment, one of the two
   * fails with a Delta concurrency exception.
   *
   * @param partition value by partition column
   * @param writer names this write among those that try the same version
   * @return the table's version the rows are in; empty if the version had been taken
   */
  default OptionalLong replace(
      Dataset<Row> rows,
      Map<String, String> partition,
      String txnAppId,
      long txnVersion,
      String writer) {
    return log(rows.sparkSession())
        .replace(rows, partition, new Fence(txnAppId, txnVersion, writer));
  }
}
