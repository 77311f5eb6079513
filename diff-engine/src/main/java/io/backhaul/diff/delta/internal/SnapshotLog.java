/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.delta.internal;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_json;

import io.backhaul.diff.catalog.DeltaNames;
import io.backhaul.diff.delta.DeltaWriter;
import io.backhaul.diff.delta.Fence;
import io.backhaul.diff.delta.TableLog;
import io.backhaul.diff.delta.TablePlace;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.delta.VersionChecksum;
import org.apache.spark.sql.delta.actions.CommitInfo;
import org.apache.spark.sql.delta.actions.FileAction;
import org.apache.spark.sql.delta.catalog.DeltaTableV2;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.Tuple2;

/**
 * From below Delta's public interfaces: versions from its cached snapshot, transactions and files
 * from the checksum beside the newest commit, in milliseconds, where {@code history()} or the
 * snapshot itself start Spark jobs.
 */
final class SnapshotLog implements TableLog {

  private final SparkSession spark;
  private final TablePlace table;
  private final DeltaWriter writer;

  SnapshotLog(SparkSession spark, TablePlace table) {
    this.spark = spark;
    this.table = table;
    this.writer = new DeltaWriter(table);
  }

  Snapshot snapshot() {
    return table instanceof TablePlace.Folder folder
        ? DeltaLog.forTableWithSnapshot(spark, folder.path())._2()
        : DeltaTableV2.apply(spark, identifier(((TablePlace.Named) table).name()), "Backhaul")
            .initialSnapshot();
  }

  private TableIdentifier identifier(String name) {
    List<String> parts = DeltaNames.parts(spark, name);
    int last = parts.size() - 1;
    return new TableIdentifier(
        parts.get(last),
        last < 1 ? Option.empty() : Option.apply(parts.get(last - 1)),
        last < 2 ? Option.empty() : Option.apply(parts.get(last - 2)));
  }

  @Override
  public Optional<Head> head() {
    Snapshot now = snapshot();
    return now.version() < 0
        ? Optional.empty()
        : Optional.of(
            new Head(now.metadata().id(), now.version(), Instant.ofEpochMilli(now.timestamp())));
  }

  @Override
  public long version() {
    return snapshot().version();
  }

  @Override
  public String id() {
    return snapshot().metadata().id();
  }

  @Override
  public StructType schema() {
    return snapshot().schema();
  }

  @Override
  public Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>();
    var each = snapshot().metadata().configuration().iterator();
    while (each.hasNext()) {
      Tuple2<String, String> property = each.next();
      properties.put(property._1(), property._2());
    }
    return properties;
  }

  @Override
  public String folder() {
    return snapshot().deltaLog().dataPath().toString();
  }

  /**
   * From the checksum beside the commit where there is one, and not from {@code
   * sizeInBytesIfKnown}, which has Spark compute what is not known.
   */
  @Override
  public long bytes() {
    Snapshot now = snapshot();
    Option<VersionChecksum> checksum = now.checksumOpt();
    return checksum.isDefined() ? checksum.get().tableSizeBytes() : now.sizeInBytes();
  }

  @Override
  public long smallFiles(long bytes) {
    return snapshot()
        .allFiles()
        .toDF()
        .where(col("size").lt(bytes))
        .groupBy(to_json(col("partitionValues")))
        .agg(count(lit(1)).as("files"))
        .where("files > 1")
        .agg(coalesce(sum("files"), lit(0L)))
        .head()
        .getLong(0);
  }

  @Override
  public OptionalLong transaction(String appId) {
    return LogActions.transaction(snapshot(), appId);
  }

  @Override
  public OptionalLong committed(long version, String userMetadata) {
    return LogActions.firstSince(
        snapshot(),
        version,
        action -> action instanceof CommitInfo info && info.userMetadata().contains(userMetadata));
  }

  @Override
  public boolean onlyRearrangedSince(long version) {
    return LogActions.noneSince(
        snapshot(), version, action -> action instanceof FileAction file && file.dataChange());
  }

  @Override
  public boolean untouchedSince(long version, Map<String, String> partition) {
    return LogActions.noneSince(
        snapshot(),
        version,
        action -> action instanceof FileAction file && LogFiles.mayBeOf(file, partition));
  }

  /** By name Delta's own writers and readers go to work, which know of other catalogs' rules. */
  @Override
  public boolean namesFiles() {
    return table instanceof TablePlace.Folder;
  }

  @Override
  public Optional<Dataset<Row>> read(Map<String, String> partition) {
    return namesFiles() ? LogFiles.read(spark, snapshot(), partition) : Optional.empty();
  }

  @Override
  public List<String> added(long version, String column, String value) {
    return namesFiles() ? LogFiles.added(snapshot(), version, column, value) : List.of();
  }

  @Override
  public void append(Dataset<Row> rows, Fence fence) {
    Optional<FencedCommit> commit = commit(rows, fence);
    if (commit.isPresent()) {
      commit.get().append(rows);
    } else {
      writer.append(rows, fence);
    }
  }

  @Override
  public void append(Dataset<Row> rows, Fence fence, long since) {
    Optional<FencedCommit> commit = commit(rows, fence);
    if (commit.isPresent()) {
      commit.get().append(rows, since);
    } else {
      writer.append(rows, fence);
    }
  }

  @Override
  public void replaceAll(
      Dataset<Row> rows, List<String> partitionBy, Fence fence, boolean schemaToo) {
    Optional<FencedCommit> commit = schemaToo ? Optional.empty() : commit(rows, fence);
    if (commit.isPresent()) {
      commit.get().replace(rows, Map.of());
    } else {
      writer.replaceAll(rows, partitionBy, fence, schemaToo);
    }
  }

  @Override
  public OptionalLong replace(Dataset<Row> rows, Map<String, String> partition, Fence fence) {
    Optional<FencedCommit> commit = commit(rows, fence);
    if (commit.isPresent()) {
      return commit.get().replace(rows, partition);
    }
    long before = version();
    writer.replace(rows, partition, fence);
    return committed(before, fence.mark()); // Delta leaves a write out in silence
  }

  /** For a table in a folder whose columns these are; empty where Delta's own writer is needed. */
  private Optional<FencedCommit> commit(Dataset<Row> rows, Fence fence) {
    return table instanceof TablePlace.Folder
        ? Optional.of(new FencedCommit(this, fence)).filter(commit -> commit.takes(rows))
        : Optional.empty();
  }
}
