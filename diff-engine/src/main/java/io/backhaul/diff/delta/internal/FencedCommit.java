/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.delta.internal;

import io.backhaul.diff.delta.DeltaWriter;
import io.backhaul.diff.delta.Fence;
import io.backhaul.diff.platform.Sequences;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.expressions.EqualTo;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.delta.DeltaOperations;
import org.apache.spark.sql.delta.OptimisticTransaction;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.delta.actions.Action;
import org.apache.spark.sql.delta.actions.AddFile;
import org.apache.spark.sql.delta.actions.SetTransaction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.Option;

/**
 * One commit of rows with the id of the application that made them, which happens at most once for
 * each version of that application and never after a higher one: what the writer's options {@code
 * txnAppId} and {@code txnVersion} do, without the Spark jobs by which Delta's own writer asks what
 * was committed before. The checksum beside the last commit says it, too, in most cases.
 */
final class FencedCommit {

  private final SnapshotLog table;
  private final Fence fence;

  /**
   * @param table in a folder
   */
  FencedCommit(SnapshotLog table, Fence fence) {
    this.table = table;
    this.fence = fence;
  }

  /** Whether the rows have the columns that the table has; Delta's own writer knows what if not. */
  boolean takes(Dataset<Row> rows) {
    return DataType.equalsIgnoreNullability(rows.schema(), table.schema());
  }

  /**
   * Adds the rows to those of the table.
   *
   * @return the table's version they are in; empty if this or a later version of the application
   *     had been committed
   */
  OptionalLong append(Dataset<Row> rows) {
    return commit(SaveMode.Append, rows, Map.of());
  }

  /**
   * Puts the rows in the place of all of a partition, or of all rows. If another writer changes
   * those meanwhile, one of the two fails with a Delta concurrency exception.
   *
   * @param partition value by partition column; none for the whole table
   * @return as {@link #append}
   */
  OptionalLong replace(Dataset<Row> rows, Map<String, String> partition) {
    return commit(SaveMode.Overwrite, rows, partition);
  }

  /**
   * As {@link #append}, of an application that committed nothing up to {@code since}, so that only
   * what came after is looked at.
   */
  OptionalLong append(Dataset<Row> rows, long since) {
    Snapshot before = table.snapshot(); // what comes after it is a conflict
    return LogActions.committedSince(table.snapshot(), since, fence.appId())
        ? OptionalLong.empty()
        : commit(before, SaveMode.Append, rows, Map.of());
  }

  private OptionalLong commit(SaveMode mode, Dataset<Row> rows, Map<String, String> partition) {
    Snapshot before = table.snapshot();
    OptionalLong committed = LogActions.transaction(before, fence.appId());
    return committed.isPresent() && committed.getAsLong() >= fence.version()
        ? OptionalLong.empty()
        : commit(before, mode, rows, partition);
  }

  private OptionalLong commit(
      Snapshot before, SaveMode mode, Dataset<Row> rows, Map<String, String> partition) {
    return before
        .deltaLog()
        .withNewTransaction(
            Option.empty(),
            Option.apply(before),
            transaction -> OptionalLong.of(commit(transaction, mode, rows, partition)));
  }

  private long commit(
      OptimisticTransaction transaction,
      SaveMode mode,
      Dataset<Row> rows,
      Map<String, String> partition) {
    // or another writer's commit of the same application would not be seen as in the way of this
    transaction.readTxn().$plus$eq(fence.appId());
    List<Action> actions = new ArrayList<>();
    if (mode == SaveMode.Overwrite) {
      for (AddFile file : files(transaction, partition)) {
        actions.add(file.remove());
      }
    }
    actions.addAll(Sequences.list(transaction.writeFiles(rows)));
    actions.add(
        new SetTransaction(
            fence.appId(),
            fence.version(),
            Option.apply((Object) transaction.deltaLog().clock().getTimeMillis())));
    return transaction.commit(
        Sequences.of(actions),
        new DeltaOperations.Write(
            mode,
            Option.empty(),
            partition.isEmpty() ? Option.empty() : Option.apply(DeltaWriter.where(partition)),
            Option.apply(fence.mark())));
  }

  /** The files to be replaced, read in Delta's eyes, so that what others do to them conflicts. */
  private static List<AddFile> files(
      OptimisticTransaction transaction, Map<String, String> partition) {
    List<Expression> filters =
        partition.entrySet().stream()
            .<Expression>map(
                value ->
                    // not a column's: of Spark 4's unresolved functions Delta makes nothing
                    new EqualTo(
                        UnresolvedAttribute.quoted(value.getKey()),
                        Literal.create(value.getValue(), DataTypes.StringType)))
            .toList();
    Optional<List<AddFile>> known = LogFiles.files(transaction.snapshot(), partition);
    if (known.isEmpty()) {
      return Sequences.list(
          filters.isEmpty()
              ? transaction.filterFiles()
              : transaction.filterFiles(Sequences.of(filters), false));
    }
    if (filters.isEmpty()) {
      transaction.readWholeTable();
    } else {
      transaction.trackReadPredicates(Sequences.of(filters), true, true);
    }
    transaction.trackFilesRead(Sequences.of(known.get()));
    return known.get();
  }
}
