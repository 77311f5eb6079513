/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.testkit;

import io.backhaul.diff.disk.LocalDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The one Spark session of a test JVM: two cores with four attempts a task, Delta, no UI, loopback
 * only, UTC. It lives until the JVM ends; a test that sets a configuration value sets it back.
 */
public final class SparkSessions {

  private SparkSessions() {}

  /** The shared session, started on first use. */
  public static SparkSession shared() {
    return Shared.SESSION;
  }

  private static final class Shared {
    static final SparkSession SESSION = start();
  }

  private static SparkSession start() {
    SparkSession.Builder builder = SparkSession.builder();
    LocalDisk.SETTINGS.forEach(builder::config);
    SparkSession session =
        builder
            .master("local[2,4]")
            .appName("backhaul-tests")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", 2)
            .config("spark.databricks.delta.snapshotPartitions", 2)
            .config("spark.databricks.delta.setTransactionsInCrc.writeOnCommit", true)
            .config("spark.databricks.delta.setTransactionsInCrc.maxAllowed", 1000)
            .config("spark.databricks.delta.allFilesInCrc.thresholdNumFiles", 1000)
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.ansi.enabled", false)
            .config("spark.sql.codegen.cache.maxEntries", 2000)
            .config("spark.sql.maxConcurrentOutputFileWriters", 8)
            .config("spark.sql.warehouse.dir", temporaryFolder().toString())
            .getOrCreate();
    session.sparkContext().setLogLevel("WARN");
    return session;
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("warehouse");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
