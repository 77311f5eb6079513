/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.delta;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.backhaul.diff.catalog.DeltaNames;
import io.backhaul.diff.delta.CommitHistory.Commit;
import io.delta.tables.DeltaTable;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * By {@code DESCRIBE HISTORY}, {@code DESCRIBE DETAIL} and Delta's writers alone. Each question is
 * a small Spark job. Of transactions it knows what our commits say of themselves; of files, only
 * how large they are.
 */
final class HistoryLog implements TableLog {

  /** Operations, in Delta's words, that add no file and remove none. */
  private static final Set<String> OF_NO_FILE =
      Set.of(
          "VACUUM START", "VACUUM END", "SET TBLPROPERTIES", "UNSET TBLPROPERTIES", "ADD COLUMNS");

  /** Operations that write files anew, with the rows of others. */
  private static final Set<String> OF_THE_SAME_ROWS = Set.of("OPTIMIZE", "REORG");

  private final SparkSession spark;
  private final TablePlace table;
  private final CommitHistory history;
  private final DeltaWriter writer;

  HistoryLog(SparkSession spark, TablePlace table) {
    this.spark = spark;
    this.table = table;
    this.history = new CommitHistory(spark, table);
    this.writer = new DeltaWriter(table);
  }

  @Override
  public Optional<Head> head() {
    return asked(
        () -> {
          String id = id(); // first: no version may go with the id of a table that came later
          Commit newest = history.newest();
          return new Head(id, newest.version(), Instant.ofEpochMilli(newest.millis()));
        });
  }

  @Override
  public long version() {
    return asked(() -> history.newest().version()).orElse(-1L);
  }

  /** Empty if the folder is no table yet; of a name that is not there, Delta says so itself. */
  private <T> Optional<T> asked(Supplier<T> question) {
    if (!(table instanceof TablePlace.Folder folder)) {
      return Optional.of(question.get());
    }
    if (!DeltaTable.isDeltaTable(spark, folder.path())) {
      return Optional.empty();
    }
    try {
      return isWithinAnother(folder) ? Optional.empty() : Optional.of(question.get());
    } catch (Exception e) { // Scala throws checked exceptions where Java expects none
      if (e instanceof AnalysisException) { // or else its first commit has come meanwhile
        return isOnlyBegun(folder) ? Optional.empty() : Optional.of(question.get());
      }
      throw e;
    }
  }

  /** Delta takes a folder within a table for that table. */
  private boolean isWithinAnother(TablePlace.Folder folder) {
    Path parent = new Path(folder.path()).getParent();
    return parent != null
        && DeltaTable.isDeltaTable(spark, parent.toString())
        && !path(folder()).equals(path(folder.path()));
  }

  private static String path(String location) {
    return new Path(location).toUri().getPath();
  }

  /** Whether the folder of a log is there, and its first commit is not. */
  private boolean isOnlyBegun(TablePlace.Folder folder) {
    Path log = new Path(folder.path(), "_delta_log");
    try {
      FileSystem files = log.getFileSystem(spark.sparkContext().hadoopConfiguration());
      return Arrays.stream(files.listStatus(log))
          .noneMatch(file -> file.getPath().getName().matches("\\d{20}\\..*"));
    } catch (IOException e) {
      return false; // then it is Delta's exception that says more
    }
  }

  private Row detail() {
    return (table instanceof TablePlace.Named named
            ? spark.sql("DESCRIBE DETAIL " + DeltaNames.quoted(spark, named.name()))
            : table.deltaTable(spark).detail())
        .head();
  }

  @Override
  public String id() {
    return detail().getAs("id");
  }

  @Override
  public StructType schema() {
    return table.read(spark).schema();
  }

  @Override
  public Map<String, String> properties() {
    Row detail = detail();
    return detail.getJavaMap(detail.fieldIndex("properties"));
  }

  @Override
  public String folder() {
    return detail().getAs("location");
  }

  @Override
  public long bytes() {
    return detail().<Long>getAs("sizeInBytes");
  }

  /** Of files that hold rows: others are nowhere to be seen. */
  @Override
  public long smallFiles(long bytes) {
    Row detail = detail();
    Column[] partition =
        detail.<String>getList(detail.fieldIndex("partitionColumns")).stream()
            .map(name -> col("`" + name.replace("`", "``") + "`"))
            .toArray(Column[]::new);
    Column[] file = {col("_metadata.file_path").as("its file"), col("_metadata.file_size")};
    return table
        .read(spark)
        .where(col("_metadata.file_size").lt(bytes))
        .select(Stream.of(partition, file).flatMap(Arrays::stream).toArray(Column[]::new))
        .distinct()
        .groupBy(partition)
        .agg(count(lit(1)).as("of one partition"))
        .where(col("of one partition").gt(1))
        .agg(coalesce(sum("of one partition"), lit(0L)))
        .head()
        .getLong(0);
  }

  @Override
  public OptionalLong transaction(String appId) {
    return history
        .newest(commit -> Fence.marked(commit.userMetadata(), appId).isPresent())
        .map(commit -> Fence.marked(commit.userMetadata(), appId))
        .orElse(OptionalLong.empty());
  }

  @Override
  public OptionalLong committed(long version, String userMetadata) {
    return history.since(version).stream()
        .filter(commit -> userMetadata.equals(commit.userMetadata()))
        .mapToLong(Commit::version)
        .min();
  }

  @Override
  public boolean onlyRearrangedSince(long version) {
    return each(
        version,
        operation -> OF_NO_FILE.contains(operation) || OF_THE_SAME_ROWS.contains(operation));
  }

  @Override
  public boolean untouchedSince(long version, Map<String, String> partition) {
    return each(version, OF_NO_FILE::contains);
  }

  private boolean each(long version, Predicate<String> operation) {
    return history
        .eachSince(version)
        .filter(
            commits ->
                commits.stream()
                    .allMatch(
                        commit -> commit.operation() != null && operation.test(commit.operation())))
        .isPresent();
  }

  @Override
  public boolean namesFiles() {
    return false;
  }

  @Override
  public Optional<Dataset<Row>> read(Map<String, String> partition) {
    return Optional.empty();
  }

  @Override
  public List<String> added(long version, String column, String value) {
    return List.of();
  }

  @Override
  public void append(Dataset<Row> rows, Fence fence) {
    writer.append(rows, fence);
  }

  @Override
  public void append(Dataset<Row> rows, Fence fence, long since) {
    writer.append(rows, fence);
  }

  @Override
  public void replaceAll(
      Dataset<Row> rows, List<String> partitionBy, Fence fence, boolean schemaToo) {
    writer.replaceAll(rows, partitionBy, fence, schemaToo);
  }

  @Override
  public OptionalLong replace(Dataset<Row> rows, Map<String, String> partition, Fence fence) {
    long before = version();
    writer.replace(rows, partition, fence);
    return committed(before, fence.mark());
  }
}
