/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.state;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.backhaul.diff.change.Mode;
import io.backhaul.diff.digest.Digest;
import io.backhaul.diff.digest.DigestCodec;
import io.backhaul.diff.digest.DigestScan;
import io.backhaul.diff.digest.SignedDigest;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The digest of one sync's state, kept in a file so that the next comparison need not read state.
 * It says which version of the state table it is of, and is not used for any other, unless that
 * holds the same rows; nothing is lost with the file but the time to make it again.
 */
public final class StateDigests {

  /** Below this size on disk, state is compared sooner than its digest is read. */
  public static final long SMALL_STATE_BYTES = 16L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(StateDigests.class);

  private final FileSystem files;
  private final Path file;
  private final boolean readOnly;

  private StateDigests(FileSystem files, Path file, boolean readOnly) {
    this.files = files;
    this.file = file;
    this.readOnly = readOnly;
  }

  /** In a folder of the sync's own. */
  public StateDigests(FileSystem files, Path folder) {
    this(files, new Path(folder, "state"), false);
  }

  /** The same, for those who only look: it writes nothing. */
  public StateDigests readOnly() {
    return new StateDigests(files, file, true);
  }

  /**
   * The digest of state as it is now: kept, or else made and kept. Of each row it has the key and
   * the hash, and as label the mapping it was delivered under. Where a key that is held is never
   * sent again, its hash does not count.
   *
   * @param keys the types that keys are compared in
   */
  public SignedDigest of(SyncState state, StructType keys, Mode mode) {
    String basis = basis(state, keys, mode);
    Optional<DigestCodec.Kept> kept = current(state, basis);
    return kept.isPresent() ? kept.get().digest() : make(state, keys, mode, basis);
  }

  private Optional<DigestCodec.Kept> current(SyncState state, String basis) {
    return read(basis).filter(kept -> state.holdsTheRowsOf(kept.version()));
  }

  /** Makes the digest of a state that has just advanced, if it is large enough to be of use. */
  void refresh(SyncState state, Mode mode) {
    if (state.bytes() > SMALL_STATE_BYTES) {
      of(state, state.commonKeys(), mode);
    }
  }

  /**
   * What is kept of state as it is now, to be carried over what is going to be done to it.
   *
   * @param gone rows of state that will no longer be in it
   * @return empty if nothing is kept: it will have to be made anew
   */
  Optional<Move> move(SyncState state, StructType keys, Mode mode, Dataset<Row> gone) {
    String basis = basis(state, keys, mode);
    return readOnly
        ? Optional.empty()
        : current(state, basis)
            .map(DigestCodec.Kept::digest)
            .filter(before -> before.signatures() != null)
            .map(
                before ->
                    new Move(
                        before,
                        DigestScan.signed(hashed(gone, keys, mode), before.digest().bits()),
                        come -> hashed(come, keys, mode),
                        basis));
  }

  /** A digest on its way from one version of state to a later one. */
  final class Move {
    private final SignedDigest before;
    private final SignedDigest gone;
    private final UnaryOperator<Dataset<Row>> hashed;
    private final String basis;

    private Move(
        SignedDigest before, SignedDigest gone, UnaryOperator<Dataset<Row>> hashed, String basis) {
      this.before = before;
      this.gone = gone;
      this.hashed = hashed;
      this.basis = basis;
    }

    /**
     * Keeps the digest of what state has become; it is left to be made anew if that cannot be told.
     *
     * @param come rows that are in it now, with its columns
     * @param version that has exactly these differences from the one the move began with
     */
    void ended(Dataset<Row> come, long version) {
      before
          .moved(gone, DigestScan.signed(hashed.apply(come), before.digest().bits()))
          .ifPresent(after -> write(basis, new DigestCodec.Kept(version, after)));
    }
  }

  private SignedDigest make(SyncState state, StructType keys, Mode mode, String basis) {
    long version;
    Dataset<Row> rows;
    do {
      version = state.version();
      rows = state.read();
    } while (version != state.version()); // the rows are those of one known version
    long count = state.rows();
    Dataset<Row> hashed = hashed(rows, keys, mode);
    SignedDigest digest =
        SignedDigest.signs(count)
            ? DigestScan.signed(hashed, Digest.bits(count))
            : new SignedDigest(DigestScan.of(hashed, Digest.bits(count)), null);
    if (!readOnly) {
      write(basis, new DigestCodec.Kept(version, digest));
    }
    return digest;
  }

  private static Dataset<Row> hashed(Dataset<Row> rows, StructType keys, Mode mode) {
    return rows.select(
        keyHash(rows, keys),
        rowHash(mode),
        lit(null).cast(DataTypes.LongType),
        col("mapping_fingerprint"));
  }

  /**
   * The hash of the key of rows of state.
   *
   * @param keys the types that keys are compared in
   */
  public static Column keyHash(Dataset<Row> held, StructType keys) {
    return DigestScan.keyHash(
        Arrays.stream(keys.fields())
            .map(key -> held.col("`" + key.name() + "`").cast(key.dataType()))
            .toArray(Column[]::new));
  }

  /** What stands for a row's values, on either side of a comparison. */
  public static Column rowHash(Mode mode) {
    return onlyKeys(mode) ? lit(0L) : col("row_hash");
  }

  /** Whether a key that is held is never sent again, so that its values do not count. */
  public static boolean onlyKeys(Mode mode) {
    return switch (mode) {
      case UPSERT, UPDATE, MIRROR, DELETE -> false;
      case INSERT, APPEND -> true;
    };
  }

  private static String basis(SyncState state, StructType keys, Mode mode) {
    String of = onlyKeys(mode) ? " keys" : " rows";
    return state.tableId() + " " + keys.catalogString() + of;
  }

  private Optional<DigestCodec.Kept> read(String basis) {
    try (InputStream in = files.open(file)) {
      return DigestCodec.read(in, basis);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.warn("the digest in {} cannot be read; it is made anew", file, e);
      return Optional.empty();
    }
  }

  private void write(String basis, DigestCodec.Kept kept) {
    try (OutputStream out = new BufferedOutputStream(files.create(file, true), 1 << 16)) {
      DigestCodec.write(out, basis, kept);
    } catch (IOException e) {
      LOG.warn("the digest in {} cannot be kept; the next run makes it anew", file, e);
    }
  }
}
