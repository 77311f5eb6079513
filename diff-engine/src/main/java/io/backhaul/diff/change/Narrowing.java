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
import io.backhaul.diff.digest.SignedDigest;
import io.backhaul.diff.digest.SnapshotScan;
import io.backhaul.diff.digest.Suspects;
import io.backhaul.diff.platform.KeptRows;
import io.backhaul.diff.quiet.QuietRows;
import io.backhaul.diff.state.StateDigests;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Leaves out of a comparison what need not be compared, by what is known of state without reading
 * it. With the signatures of its rows, one pass over the source keeps those that are news, and of
 * state only the rows are read that were not seen there. Without, one pass makes the digest of the
 * source, and a second one keeps the rows of buckets that differ. It takes a source that gives the
 * same rows twice.
 */
final class Narrowing {

  /** If more of the buckets differ, a second look at the source costs more than it saves. */
  private static final double MOST_BUCKETS = 0.5;

  /** If more of the rows are news, they are compared sooner than kept. */
  private static final double MOST_NEWS = 0.25;

  /** Of so much of state, details travel with the comparison rather than being looked up. */
  private static final double LITTLE_OF_STATE = 0.1;

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
   * @param hashed source rows that may differ
   * @param held state rows that may
   * @param little whether {@code held} is little enough for its details to travel along
   * @param rows of the whole source
   * @param latestMicros as in {@link Tally.Seen}, of the whole source
   * @param differing rows of either side that differ, or {@code null} if that is not known yet
   * @param release lets go of what is kept of the two
   */
  record Narrowed(
      Dataset<Row> hashed,
      Dataset<Row> held,
      boolean little,
      long rows,
      long latestMicros,
      Long differing,
      Runnable release) {

    /** Whether it is known that there are rows that differ, and no more than so many. */
    boolean differ(long most) {
      return differing != null && differing > 0 && differing <= most;
    }

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
   * @return empty if most of it has to be compared
   */
  Optional<Narrowed> narrowed(Dataset<Row> hashed, Dataset<Row> held, SignedDigest stored) {
    if (stored.signatures() != null) {
      SnapshotScan scan =
          SnapshotScan.over(
              hashed,
              request.mapping().hasPii(),
              KeyHash.ofSource(request.mapping().keySchema(), keys),
              StateDigests.rowHash(request.mode()),
              unix_micros(col("source_updated_at")),
              stored.signatures(),
              MOST_NEWS);
      if (scan.incomplete()) {
        scan.close();
        return Optional.empty();
      }
      Optional<Narrowed> exact = exactly(scan, hashed, held, stored.digest());
      if (exact.isPresent()) {
        return exact;
      }
    }
    return byBuckets(hashed, held, stored.digest());
  }

  /**
   * What the source has and state has not, and the other way round. Two rows may look alike by
   * their signatures, and a row whose key another one has is no news of its own: in both cases,
   * which are rare, this is not the way.
   */
  private Optional<Narrowed> exactly(
      SnapshotScan scan, Dataset<Row> hashed, Dataset<Row> held, Digest stored) {
    Suspects suspects = scan.suspects();
    if (suspects.areNone()) {
      scan.close();
      return scan.explains(stored) ? Optional.of(nothing(hashed, held, scan)) : Optional.empty();
    }
    Column keyHash = StateDigests.keyHash(held, keys);
    Column rowHash = StateDigests.rowHash(request.mode());
    Dataset<Row> found =
        KeptRows.keep(held.where(suspects.hold(keyHash, rowHash)), StorageLevel.MEMORY_AND_DISK());
    Runnable release =
        () -> {
          KeptRows.release(found);
          scan.close();
        };
    try {
      if (scan.explains(found.select(keyHash, rowHash), stored)) {
        return Optional.of(
            new Narrowed(
                scan.news(),
                found,
                true,
                scan.rows(),
                scan.latestMicros(),
                scan.differing(),
                release));
      }
    } catch (RuntimeException e) {
      release.run();
      throw e;
    }
    release.run();
    return Optional.empty();
  }

  private static Narrowed nothing(Dataset<Row> hashed, Dataset<Row> held, SnapshotScan scan) {
    return new Narrowed(
        hashed.where(lit(false)),
        held.where(lit(false)),
        true,
        scan.rows(),
        scan.latestMicros(),
        scan.differing(),
        () -> {});
  }

  private Optional<Narrowed> byBuckets(Dataset<Row> hashed, Dataset<Row> held, Digest stored) {
    Dataset<Row> scanned =
        hashed.select(
            KeyHash.ofSource(request.mapping().keySchema(), keys),
            StateDigests.rowHash(request.mode()),
            unix_micros(col("source_updated_at")),
            lit(null).cast(DataTypes.StringType));
    Digest seen =
        DigestScan.of(request.mapping().hasPii() ? QuietRows.of(scanned) : scanned, stored.bits());
    Buckets suspect = seen.differing(stored);
    if (suspect.share() > MOST_BUCKETS) {
      return Optional.empty();
    }
    Function<Column, Column> left =
        keyHash -> suspect.isEmpty() ? lit(false) : suspect.hold(keyHash);
    return Optional.of(
        new Narrowed(
            hashed.where(left.apply(KeyHash.ofSource(request.mapping().keySchema(), keys))),
            held.where(left.apply(StateDigests.keyHash(held, keys))),
            suspect.share() <= LITTLE_OF_STATE,
            seen.rows(),
            seen.latestMicros(),
            null,
            () -> {}));
  }
}
