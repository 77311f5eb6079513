/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.backhaul.diff.catalog.DeltaNames;
import io.delta.tables.DeltaTable;
import io.delta.tables.DeltaTableBuilder;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.DataFrameWriterV2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

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

  /** Whether the table is there; one whose first commit is still being written is not. */
  default boolean exists(SparkSession spark) {
    return this instanceof ByPath byPath
        ? DeltaTable.isDeltaTable(spark, byPath.path()) && version(spark) >= 0
        : spark.catalog().tableExists(((ByName) this).name());
  }

  /** The newest rows; lazy, pinned to the version that is current now. */
  default Dataset<Row> read(SparkSession spark) {
    return this instanceof ByPath byPath
        ? spark.read().format("delta").load(byPath.path())
        : spark.table(((ByName) this).name());
  }

  /**
   * The newest rows of one partition; lazy, as {@link #read(SparkSession)}, and with fewer Spark
   * jobs where the table is a folder of few files.
   *
   * @param partition a value for each partition column
   */
  default Dataset<Row> read(SparkSession spark, Map<String, String> partition) {
    return Optional.of(this)
        .filter(ByPath.class::isInstance)
        .flatMap(byPath -> DeltaLogs.read(spark, byPath, partition))
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
    return this instanceof ByPath byPath
        ? DeltaTable.forPath(spark, byPath.path())
        : DeltaTable.forName(spark, DeltaNames.forDeltaTable(((ByName) this).name()));
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
    own.conf().set("spark.databricks.delta.write.txnAppId", txnAppId);
    own.conf().set("spark.databricks.delta.write.txnVersion", txnVersion);
    for (String setting : List.of("spark.sql.shuffle.partitions", "spark.sql.session.timeZone")) {
      own.conf().set(setting, spark.conf().get(setting));
    }
    return deltaTable(own);
  }

  /**
   * The newest version that an application committed under; without a Spark job where the checksum
   * beside the newest commit names all applications.
   */
  default OptionalLong transaction(SparkSession spark, String txnAppId) {
    return DeltaLogs.transaction(spark, this, txnAppId);
  }

  /** The table as a statement names it, for what Delta offers in SQL only. */
  default String sql() {
    return this instanceof ByPath byPath
        ? "delta.`" + byPath.path().replace("`", "``") + "`"
        : ((ByName) this).name();
  }

  /** The folder that the table's files are in. */
  default String folder(SparkSession spark) {
    return DeltaLogs.snapshot(spark, this).deltaLog().dataPath().toString();
  }

  /** A property of the table, or {@code null}; from the Delta log, without a Spark job. */
  default String property(SparkSession spark, String name) {
    Option<String> value = DeltaLogs.snapshot(spark, this).metadata().configuration().get(name);
    return value.isDefined() ? value.get() : null;
  }

  /**
   * How many files of fewer than {@code bytes} lie beside another such file of their partition:
   * what compaction puts together.
   */
  default long smallFiles(SparkSession spark, long bytes) {
    return DeltaLogs.smallFiles(spark, this, bytes);
  }

  /** The newest version, from the Delta log, without a Spark job. */
  default long version(SparkSession spark) {
    return DeltaLogs.snapshot(spark, this).version();
  }

  /**
   * Whether no commit after {@code version} changed a partition, from the log, without a Spark job;
   * false also where the log does not say.
   *
   * @param partition value by partition column
   */
  default boolean untouchedSince(SparkSession spark, long version, Map<String, String> partition) {
    return DeltaLogs.untouchedSince(spark, this, version, partition);
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
              Arrays.stream(DeltaLogs.snapshot(spark, this).schema().fieldNames())
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
    Optional<FencedCommit> commit = commit(rows, txnAppId, txnVersion);
    if (commit.isPresent()) {
      commit.get().append(rows);
      return;
    }
    save(
        rows.write()
            .format("delta")
            .mode(SaveMode.Append)
            .option("txnAppId", txnAppId)
            .option("txnVersion", txnVersion));
  }

  /**
   * As {@link #append(Dataset, String, long)}, of an application that committed nothing up to the
   * table's version {@code since}: what came before need not be asked for.
   */
  default void append(Dataset<Row> rows, String txnAppId, long txnVersion, long since) {
    Optional<FencedCommit> commit = commit(rows, txnAppId, txnVersion);
    if (commit.isPresent()) {
      commit.get().append(rows, since);
    } else {
      append(rows, txnAppId, txnVersion);
    }
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
    if (this instanceof ByName byName && !schemaToo) {
      overwrite(
          rows,
          byName.name(),
          lit(true),
          Map.of("txnAppId", txnAppId, "txnVersion", Long.toString(txnVersion)));
      return;
    }
    Optional<FencedCommit> commit =
        schemaToo ? Optional.empty() : commit(rows, txnAppId, txnVersion);
    if (commit.isPresent()) {
      commit.get().replace(rows, Map.of());
      return;
    }
    save(
        rows.write()
            .format("delta")
            .mode(SaveMode.Overwrite)
            .partitionBy(partitionBy.toArray(String[]::new))
            .option("overwriteSchema", schemaToo)
            .option("txnAppId", txnAppId)
            .option("txnVersion", txnVersion));
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
    Optional<FencedCommit> commit = commit(rows, txnAppId, txnVersion);
    if (commit.isPresent()) {
      return commit.get().replace(rows, partition);
    }
    SparkSession spark = rows.sparkSession();
    String mark = txnAppId + "@" + txnVersion + " " + writer;
    long before = version(spark);
    if (this instanceof ByName byName) {
      overwrite(
          rows,
          byName.name(),
          partition.entrySet().stream()
              .map(value -> col(value.getKey()).equalTo(value.getValue()))
              .reduce(lit(true), Column::and),
          Map.of(
              "txnAppId", txnAppId, "txnVersion", Long.toString(txnVersion), "userMetadata", mark));
      return DeltaLogs.committed(spark, this, before, mark);
    }
    save(
        rows.write()
            .format("delta")
            .mode(SaveMode.Overwrite)
            .option("replaceWhere", FencedCommit.where(partition))
            .option("txnAppId", txnAppId)
            .option("txnVersion", txnVersion)
            .option("userMetadata", mark));
    // Delta leaves a write out in silence
    return DeltaLogs.committed(spark, this, before, mark);
  }

  /** Not by saveAsTable, which makes the table anew as far as its catalog can tell. */
  private static void overwrite(
      Dataset<Row> rows, String name, Column which, Map<String, String> options) {
    DataFrameWriterV2<Row> writer = rows.writeTo(name);
    for (Map.Entry<String, String> option : options.entrySet()) {
      writer = writer.option(option.getKey(), option.getValue());
    }
    try {
      writer.overwrite(which);
    } catch (NoSuchTableException e) {
      throw new IllegalArgumentException(name + " does not exist", e);
    }
  }

  /** For a table in a folder whose columns these are; empty where Delta's own writer is needed. */
  private Optional<FencedCommit> commit(Dataset<Row> rows, String txnAppId, long txnVersion) {
    return this instanceof ByPath byPath
        ? Optional.of(new FencedCommit(rows.sparkSession(), byPath, txnAppId, txnVersion))
            .filter(commit -> commit.takes(rows))
        : Optional.empty();
  }

  /** Ends a write that the caller set up: to this folder or this name. */
  private void save(DataFrameWriter<Row> writer) {
    if (this instanceof ByPath byPath) {
      writer.save(byPath.path());
    } else {
      writer.saveAsTable(((ByName) this).name());
    }
  }
}
