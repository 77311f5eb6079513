/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_json;

import io.backhaul.diff.catalog.DeltaNames;
import io.backhaul.diff.platform.Sequences;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.delta.VersionChecksum;
import org.apache.spark.sql.delta.actions.Action;
import org.apache.spark.sql.delta.actions.AddFile;
import org.apache.spark.sql.delta.actions.CommitInfo;
import org.apache.spark.sql.delta.actions.FileAction;
import org.apache.spark.sql.delta.actions.SetTransaction;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.Seq;

/**
 * What Delta's log says of a table, from below Delta's public API: versions from its cached
 * snapshot, transactions and files from the checksum beside the newest commit, in milliseconds,
 * where {@code history()} or the snapshot itself start Spark jobs. {@link FencedCommit} writes.
 */
final class DeltaLogs {

  /** Of more files than this Spark has a job look at each, see parallelPartitionDiscovery. */
  private static final int LISTED = 32;

  private DeltaLogs() {}

  static Snapshot snapshot(SparkSession spark, TableRef table) {
    return table instanceof TableRef.ByPath byPath
        ? DeltaLog.forTableWithSnapshot(spark, byPath.path())._2()
        : DeltaNames.snapshot(spark, ((TableRef.ByName) table).name());
  }

  /** The id that the table was made with. */
  static String id(SparkSession spark, TableRef table) {
    return snapshot(spark, table).metadata().id();
  }

  /**
   * Bytes of the table's live files; from the checksum beside the commit where there is one, and
   * not from {@code sizeInBytesIfKnown}, which has Spark compute what is not known.
   */
  static long bytes(SparkSession spark, TableRef table) {
    Snapshot snapshot = snapshot(spark, table);
    Option<VersionChecksum> checksum = snapshot.checksumOpt();
    return checksum.isDefined() ? checksum.get().tableSizeBytes() : snapshot.sizeInBytes();
  }

  static long smallFiles(SparkSession spark, TableRef table, long bytes) {
    Row files =
        snapshot(spark, table)
            .allFiles()
            .toDF()
            .where(col("size").lt(bytes))
            .groupBy(to_json(col("partitionValues")))
            .agg(count(lit(1)).as("files"))
            .where("files > 1")
            .agg(coalesce(sum("files"), lit(0L)))
            .head();
    return files.getLong(0);
  }

  /** The newest version that {@code appId} committed under. */
  static OptionalLong transaction(SparkSession spark, TableRef table, String appId) {
    return transaction(snapshot(spark, table), appId);
  }

  /** As {@link #transaction(SparkSession, TableRef, String)}, of one version of the table. */
  static OptionalLong transaction(Snapshot snapshot, String appId) {
    Option<VersionChecksum> checksum = snapshot.checksumOpt();
    Option<? extends Seq<SetTransaction>> known =
        checksum.isDefined() ? checksum.get().setTransactions() : Option.empty();
    Iterator<SetTransaction> all =
        (known.isDefined() ? known.get() : snapshot.setTransactions()).iterator();
    while (all.hasNext()) {
      SetTransaction transaction = all.next();
      if (transaction.appId().equals(appId)) {
        return OptionalLong.of(transaction.version());
      }
    }
    return OptionalLong.empty();
  }

  /**
   * Whether the commits after {@code version} moved rows between files at most. False also where
   * one of them is not in the log any more.
   */
  static boolean onlyRearrangedSince(SparkSession spark, TableRef table, long version) {
    return noneSince(
        snapshot(spark, table),
        version,
        action -> action instanceof FileAction file && file.dataChange());
  }

  /**
   * The files of a partition, or of the whole table where none is named, from the checksum beside
   * the newest commit, which names them while they are few; empty if it does not.
   */
  static Optional<List<AddFile>> files(Snapshot snapshot, Map<String, String> partition) {
    Option<VersionChecksum> checksum = snapshot.checksumOpt();
    Option<? extends Seq<AddFile>> all =
        checksum.isDefined() ? checksum.get().allFiles() : Option.empty();
    if (all.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Sequences.<AddFile>list(all.get()).stream()
            .filter(file -> mayBeOf(file, partition))
            .toList());
  }

  /**
   * The rows of one partition, read from its files as such: Delta asks three Spark jobs which files
   * these are. Empty if they are too many for {@link #files}, or hold removed rows, or have other
   * names for their columns than the table.
   *
   * @param partition a value for each partition column
   */
  static Optional<Dataset<Row>> read(
      SparkSession spark, TableRef table, Map<String, String> partition) {
    Snapshot now = snapshot(spark, table);
    if (now.metadata().configuration().contains("delta.columnMapping.mode")) {
      return Optional.empty();
    }
    return files(now, partition)
        .filter(files -> files.size() <= LISTED)
        .filter(files -> files.stream().allMatch(file -> file.deletionVector() == null))
        .map(files -> read(spark, now, files, partition));
  }

