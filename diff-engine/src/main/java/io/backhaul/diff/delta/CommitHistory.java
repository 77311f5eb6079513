/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.delta;

import io.backhaul.diff.catalog.DeltaNames;
import io.delta.tables.DeltaTable;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The commits of one table, as {@code DESCRIBE HISTORY} tells them: as far back as the log goes.
 */
final class CommitHistory {

  /** The first look; each further one goes back so many times as far. */
  private static final int FEW = 16;

  private static final int MOST = 1 << 20;

  /**
   * One commit.
   *
   * @param operation what was done, in Delta's words; {@code null} if it does not say
   * @param userMetadata what the writer had it carry, or {@code null}
   */
  record Commit(long version, long millis, String operation, String userMetadata) {}

  private final SparkSession spark;
  private final TablePlace table;

  CommitHistory(SparkSession spark, TablePlace table) {
    this.spark = spark;
    this.table = table;
  }

  Commit newest() {
    return newest(1).get(0);
  }

  /** The newest commit of that kind. */
  Optional<Commit> newest(Predicate<Commit> such) {
    for (int most = FEW; ; most *= FEW) {
      List<Commit> commits = newest(most);
      Optional<Commit> found = commits.stream().filter(such).findFirst();
      if (found.isPresent() || wasAll(commits, most)) {
        return found;
      }
    }
  }

  /** The commits after a version that the log still has, newest first. */
  List<Commit> since(long version) {
    return downTo(version).stream().filter(commit -> commit.version() > version).toList();
  }

  /** As {@link #since}; empty if the log lacks one, or the table is not even at that version. */
  Optional<List<Commit>> eachSince(long version) {
    List<Commit> commits = downTo(version);
    List<Commit> since = commits.stream().filter(commit -> commit.version() > version).toList();
    return commits.get(0).version() - version == since.size()
        ? Optional.of(since)
        : Optional.empty();
  }

  /** More than is needed rather than less: others commit while the log is read. */
  private List<Commit> downTo(long version) {
    for (int most = FEW; ; most *= FEW) {
      List<Commit> commits = newest(most);
      if (commits.get(commits.size() - 1).version() <= version + 1 || wasAll(commits, most)) {
        return commits;
      }
    }
  }

  private static boolean wasAll(List<Commit> commits, int most) {
    return commits.size() < most || most >= MOST;
  }

  /** At least the newest commit is there while the table is. */
  private List<Commit> newest(int most) {
    return rows(most)
        // no values of java.sql, whose zone is the JVM's
        .selectExpr("version", "unix_millis(timestamp) AS millis", "operation", "userMetadata")
        .collectAsList()
        .stream()
        .map(row -> new Commit(row.getLong(0), row.getLong(1), row.getString(2), row.getString(3)))
        .sorted(Comparator.comparingLong(Commit::version).reversed())
        .toList();
  }

  private Dataset<Row> rows(int most) {
    return table instanceof TablePlace.Folder folder
        ? DeltaTable.forPath(spark, folder.path()).history(most)
        : spark.sql(
            "DESCRIBE HISTORY "
                + DeltaNames.quoted(spark, ((TablePlace.Named) table).name())
                + " LIMIT "
                + most);
  }
}
