/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import io.backhaul.diff.mapping.ExpressionGuard;
import io.backhaul.diff.state.SyncState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** Compares the whole snapshot with state. */
final class SnapshotDiff implements ChangeDetector {

  private final Detection.Sizes sizes;

  SnapshotDiff() {
    this(Detection.Sizes.USUAL);
  }

  SnapshotDiff(Detection.Sizes sizes) {
    this.sizes = sizes;
  }

  @Override
  public ChangeSet detect(DetectRequest request) {
    return compareAll(request, Strategy.SNAPSHOT, null, request.state().bytes(), sizes);
  }

  /**
   * Compares everything, on its own account or because another strategy cannot do its work.
   *
   * @param asked the strategy that the spec asks for, and that the cursor is for
   * @param reason why this one is used, or {@code null}
   * @param stateBytes {@link SyncState#bytes}
   */
  static ChangeSet compareAll(
      DetectRequest request, Strategy asked, String reason, long stateBytes) {
    return compareAll(request, asked, reason, stateBytes, Detection.Sizes.USUAL);
  }

  private static ChangeSet compareAll(
      DetectRequest request,
      Strategy asked,
      String reason,
      long stateBytes,
      Detection.Sizes sizes) {
    Detection.Candidates candidates =
        new Detection.Candidates(
            Strategy.SNAPSHOT,
            reason,
            request.mapping().hashed(rows(request)),
            null,
            seen -> request.where() == null ? seen.rows() : -1,
            seen -> cursor(request, asked, seen));
    return new Detection(request, candidates, stateBytes, sizes).changes();
  }

  /**
   * The snapshot's rows, filtered if the run is.
   *
   * @throws IllegalArgumentException if the filter is no predicate over the source's columns
   */
  static Dataset<Row> rows(DetectRequest request) {
    Dataset<Row> all = request.snapshot().rows();
    if (request.where() == null) {
      return all;
    }
    ExpressionGuard.Verdict verdict =
        new ExpressionGuard(request.spark(), all.schema(), request.mapping().functions())
            .check(request.where());
    if (verdict instanceof ExpressionGuard.Refused refused) {
      throw new IllegalArgumentException("where: " + refused.problem());
    }
    ExpressionGuard.Accepted accepted = (ExpressionGuard.Accepted) verdict;
    if (!accepted.type().equals(DataTypes.BooleanType)) {
      throw new IllegalArgumentException(
          "where: this gives " + accepted.type().simpleString() + "; a filter is true or false");
    }
    return all.where(accepted.column());
  }

  /** Where a run of strategy {@code asked} may start after this one. */
  static Optional<Cursor> cursor(DetectRequest request, Strategy asked, Tally.Seen seen) {
    String fingerprint = request.mapping().fingerprint();
    return switch (asked) {
      case SNAPSHOT -> Optional.empty();
      case WATERMARK -> {
        if (seen.latestMicros() == Long.MIN_VALUE) {
          yield Optional.ofNullable(request.cursor());
        }
        Instant latest = Instant.EPOCH.plus(seen.latestMicros(), ChronoUnit.MICROS);
        // A row from the future must not carry the cursor past changes that are yet to come.
        Instant pinned = request.snapshot().pinnedAt().truncatedTo(ChronoUnit.MICROS);
        Instant reached = latest.isAfter(pinned) ? pinned : latest;
        Cursor before = request.cursor();
        if (before != null && before.instant() != null && before.instant().isAfter(reached)) {
          reached = before.instant();
        }
        yield Optional.of(
            new Cursor(
                asked.wireName(), reached.toString(), request.snapshot().version(), fingerprint));
      }
      case CHANGE_FEED ->
          request.snapshot().version() == null
              ? Optional.empty()
              : Optional.of(
                  new Cursor(
                      asked.wireName(),
                      request.snapshot().tableId(),
                      request.snapshot().version(),
                      fingerprint));
    };
  }
}
