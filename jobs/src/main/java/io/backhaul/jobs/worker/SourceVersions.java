/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.worker;

import io.backhaul.diff.source.Snapshot;
import io.backhaul.diff.source.SnapshotSource;
import io.backhaul.jobs.spec.Schedule;
import io.backhaul.jobs.spec.SyncSpec;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks from time to time, on a thread of its own, at which version the sources are of syncs that
 * are due on change. One that cannot be looked at keeps the version it had. Thread-safe.
 */
public final class SourceVersions implements Supplier<Map<String, String>>, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SourceVersions.class);

  private final SparkSession spark;
  private final List<SyncSpec> syncs;
  private final Map<String, String> versions = new ConcurrentHashMap<>();
  private final ScheduledExecutorService looking;

  /**
   * Looks at once, and then again and again.
   *
   * @param every time between two looks
   */
  public SourceVersions(SparkSession spark, Collection<SyncSpec> syncs, Duration every) {
    this.spark = spark;
    this.syncs =
        syncs.stream().filter(sync -> sync.schedule() instanceof Schedule.OnChange).toList();
    this.looking =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "backhaul-sources");
              thread.setDaemon(true);
              return thread;
            });
    look();
    var unused =
        looking.scheduleWithFixedDelay(
            this::look, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** By {@code tenant/name}, as they were when somebody last looked. */
  @Override
  public Map<String, String> get() {
    return Map.copyOf(versions);
  }

  @Override
  public void close() {
    looking.shutdownNow();
  }

  private void look() {
    for (SyncSpec sync : syncs) {
      try (Snapshot snapshot = SnapshotSource.of(sync.source()).pin(spark)) {
        if (snapshot.version() != null) {
          versions.put(sync.id(), snapshot.version().toString());
        }
      } catch (Exception e) { // Spark throws checked exceptions that it does not declare
        LOG.warn("the source of {} has no version now ({})", sync.id(), e.getClass().getName());
      }
    }
  }
}
