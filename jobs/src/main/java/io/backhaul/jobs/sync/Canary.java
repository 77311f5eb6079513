/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.xxhash64;

import io.backhaul.diff.state.Outbox;
import io.backhaul.jobs.spec.CanarySpec;
import io.backhaul.jobs.spec.SyncSpec;
import java.util.Optional;
import org.apache.spark.sql.Column;

/**
 * The operations of a plan that go first, of those that can go at all the ones with the lowest
 * hashes of their keys: the same ones each time.
 */
final class Canary {

  /** Why operations are deferred: too many of those before them were rejected. */
  static final String REJECTED = "CANARY_REJECTED";

  private final CanarySpec spec;
  private final long highest;

  private Canary(CanarySpec spec, long highest) {
    this.spec = spec;
    this.highest = highest;
  }

  /** That of a stored plan; empty if the sync has none, or all of the plan would be in it. */
  static Optional<Canary> of(SyncSpec sync, Outbox outbox, RunHeader header) {
    return sync.canary()
        .filter(spec -> spec.records() < header.counts().planned())
        .map(
            spec ->
                new Canary(
                    spec,
                    outbox
                        .deliverable(header.runId(), header.partitions())
                        .select(xxhash64(col("key")).as("hash"))
                        .orderBy("hash")
                        .limit((int) Math.min(spec.records(), Integer.MAX_VALUE))
                        .agg(coalesce(max("hash"), lit(Long.MAX_VALUE))) // none, where all wait
                        .head()
                        .getLong(0)));
  }

  /** Those that go first. */
  Column first() {
    return xxhash64(col("key")).leq(highest);
  }

  /** The others. */
  Column rest() {
    return xxhash64(col("key")).gt(highest);
  }

  /**
   * Why the others must not go; empty if they may.
   *
   * @param rejected of those that went first
   * @param judged those that were applied or rejected
   * @param accepted so many rejected records pass
   */
  Optional<String> verdict(long rejected, long judged, long accepted) {
    if (rejected <= accepted || !spec.maxRejected().exceededBy(rejected, judged)) {
      return Optional.empty();
    }
    return Optional.of(
        "the destination rejected "
            + rejected
            + " of the "
            + judged
            + " records that went first, more than canary.max_rejected ("
            + spec.maxRejected()
            + ") allows");
  }
}
