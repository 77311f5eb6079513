/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import io.backhaul.diff.mapping.Mapping;
import io.backhaul.diff.mapping.Masking;
import io.backhaul.diff.source.Snapshot;
import io.backhaul.diff.source.SnapshotSource;
import io.backhaul.diff.state.StateDigests;
import io.backhaul.diff.state.SyncState;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What a diff works on.
 *
 * @param source asked for its change feed; everything else comes from {@code snapshot}
 * @param snapshot the source, pinned
 * @param state what the destination holds
 * @param identityFields destination fields that travel even when only changed ones are sent
 * @param cursor where the last settled run ended, or null
 * @param overlap how far before a watermark rows are compared again
 * @param full compare everything, and send rows that did not change as well; deletes are still
 *     found, and rows already created are not created again
 * @param limit most operations to plan, or null; the same ones each time
 * @param where Spark SQL predicate over source columns, or null; such a run infers no deletes
 * @param openLetters columns key, row_hash, stage ({@code validation}, {@code destination} or
 *     {@code doubt}) and status ({@code open} or {@code requeued}); null where there are none
 * @param digests of state, to compare with it without reading it; or null
 * @param masking keys for personal fields; may be null where the mapping has none
 */
public record DetectRequest(
    SparkSession spark,
    SnapshotSource source,
    Snapshot snapshot,
    Mapping mapping,
    SyncState state,
    Mode mode,
    OnMappingChange onMappingChange,
    Send send,
    Set<String> identityFields,
    Cursor cursor,
    Duration overlap,
    boolean full,
    Long limit,
    String where,
    Dataset<Row> openLetters,
    StateDigests digests,
    Masking masking) {

  public DetectRequest {
    Objects.requireNonNull(spark, "spark");
    Objects.requireNonNull(snapshot, "snapshot");
    Objects.requireNonNull(mapping, "mapping");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(onMappingChange, "onMappingChange");
    Objects.requireNonNull(send, "send");
    Objects.requireNonNull(overlap, "overlap");
    identityFields = Set.copyOf(identityFields);
    if (limit != null && limit < 0) {
      throw new IllegalArgumentException("a limit is not negative: " + limit);
    }
  }

  /** Whether the run looks at less than everything, so that what it misses is not gone. */
  boolean filtered() {
    return where != null || limit != null;
  }

  /** Whether rows of state without a source row are deletes. */
  boolean infersDeletes() {
    return mode == Mode.MIRROR && !filtered();
  }
}
