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

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.delta.actions.Action;
import org.apache.spark.sql.delta.actions.AddFile;
import org.apache.spark.sql.delta.actions.CommitInfo;
import org.apache.spark.sql.delta.actions.FileAction;
import org.apache.spark.sql.delta.actions.SetTransaction;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.Seq;

/**
 * The one place that reaches below Delta's public API: version and transaction ids come from the
 * log's cached snapshot in milliseconds, where {@code history()} starts a Spark job.
 */
final class DeltaLogs {

  private DeltaLogs() {}

  static Snapshot snapshot(SparkSession spark, TableRef table) {
    if (table instanceof TableRef.ByPath byPath) {
      return DeltaLog.forTableWithSnapshot(spark, byPath.path())._2();
    }
    try {
      return DeltaLog.forTableWithSnapshot(
              spark,
              spark
                  .sessionState()
                  .sqlParser()
                  .parseTableIdentifier(((TableRef.ByName) table).name()))
          ._2();
    } catch (ParseException e) {
      throw new IllegalArgumentException("not a table name: " + table, e);
    }
  }

  /** The id that the table was made with. */
  static String id(SparkSession spark, TableRef table) {
    return snapshot(spark, table).metadata().id();
  }

  /** Bytes of the table's live files; from the commit's checksum file where there is one. */
  static long bytes(SparkSession spark, TableRef table) {
    Snapshot snapshot = snapshot(spark, table);
    Option<Object> known = snapshot.sizeInBytesIfKnown();
    return known.isDefined() ? (Long) known.get() : snapshot.sizeInBytes();
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
    Snapshot snapshot = snapshot(spark, table);
    Option<Seq<SetTransaction>> known = snapshot.setTransactionsIfKnown();
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
    Snapshot snapshot = snapshot(spark, table);
    long next = version + 1;
    if (snapshot.version() > version) {
      var commits = snapshot.deltaLog().getChanges(next, false);
      while (commits.hasNext()) {
        var commit = commits.next();
        if ((Long) commit._1() != next++) {
          return false;
        }
        var actions = commit._2().iterator();
        while (actions.hasNext()) {
          if (actions.next() instanceof FileAction file && file.dataChange()) {
            return false;
          }
        }
      }
    }
    return next > snapshot.version() && version <= snapshot.version();
  }

  /** Whether one of the commits after {@code version} carries this user metadata. */
  static boolean committed(SparkSession spark, TableRef table, long version, String userMetadata) {
    var commits = snapshot(spark, table).deltaLog().getChanges(version + 1, false);
    while (commits.hasNext()) {
      var actions = commits.next()._2().iterator();
      while (actions.hasNext()) {
        if (actions.next() instanceof CommitInfo info
            && info.userMetadata().contains(userMetadata)) {
          return true;
        }
      }
    }
    return false;
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
          paths.add(new Path(log.dataPath(), new Path(URI.create(file.path()))).toString());
        }
      }
    }
    return paths;
  }
}
