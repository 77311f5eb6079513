/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.delta;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * What the log of one Delta table says, each time as it then is, and commits that are fenced by it.
 * Where a log does not say, or cannot be asked, the answer is the one that costs its caller work
 * and nothing else: empty, or false.
 */
public interface TableLog {

  /**
   * The newest version.
   *
   * @param tableId the id that the table was made with
   */
  record Head(String tableId, long version, Instant committedAt) {}

  /**
   * The newest version, or empty if nothing is committed in that folder. Of a table by name that is
   * not there, an {@code AnalysisException} is thrown, which Spark does not declare.
   *
   * @throws IllegalArgumentException if the name is not one of up to three parts
   */
  Optional<Head> head();

  /** Number of the newest version; -1 if nothing is committed in that folder. */
  long version();

  /** The id that the table was made with; another one once it is dropped and made again. */
  String id();

  StructType schema();

  /** The table's properties. */
  Map<String, String> properties();

  /** The folder that the table's files are in. */
  String folder();

  /** Bytes of the files that the newest version consists of. */
  long bytes();

  /** How many files of fewer than {@code bytes} lie beside another such file of their partition. */
  long smallFiles(long bytes);

  /**
   * The newest version that an application committed under. An older one or none where the log has
   * dropped that commit, or an earlier release made it, whose commits do not say: whoever acts on
   * it must be right in that case by other means. A commit is kept out by its fence, not by this.
   */
  OptionalLong transaction(String appId);

  /** The first commit after {@code version} that carries this user metadata. */
  OptionalLong committed(long version, String userMetadata);

  /**
   * Whether the commits after {@code version} moved rows between files at most. False also where
   * one of them is not in the log any more, or does not say.
   */
  boolean onlyRearrangedSince(long version);

  /**
   * Whether no commit after {@code version} added or removed a file of this partition. False also
   * where one of them is not in the log any more, or does not say.
   *
   * @param partition value by partition column
   */
  boolean untouchedSince(long version, Map<String, String> partition);

  /** Whether {@link #added} and {@link #read} may ever answer. */
  boolean namesFiles();

  /**
   * The rows of one partition, read from its files as such. Empty if these are not known without a
   * Spark job, or too many, or not to be read without Delta.
   *
   * @param partition a value for each partition column
   */
  Optional<Dataset<Row>> read(Map<String, String> partition);

  /**
   * Absolute paths of the files that commits after {@code version} added for one partition; empty
   * if these are not known, or not to be read without Delta.
   */
  List<String> added(long version, String column, String value);

  /** Adds rows in one commit; a fence that is behind leaves them out in silence. */
  void append(Dataset<Row> rows, Fence fence);

  /**
   * As {@link #append(Dataset, Fence)}, of an application that committed nothing up to the table's
   * version {@code since}: what came before need not be asked for.
   */
  void append(Dataset<Row> rows, Fence fence, long since);

  /**
   * Puts rows in the place of all others in one commit; a fence that is behind leaves the table as
   * it is, in silence. The rows may come from the table itself. If another writer changes it
   * meanwhile, one of the two fails with a Delta concurrency exception.
   *
   * @param partitionBy the table's partition columns, as they are
   * @param schemaToo whether the columns may change their types
   */
  void replaceAll(Dataset<Row> rows, List<String> partitionBy, Fence fence, boolean schemaToo);

  /**
   * Puts rows in the place of those of one partition, as {@link #replaceAll}.
   *
   * @param partition value by partition column
   * @param fence whose writer is named
   * @return the table's version the rows are in; empty if the fence was behind
   */
  OptionalLong replace(Dataset<Row> rows, Map<String, String> partition, Fence fence);
}
