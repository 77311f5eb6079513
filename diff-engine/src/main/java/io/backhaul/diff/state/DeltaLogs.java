/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import java.util.OptionalLong;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.delta.actions.CommitInfo;
import scala.Option;

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

  /** The newest version that {@code appId} committed under. */
  static OptionalLong transaction(SparkSession spark, TableRef table, String appId) {
    Option<Object> version = snapshot(spark, table).transactions().get(appId);
    return version.isDefined() ? OptionalLong.of((Long) version.get()) : OptionalLong.empty();
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
}