  private static Dataset<Row> read(
      SparkSession spark, Snapshot now, List<AddFile> files, Map<String, String> partition) {
    if (files.isEmpty()) {
      return spark.createDataFrame(List.of(), now.schema());
    }
    StructField[] stored =
        Arrays.stream(now.schema().fields())
            .filter(field -> !partition.containsKey(field.name()))
            .toArray(StructField[]::new);
    Column[] columns =
        Arrays.stream(now.schema().fields())
            .map(
                field ->
                    partition.containsKey(field.name())
                        ? lit(partition.get(field.name())).cast(field.dataType()).as(field.name())
                        : col(field.name()))
            .toArray(Column[]::new);
    return spark
        .read()
        .schema(new StructType(stored))
        .parquet(files.stream().map(file -> path(now.deltaLog(), file)).toArray(String[]::new))
        .select(columns);
  }

  private static String path(DeltaLog log, AddFile file) {
    return new Path(log.dataPath(), new Path(URI.create(file.path()))).toString();
  }

  /** Whether {@code appId} committed anything after {@code version}; no Spark job in any case. */
  static boolean committedSince(SparkSession spark, TableRef table, long version, String appId) {
    return firstSince(
            snapshot(spark, table),
            version,
            action ->
                action instanceof SetTransaction transaction && transaction.appId().equals(appId))
        .isPresent();
  }

  /** The first commit after {@code version} that carries this user metadata. */
  static OptionalLong committed(
      SparkSession spark, TableRef table, long version, String userMetadata) {
    return firstSince(
        snapshot(spark, table),
        version,
        action -> action instanceof CommitInfo info && info.userMetadata().contains(userMetadata));
  }

  /**
   * Whether no commit after {@code version} added or removed a file of this partition. False also
   * where one of them is not in the log any more or does not say.
   */
  static boolean untouchedSince(
      SparkSession spark, TableRef table, long version, Map<String, String> partition) {
    return noneSince(
        snapshot(spark, table),
        version,
        action -> action instanceof FileAction file && mayBeOf(file, partition));
  }

  /** The first commit after {@code version} that has such an action. */
  private static OptionalLong firstSince(Snapshot snapshot, long version, Predicate<Action> such) {
    var commits = snapshot.deltaLog().getChanges(version + 1, false);
    while (commits.hasNext()) {
      var commit = commits.next();
      if (Sequences.<Action>list(commit._2()).stream().anyMatch(such)) {
        return OptionalLong.of((Long) commit._1());
      }
    }
    return OptionalLong.empty();
  }

  /** Whether the log has each commit after {@code version}, and none of them such an action. */
  private static boolean noneSince(Snapshot snapshot, long version, Predicate<Action> such) {
    if (snapshot.version() <= version) {
      return snapshot.version() == version; // or else it is another table
    }
    long next = version + 1;
    var commits = snapshot.deltaLog().getChanges(next, false);
    while (commits.hasNext()) {
      var commit = commits.next();
      if ((Long) commit._1() != next++
          || Sequences.<Action>list(commit._2()).stream().anyMatch(such)) {
        return false;
      }
    }
    return next > snapshot.version();
  }

  private static boolean mayBeOf(FileAction file, Map<String, String> partition) {
    return file.partitionValues() == null
        || partition.entrySet().stream()
            .allMatch(
                value -> {
                  Option<String> its = file.partitionValues().get(value.getKey());
                  return its.isEmpty() || value.getValue().equals(its.get());
                });
  }

  /**
   * Absolute paths of the files that commits after {@code version} added for one partition; empty
   * if these are not to be read without Delta: somebody rewrote one of them or removed rows from
   * it, or their columns have other names than the table's.
   */
  static List<String> added(
      SparkSession spark, TableRef table, long version, String column, String value) {
    Snapshot now = snapshot(spark, table);
    if (now.metadata().configuration().contains("delta.columnMapping.mode")) {
      return List.of();
    }
    DeltaLog log = now.deltaLog();
    List<String> paths = new ArrayList<>();
    var commits = log.getChanges(version + 1, false);
    while (commits.hasNext()) {
      var actions = commits.next()._2().iterator();
      while (actions.hasNext()) {
        Action action = actions.next();
        if (action instanceof AddFile file && file.partitionValues().get(column).contains(value)) {
          if (file.deletionVector() != null || !file.dataChange()) {
            return List.of();
          }
          paths.add(path(log, file));
        }
      }
    }
    return paths;
  }
}
