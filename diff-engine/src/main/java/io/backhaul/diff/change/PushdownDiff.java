/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.backhaul.diff.mapping.Mapping;
import io.backhaul.diff.mapping.Masking;
import io.backhaul.diff.platform.KeptRows;
import io.backhaul.diff.quiet.QuietRows;
import io.backhaul.diff.source.HashPushdown;
import io.backhaul.diff.state.SourceHashes;
import io.backhaul.diff.state.StateDigests;
import io.backhaul.diff.state.TableRef;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;

/**
 * Compares the whole snapshot with state, as {@link SnapshotDiff} does and with the same outcome,
 * but has the source's database hash its rows, so that only those travel that may differ.
 *
 * <p>What is remembered is which row hash a row with a certain database hash has. Whether the
 * destination holds that row is asked of state each time, so that neither a record that was refused
 * nor a crash can have a row taken for settled.
 */
final class PushdownDiff implements ChangeDetector {

  /** If more of the rows differ, all are read: looking for each key costs the database more. */
  private static final double MOST = 0.2;

  private final TableRef memory;
  private final double most;

  /**
   * @param memory where hashes are kept from run to run
   */
  PushdownDiff(TableRef memory) {
    this(memory, MOST);
  }

  /**
   * @param most share of the rows up to which they are looked for by key
   */
  PushdownDiff(TableRef memory, double most) {
    this.memory = memory;
    this.most = most;
  }

  @Override
  public ChangeSet detect(DetectRequest request) {
    long stateBytes = request.state().bytes();
    Optional<String> reason = whyNot(request);
    if (reason.isPresent()) {
      return SnapshotDiff.compareAll(request, Strategy.SNAPSHOT, reason.get(), stateBytes);
    }
    Pushed pushed = new Pushed(request, stateBytes);
    if (StateDigests.onlyKeys(request.mode())) {
      return stateBytes == 0
          ? SnapshotDiff.compareAll(request, Strategy.SNAPSHOT, null, stateBytes)
          : pushed.compareHashes(false);
    }
    if (stateBytes == 0) {
      return pushed.compareAll(null, true);
    }
    return pushed.known.isEmpty()
        ? pushed.compareAll("no hashes of this mapping are remembered yet", true)
        : pushed.compareHashes(true);
  }

  private static Optional<String> whyNot(DetectRequest request) {
    if (request.snapshot().pushdown() == null) {
      return Optional.of("the source's database gives no hashes of a pinned snapshot");
    }
    if (request.full()) {
      return Optional.of("a full run compares everything");
    }
    return request.where() == null
        ? Optional.empty()
        : Optional.of("a run with a filter reads whole rows");
  }

  /** One comparison. */
  private final class Pushed {
    private final DetectRequest request;
    private final long stateBytes;
    private final HashPushdown source;
    private final Mapping mapping;
    private final List<String> keys;
    private final List<String> hashed;
    private final SourceHashes known;

    private Pushed(DetectRequest request, long stateBytes) {
      this.request = request;
      this.stateBytes = stateBytes;
      this.source = request.snapshot().pushdown();
      this.mapping = request.mapping();
      this.keys = List.of(mapping.keySchema().fieldNames());
      this.hashed =
          StateDigests.onlyKeys(request.mode())
              ? List.of()
              : mapping.hashedColumns(request.snapshot().rows());
      this.known = new SourceHashes(request.spark(), memory, mapping.keySchema(), basis());
    }

    /** All that a row hash is made of but the values, and all that a database's hash is. */
    private String basis() {
      return String.join(
          "\n",
          mapping.fingerprint(),
          "Spark " + request.spark().version(),
          request.spark().conf().get("spark.sql.session.timeZone"),
          TimeZone.getDefault().getID(),
          source.basis(hashed));
    }

    /**
     * Reads every row, whole.
     *
     * @param learns whether to remember their hashes
     */
    private PushedChanges compareAll(String reason, boolean learns) {
      Dataset<Row> all =
          KeptRows.keep(
              quiet(mapping.hashed(keyed(source.rows(hashed)), HashPushdown.HASH)),
              StorageLevel.DISK_ONLY());
      Detection.Candidates candidates =
          new Detection.Candidates(
              Strategy.SNAPSHOT,
              reason,
              all.drop(HashPushdown.HASH),
              null,
              Tally.Seen::rows,
              seen -> Optional.empty());
      return changes(
          candidates,
          all,
          0,
          () -> {
            if (learns) {
              known.replace(learned(all), request.snapshot().pinnedAt());
            }
          });
    }

