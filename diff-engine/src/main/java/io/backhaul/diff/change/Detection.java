/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.apache.spark.sql.functions.col;

import io.backhaul.diff.digest.RepeatedKeys;
import io.backhaul.diff.digest.SignedDigest;
import io.backhaul.diff.platform.KeptRows;
import io.backhaul.diff.quiet.QuietRows;
import io.backhaul.diff.state.Outbox;
import io.backhaul.diff.state.StateDigests;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/** What the three strategies share: compare candidates with state, keep and describe the rest. */
final class Detection {

  /**
   * Where the way of working changes; never what comes of it.
   *
   * @param smallState up to so many bytes of state, its details travel with the comparison: one
   *     join, not two; beyond, digests say what need not be compared, and details travel only if
   *     little is left
   * @param few up to so many differing rows are sent to every executor to look up what state knows,
   *     or repeated keys
   * @param many beyond so many differing rows the outbox is written first and counted afterwards
   */
  record Sizes(long smallState, int few, long many) {
    static final Sizes USUAL = new Sizes(StateDigests.SMALL_STATE_BYTES, 20_000, 500_000);
  }

  /**
   * What a strategy looks at.
   *
   * @param strategy the one used
   * @param fallbackReason why it is not the one asked for, or {@code null}
   * @param hashed candidate rows
   * @param touched key columns of the only keys looked at, or {@code null} for all
   * @param sourceTotal from rows seen to rows of the whole source, -1 where that is not known
   * @param cursor from what was seen to where the next run may start
   */
  record Candidates(
      Strategy strategy,
      String fallbackReason,
      Dataset<Row> hashed,
      Dataset<Row> touched,
      Function<Tally.Seen, Long> sourceTotal,
      Function<Tally.Seen, Optional<Cursor>> cursor) {}

  private final DetectRequest request;
  private final Candidates candidates;
  private final long stateBytes;
  private final Sizes sizes;
  private final Tally tally = new Tally();

  Detection(DetectRequest request, Candidates candidates, long stateBytes, Sizes sizes) {
    this.sizes = sizes;
    this.request = request;
    this.candidates = candidates;
    this.stateBytes = stateBytes;
    request.spark().sparkContext().register(tally);
  }

  DetectedChanges changes() {
    Dataset<Row> held = stateBytes == 0 ? null : request.state().read();
    Dataset<Row> letters = letters();
    SignedDigest stored = stored();
    boolean older = held != null && olderMappings(held, stored);
    Narrowing.Narrowed narrowed = stored == null || older ? null : narrowed(held, stored);
    boolean little = stateBytes <= sizes.smallState() || (narrowed != null && narrowed.little());
    boolean together = held != null && (older || little);
    Comparison comparison = new Comparison(request, narrowed == null ? held : narrowed.held());
    OutboxRows outboxRows = new OutboxRows(request);
    boolean direct =
        held == null && letters == null && request.limit() == null && !knownToBeEmpty();
    Dataset<Row> differing =
        comparison.differing(
            quiet(narrowed == null ? candidates.hashed() : narrowed.hashed()),
            candidates.touched(),
            together,
            direct ? repeated(comparison) : null,
            tally);
    if (direct || older) {
      Dataset<Row> described = together ? differing : comparison.described(differing, false);
      return new DetectedChanges(facts(null, null), outboxRows.of(described, letters), direct);
    }
    Runnable release = narrowed == null ? () -> {} : narrowed.release();
    if (together && narrowed != null && narrowed.differ(sizes.many())) {
      // Few enough to be kept with their payloads, once: they are counted as they come.
      return new DetectedChanges(facts(null, narrowed), outboxRows.of(differing, letters), false)
          .releasing(release);
    }
    Dataset<Row> kept = KeptRows.keep(differing, StorageLevel.MEMORY_AND_DISK());
    fill(kept, release);
    Tally.Seen found = narrowed == null ? tally.total() : narrowed.whole(tally.total());
    Dataset<Row> described =
        together ? kept : comparison.described(kept, found.differing() <= sizes.few());
    boolean many = found.differing() > sizes.many() && request.limit() == null;
    DetectedChanges changes =
        new DetectedChanges(facts(found, null), outboxRows.of(described, letters), many);
    return changes.releasing(release).releasing(() -> KeptRows.release(kept));
  }

  /** Computing a cached partition fills the cache; its rows need not be looked at. */
  private static void fill(Dataset<Row> cached, Runnable release) {
    try {
      cached.foreachPartition((ForeachPartitionFunction<Row>) rows -> {});
    } catch (RuntimeException e) {
      KeptRows.release(cached);
      release.run();
      throw e;
    }
  }

  /** Whether a look at the source, which only Delta gives for nothing, shows no row. */
  private boolean knownToBeEmpty() {
    return request.snapshot().version() != null && request.snapshot().rows().isEmpty();
  }

  private Dataset<Row> letters() {
    if (request.openLetters() == null) {
      return null;
    }
    return stateBytes == 0 && request.openLetters().isEmpty() ? null : request.openLetters();
  }

  /** With personal fields, a row that cannot be mapped must not be quoted by what Spark logs. */
  private Dataset<Row> quiet(Dataset<Row> hashed) {
    return request.mapping().hasPii() ? QuietRows.of(hashed) : hashed;
  }

