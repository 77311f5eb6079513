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
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;
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
  public Digest of(SyncState state, StructType keys, Mode mode) {
    String basis = basis(state, keys, mode);
    Optional<DigestCodec.Kept> kept = read(basis);
    if (kept.isPresent() && state.holdsTheRowsOf(kept.get().version())) {
      return kept.get().digest();
    }
    return make(state, keys, mode, basis);
  }

  /** Makes the digest of a state that has just advanced, if it is large enough to be of use. */
  public void refresh(SyncState state, Mode mode) {
    if (state.bytes() > SMALL_STATE_BYTES) {
      of(state, state.commonKeys(), mode);
    }
  }

  private Digest make(SyncState state, StructType keys, Mode mode, String basis) {
    long version;
    Dataset<Row> rows;
    do {
      version = state.version();
      rows = state.read();
    } while (version != state.version()); // the rows are those of one known version
    Column[] key =
        Arrays.stream(keys.fields())
            .map(field -> col("`" + field.name() + "`").cast(field.dataType()))
            .toArray(Column[]::new);
    Digest digest =
        DigestScan.of(
            rows.select(
                DigestScan.keyHash(key),
                rowHash(mode),
                lit(null).cast(DataTypes.LongType),
                col("mapping_fingerprint")),
            Digest.bits(state.rows()));
    if (!readOnly) {
      write(basis, new DigestCodec.Kept(version, digest));
    }
    return digest;
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