    /**
     * Reads keys and hashes, and then the rows that may differ.
     *
     * @param byHash whether values count, and not only which keys there are
     */
    private ChangeSet compareHashes(boolean byHash) {
      HashComparison compared =
          new HashComparison(request, keyed(source.hashes(keys, hashed)), byHash ? known : null);
      ChangeSet changes = null;
      try {
        changes = looked(compared, byHash);
        return changes;
      } finally {
        if (changes == null) {
          compared.close();
        }
      }
    }

    private ChangeSet looked(HashComparison compared, boolean byHash) {
      HashComparison.Totals totals = compared.totals();
      Tally.Seen seen = compared.seen();
      boolean learns = byHash && totals.unknown() > 0;
      if (seen.differingRows() > most * seen.rows()
          || (totals.sought() > 0 && !source.finds(mapping.keySchema(), totals.sought()))) {
        return compareAll(null, learns).releasing(compared::close);
      }
      Dataset<Row> rows =
          KeptRows.keep(
              quiet(mapping.hashed(keyed(rows(compared)), HashPushdown.HASH)),
              StorageLevel.MEMORY_AND_DISK());
      if (totals.sought() > 0 && !found(rows, totals.sought())) {
        // The database tells keys apart in another way; a row that is not found must not pass for
        // one that left.
        KeptRows.release(rows);
        return compareAll(null, learns).releasing(compared::close);
      }
      long leftOut = seen.rows() - seen.differingRows();
      Detection.Candidates candidates =
          new Detection.Candidates(
              Strategy.SNAPSHOT,
              null,
              rows.drop(HashPushdown.HASH),
              compared.touched(),
              Tally.Seen::rows,
              found -> Optional.empty());
      return changes(
              candidates,
              rows,
              leftOut,
              () -> {
                if (learns) {
                  known.add(
                      learned(rows, compared.unknown()),
                      request.snapshot().pinnedAt(),
                      seen.rows(),
                      request.state().read());
                }
              })
          .releasing(compared::close);
    }

    private Dataset<Row> rows(HashComparison compared) {
      Dataset<Row> none = source.rows(hashed).limit(0);
      List<String> columns = mapping.usedColumns(request.snapshot().rows());
      Dataset<Row> rows =
          compared.totals().sought() == 0
              ? none
              : source.rowsOf(compared.sought(), columns, hashed);
      return compared.totals().withoutKey()
          ? rows.unionByName(source.rowsWithoutKey(keys, columns, hashed), true)
          : rows;
    }

    private PushedChanges changes(
        Detection.Candidates candidates, Dataset<Row> kept, long leftOut, Runnable learning) {
      ChangeSet found = null;
      try {
        found = new Detection(request, candidates, stateBytes, Detection.Sizes.USUAL).changes();
        return new PushedChanges(found, leftOut, learning).releasing(() -> KeptRows.release(kept));
      } finally {
        if (found == null) {
          KeptRows.release(kept);
        }
      }
    }

    /** With personal fields, nobody is to find out values by hashing guesses. */
    private Dataset<Row> keyed(Dataset<Row> rows) {
      Masking masking = request.masking();
      return mapping.hasPii()
          ? rows.withColumn(
              HashPushdown.HASH,
              udf((UDF1<byte[], byte[]>) masking::keyed, DataTypes.BinaryType)
                  .apply(col(HashPushdown.HASH)))
          : rows;
    }

    /** With personal fields, a row that cannot be mapped must not be quoted by what Spark logs. */
    private Dataset<Row> quiet(Dataset<Row> rows) {
      return mapping.hasPii() ? QuietRows.of(rows) : rows;
    }

    /** Whether there are rows of as many keys; reads them. */
    private boolean found(Dataset<Row> rows, long sought) {
      try {
        return rows.where(hasKey()).select(col("source_key.*")).distinct().count() == sought;
      } catch (RuntimeException e) {
        KeptRows.release(rows);
        throw e;
      }
    }

    private Column hasKey() {
      return keys.stream()
          .map(name -> col("source_key").getField(name).isNotNull())
          .reduce(Column::and)
          .orElseThrow();
    }

    private Dataset<Row> learned(Dataset<Row> rows) {
      return rows.where(hasKey())
          .select(col("source_key"), col(HashPushdown.HASH).as("source_hash"), col("row_hash"));
    }

    private Dataset<Row> learned(Dataset<Row> rows, Dataset<Row> unknown) {
      Dataset<Row> learned = learned(rows);
      Column sameKey =
          Arrays.stream(unknown.columns())
              .map(
                  name ->
                      learned
                          .col("source_key")
                          .getField(name)
                          .equalTo(unknown.col("`" + name + "`")))
              .reduce(Column::and)
              .orElseThrow();
      return learned.join(unknown, sameKey, "left_semi");
    }
  }
}
