/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import io.backhaul.diff.source.Snapshot;
import io.backhaul.diff.source.SnapshotSource;
import io.backhaul.jobs.spec.Schedule;
import io.backhaul.jobs.spec.SyncSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * At which version the sources are of syncs that are due on change. One that cannot be looked at
 * keeps the version it had. Thread-safe.
 */
final class SourceVersions implements Supplier<Map<String, String>> {

  private static final Logger LOG = LoggerFactory.getLogger(SourceVersions.class);

  private final SparkSession spark;
  private final FleetFiles files;
  private volatile Map<String, String> versions = Map.of();

  SourceVersions(SparkSession spark, FleetFiles files) {
    this.spark = spark;
    this.files = files;
  }

  /** By {@code tenant/name}, as they were when somebody last looked. */
  @Override
  public Map<String, String> get() {
    return versions;
  }

  /** Asks the sources; by one thread at a time. */
  void look() {
    Map<String, String> seen = new HashMap<>();
    for (SyncSpec sync : files.now().workspace().syncs()) {
      if (sync.schedule() instanceof Schedule.OnChange) {
        String version = version(sync);
        if (version != null) {
          seen.put(sync.id(), version);
        }
      }
    }
    versions = Map.copyOf(seen);
  }

  private String version(SyncSpec sync) {
    try (Snapshot snapshot = SnapshotSource.of(sync.source()).pin(spark)) {
      return snapshot.version() == null ? null : snapshot.version().toString();
    } catch (Exception e) { // Spark throws checked exceptions that it does not declare
      LOG.warn("the source of {} has no version now ({})", sync.id(), e.getClass().getName());
      return versions.get(sync.id());
    }
  }
}
