/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.unix_micros;

import io.backhaul.diff.digest.Buckets;
import io.backhaul.diff.digest.Digest;
import io.backhaul.diff.digest.DigestScan;
import io.backhaul.diff.quiet.QuietRows;
import io.backhaul.diff.state.StateDigests;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Leaves out of a comparison what need not be compared: one pass over the source makes its digest,
 * and only rows of buckets that differ from state's go on. It takes a source that gives the same
 * rows twice.
 */
final class Narrowing {

  /** If more of the buckets differ, a second look at the source costs more than it saves. */
  private static final double MOST = 0.5;

  private final DetectRequest request;
  private final StructType keys;

  /**
   * @param keys the types that keys are compared in, in the order of the mapping's
   */
  Narrowing(DetectRequest request, StructType keys) {
    this.request = request;
    this.keys = keys;
  }

  /** Whether the request is for all rows of a source that can be read twice. */
  static boolean suits(DetectRequest request, Detection.Candidates candidates) {
    return request.digests() != null
        && candidates.strategy() == Strategy.SNAPSHOT
        && request.where() == null
        && !request.full()
        && request.snapshot().version() != null;
  }

  /**
   * What is left to be compared.
   *
   * @param hashed source rows of suspect buckets
   * @param held state rows of suspect buckets
   * @param share of all buckets that is suspect, from 0 to 1
   * @param rows of the whole source
   * @param latestMicros as in {@link Tally.Seen}, of the whole source
   */
  record Narrowed(
      Dataset<Row> hashed, Dataset<Row> held, double share, long rows, long latestMicros) {

    /**
     * What a comparison of the whole would have seen: what was left out is the same on both sides.
     */
    Tally.Seen whole(Tally.Seen compared) {
      return new Tally.Seen(
          rows,
          compared.held() + rows - compared.rows(),
          latestMicros,
          compared.differing(),
          compared.differingRows());
    }
  }

  /**
   * Reads the source's keys and hashes.
   *
   * @param stored the digest of {@code held}
   * @return empty if most buckets differ
   */
  Optional<Narrowed> narrowed(Dataset<Row> hashed, Dataset<Row> held, Digest stored) {
    Dataset<Row> scanned =
        hashed.select(
            KeyHash.ofSource(request.mapping().keySchema(), keys),
            StateDigests.rowHash(request.mode()),
            unix_micros(col("source_updated_at")),
            lit(null).cast(DataTypes.StringType));
    Digest seen =
        DigestScan.of(request.mapping().hasPii() ? QuietRows.of(scanned) : scanned, stored.bits());
    Buckets suspect = seen.differing(stored);
    if (suspect.share() > MOST) {
      return Optional.empty();
    }
    Function<Column, Column> left =
        keyHash -> suspect.isEmpty() ? lit(false) : suspect.hold(keyHash);
    return Optional.of(
        new Narrowed(
            hashed.where(left.apply(KeyHash.ofSource(request.mapping().keySchema(), keys))),
            held.where(left.apply(KeyHash.ofHeld(held, keys))),
            suspect.share(),
            seen.rows(),
            seen.latestMicros()));
  }
}
