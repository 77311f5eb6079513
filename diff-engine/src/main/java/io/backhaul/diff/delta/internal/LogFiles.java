/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.delta.internal;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.backhaul.diff.platform.Sequences;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.apache.spark.sql.delta.actions.FileAction;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.Seq;

/** Files that a log names, and their rows. */
final class LogFiles {

  /** Of more files than this Spark has a job look at each, see parallelPartitionDiscovery. */
  private static final int LISTED = 32;

  private LogFiles() {}

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

  static boolean mayBeOf(FileAction file, Map<String, String> partition) {
    return file.partitionValues() == null
        || partition.entrySet().stream()
            .allMatch(
                value -> {
                  Option<String> its = file.partitionValues().get(value.getKey());
                  return its.isEmpty() || value.getValue().equals(its.get());
                });
  }

  /**
   * The rows of one partition, read from its files as such: Delta asks three Spark jobs which files
   * these are. Empty if they are too many for {@link #files}, or hold removed rows, or have other
   * names for their columns than the table.
   *
   * @param partition a value for each partition column
   */
  static Optional<Dataset<Row>> read(
      SparkSession spark, Snapshot now, Map<String, String> partition) {
    if (otherNames(now)) {
      return Optional.empty();
    }
    return files(now, partition)
        .filter(files -> files.size() <= LISTED)
        .filter(files -> files.stream().allMatch(file -> file.deletionVector() == null))
        .map(files -> read(spark, now, files, partition));
  }

  private static boolean otherNames(Snapshot now) {
    return now.metadata().configuration().contains("delta.columnMapping.mode");
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

  /**
   * Absolute paths of the files that commits after {@code version} added for one partition; empty
   * if these are not to be read without Delta: somebody rewrote one of them or removed rows from
   * it, or their columns have other names than the table's.
   */
  static List<String> added(Snapshot now, long version, String column, String value) {
    if (otherNames(now)) {
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
