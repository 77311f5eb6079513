/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.backhaul.diff.source.Snapshot;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Compares rows whose {@code updated_at} is not below the cursor less the overlap, or is null, and
 * those of open dead letters. A second row of the same key that lies below goes unseen.
 */
final class WatermarkDiff implements ChangeDetector {

  @Override
  public ChangeSet detect(DetectRequest request) {
    long stateBytes = request.state().bytes();
    Optional<String> reason = whyNot(request, stateBytes);
    if (reason.isPresent()) {
      return SnapshotDiff.compareAll(request, Strategy.WATERMARK, reason.get(), stateBytes);
    }
    Detection.Candidates candidates =
        new Detection.Candidates(
            Strategy.WATERMARK,
            null,
            candidates(request),
            null,
            seen -> -1L,
            seen -> SnapshotDiff.cursor(request, Strategy.WATERMARK, seen));
    return new Detection(request, candidates, stateBytes, Detection.Sizes.USUAL).changes();
  }

  private static Optional<String> whyNot(DetectRequest request, long stateBytes) {
    if (request.full()) {
      return Optional.of("a full run compares everything");
    }
    if (request.mode() == Mode.MIRROR) {
      return Optional.of("mirror must see which rows left the source, and a watermark does not");
    }
    return Cursors.whyNot(request, Strategy.WATERMARK, stateBytes)
        .or(() -> replaced(request.cursor().sourceVersion(), request.snapshot()));
  }

  /** Rows of a table that took the place of another may all lie below the cursor. */
  private static Optional<String> replaced(Long settled, Snapshot snapshot) {
    Long now = snapshot.version();
    return settled == null || !snapshot.countsVersions() || now >= settled
        ? Optional.empty()
        : Optional.of(
            "the source table is at version "
                + now
                + ", behind the settled version "
                + settled
                + ": it was replaced");
  }

  private static Dataset<Row> candidates(DetectRequest request) {
    Dataset<Row> hashed = request.mapping().hashed(SnapshotDiff.rows(request));
    // To the millisecond, which every source that takes the predicate over can compare.
    Instant from =
        request.cursor().instant().minus(request.overlap()).truncatedTo(ChronoUnit.MILLIS);
    Column moved = col("source_updated_at").isNull().or(col("source_updated_at").geq(lit(from)));
    Dataset<Row> letterKeys = LetterKeys.of(request);
    if (letterKeys == null) {
      return hashed.where(moved);
    }
    Column sameKey =
        Arrays.stream(request.mapping().keySchema().fieldNames())
            .map(
                name ->
                    hashed
                        .col("source_key")
                        .getField(name)
                        .eqNullSafe(letterKeys.col("`" + name + "`")))
            .reduce(Column::and)
            .orElseThrow();
    return hashed
        .join(broadcast(letterKeys.withColumn("has_letter", lit(true))), sameKey, "left_outer")
        .where(moved.or(col("has_letter").isNotNull()))
        .select(Arrays.stream(hashed.columns()).map(hashed::col).toArray(Column[]::new));
  }
}
