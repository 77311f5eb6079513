/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.session;

import io.backhaul.diff.disk.LocalDisk;
import io.backhaul.jobs.coordination.BackhaulPlugin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * Gets a Spark session: the one that {@code spark-submit} or a notebook prepared, or else one in
 * this process, on all its cores and on loopback alone.
 */
public final class LocalSession {

  private static final int TASK_ATTEMPTS = 4;
  private static final int TASKS_OF_A_RUN = 8;

  private LocalSession() {}

  /** The session that this process has already, which is not the caller's to stop. */
  public static Optional<SparkSession> running() {
    Option<SparkSession> session = SparkSession.getDefaultSession();
    return session.isDefined() ? Optional.of(session.get()) : Optional.empty();
  }

  /** Starts a session, which the caller stops, or returns the running one. */
  public static SparkSession open() {
    return open(0);
  }

  /**
   * The same for runs beside which other work must go on. Most of their tasks wait, for a
   * destination or a database: in this process as many tasks are under way as there are cores, and
   * eight more for each such run.
   *
   * @param runs at once
   */
  public static SparkSession open(int runs) {
    if (running().isPresent()) {
      return running().get();
    }
    SparkConf submitted = new SparkConf();
    SparkSession.Builder builder = SparkSession.builder();
    // what the submitter chose stays, except that a run needs Delta and one attempt at a time
    boolean local = !submitted.contains("spark.master");
    settings(local)
        .forEach(
            (key, value) -> {
              if (!submitted.contains(key)) {
                builder.config(key, value);
              }
            });
    if (local) {
      builder.master(localMaster(runs));
    }
    return builder.getOrCreate();
  }

  static String localMaster(int runs) {
    return "local[" + (cores() + TASKS_OF_A_RUN * runs) + "," + TASK_ATTEMPTS + "]";
  }

  static Map<String, String> settings(boolean local) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("spark.app.name", "backhaul");
    settings.put("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension");
    settings.put(
        "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog");
    settings.put("spark.speculation", "false");
    // of the jobs of a fleet, none waits for all tasks of another
    settings.put("spark.scheduler.mode", "FAIR");
    settings.put("spark.plugins", BackhaulPlugin.class.getName());
    // or Spark warns of a plugin whose metrics have no other name than the application's id
    settings.put("spark.metrics.namespace", "backhaul");
    settings.put("spark.sql.session.timeZone", "UTC");
    settings.put("spark.sql.ansi.enabled", "false");
    // a run has more different plans than Spark's hundred: the next run finds its code compiled
    settings.put("spark.sql.codegen.cache.maxEntries", "2000");
    // a run writes few partitions of a table at once; Spark would sort all rows by them beforehand
    settings.put("spark.sql.maxConcurrentOutputFileWriters", "8");
    // outcomes are kept for seconds: to look for the best encoding of each column costs far more
    settings.put("spark.sql.inMemoryColumnarStorage.compressed", "false");
    // Parquet would look up each value of a file's first pages, to find that none occurs twice
    for (String column : List.of("key", "payload", "fields", "row_hash", "lag_seconds")) {
      settings.put("parquet.enable.dictionary#" + column, "false");
    }
    // Parquet's older form of a timestamp is slow to write and to read, and has no statistics
    settings.put("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
    // what the checksums of the ledger's commits say need not be asked by three Spark jobs each
    settings.put("spark.databricks.delta.setTransactionsInCrc.writeOnCommit", "true");
    settings.put("spark.databricks.delta.setTransactionsInCrc.maxAllowed", "1000");
    settings.put("spark.databricks.delta.allFilesInCrc.thresholdNumFiles", "1000");
    if (local) {
      // with as many pieces of a table as cores, the largest is waited for
      settings.put("spark.sql.files.minPartitionNum", Integer.toString(4 * cores()));
      settings.put("spark.ui.enabled", "false");
      settings.put("spark.ui.showConsoleProgress", "false");
      settings.put("spark.driver.host", "127.0.0.1");
      settings.put("spark.driver.bindAddress", "127.0.0.1");
      settings.put("spark.sql.catalogImplementation", "in-memory");
      settings.put("spark.sql.warehouse.dir", temporaryFolder());
      settings.put("spark.sql.shuffle.partitions", Integer.toString(cores()));
      settings.put("spark.default.parallelism", Integer.toString(cores()));
      settings.put("spark.databricks.delta.snapshotPartitions", "2");
      settings.putAll(LocalDisk.SETTINGS);
      // accumulators travel with heartbeats: progress is as old as the last one
      settings.put("spark.executor.heartbeatInterval", "1s");
    }
    return settings;
  }

  private static int cores() {
    return Math.max(2, Runtime.getRuntime().availableProcessors());
  }

  /** Where tables without a path would go; Backhaul creates none, but Spark wants the folder. */
  private static String temporaryFolder() {
    try {
      Path folder = Files.createTempDirectory("backhaul-warehouse");
      folder.toFile().deleteOnExit();
      return folder.toString();
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder could be made", e);
    }
  }
}