  /** The keys that must be brought together although there is nothing to compare them with. */
  private RepeatedKeys repeated(Comparison comparison) {
    return request.snapshot().version() == null
        ? null
        : RepeatedKeys.find(
                quiet(candidates.hashed().select(comparison.keyHash().as("key_hash"))), sizes.few())
            .orElse(null);
  }

  /** State's digest, where a comparison by digests can do; else null. */
  private SignedDigest stored() {
    return stateBytes > sizes.smallState() && Narrowing.suits(request, candidates)
        ? request.digests().of(request.state(), request.state().commonKeys(), request.mode())
        : null;
  }

  /** What digests leave to compare, or null if that is most of it: as under another mapping. */
  private Narrowing.Narrowed narrowed(Dataset<Row> held, SignedDigest stored) {
    boolean comparable =
        StateDigests.onlyKeys(request.mode())
            || stored.digest().labels().contains(request.mapping().fingerprint());
    return comparable
        ? new Narrowing(request, request.state().commonKeys())
            .narrowed(candidates.hashed(), held, stored)
            .orElse(null)
        : null;
  }

  /**
   * Whether rows of an older mapping must be compared field by field, because all hashes differ.
   */
  private boolean olderMappings(Dataset<Row> held, SignedDigest stored) {
    String current = request.mapping().fingerprint();
    if (request.onMappingChange() == OnMappingChange.RESYNC) {
      return false;
    }
    return stored == null
        ? !held.where(col("mapping_fingerprint").notEqual(current)).isEmpty()
        : stored.digest().labels().stream().anyMatch(label -> !label.equals(current));
  }

  private Facts facts(Tally.Seen differing, Narrowing.Narrowed narrowed) {
    return new Facts(request, candidates, stateBytes, tally, differing, narrowed);
  }

  /** What became of the rows that differ. */
  record Breakdown(
      Map<String, Long> planned,
      long deletesInferred,
      long plannedRows,
      long waiting,
      long invalid,
      long invalidRows,
      long quarantined,
      long quarantinedRows) {
    static final Breakdown NOTHING = new Breakdown(Map.of(), 0, 0, 0, 0, 0, 0, 0);
  }

  /**
   * What is known of a diff besides its rows.
   *
   * @param differing {@code null} where the rows were not counted on their own
   * @param narrowed what was compared, if that is less than all and {@code differing} does not
   *     count the rest; else {@code null}
   */
  record Facts(
      DetectRequest request,
      Candidates candidates,
      long stateBytes,
      Tally tally,
      Tally.Seen differing,
      Narrowing.Narrowed narrowed) {

    StructType keySchema() {
      return request.mapping().keySchema();
    }

    Long limit() {
      return request.limit();
    }

    Strategy strategy() {
      return candidates.strategy();
    }

    String fallbackReason() {
      return candidates.fallbackReason();
    }

    /** Forgets what a look at some of the rows has counted, before all of them are computed. */
    void countAnew() {
      if (differing == null) {
        tally.reset();
      }
    }

    private Tally.Seen seen() {
      if (differing != null) {
        return differing;
      }
      return narrowed == null ? tally.total() : narrowed.whole(tally.total());
    }

    Optional<Cursor> cursor() {
      return request.filtered() ? Optional.empty() : candidates.cursor().apply(seen());
    }

    /** Whether the comparison alone shows that there is nothing to do. */
    boolean nothing() {
      return differing != null && differing.differing() == 0;
    }

    Breakdown breakdown(Outbox.Summary stored) {
      long records =
          stored.planned().values().stream().mapToLong(Long::longValue).sum() + stored.invalid();
      long rows = stored.plannedRows() + stored.invalidRows();
      return new Breakdown(
          stored.planned(),
          request.mode() == Mode.MIRROR ? stored.planned().getOrDefault("delete", 0L) : 0,
          stored.plannedRows(),
          stored.waiting(),
          stored.invalid(),
          stored.invalidRows(),
          differing == null ? 0 : differing.differing() - records,
          differing == null ? 0 : differing.differingRows() - rows);
    }

    private long stateRows(Tally.Seen seen) {
      if (stateBytes == 0) {
        return 0;
      }
      return candidates.strategy() == Strategy.SNAPSHOT ? seen.held() : request.state().rows();
    }

    Counts counts(Breakdown found) {
      Tally.Seen seen = seen();
      long heldBack =
          request.limit() == null
              ? 0
              : Math.max(0, found.plannedRows() - found.waiting() - request.limit());
      Map<String, Long> planned = found.planned();
      if (heldBack > 0) {
        // A limited run infers no deletes, so that all it plans is one kind of operation.
        planned = Map.of(planned.keySet().iterator().next(), request.limit() + found.waiting());
      }
      return new Counts(
          seen.rows(),
          candidates.sourceTotal().apply(seen),
          seen.rows() - found.plannedRows() - found.invalidRows() - found.quarantinedRows(),
          planned,
          found.waiting(),
          found.deletesInferred(),
          found.invalid(),
          found.invalidRows(),
          found.quarantined(),
          found.quarantinedRows(),
          heldBack,
          stateRows(seen));
    }
  }
}
