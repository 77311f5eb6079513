/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.digest;

import static org.apache.spark.sql.functions.udf;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;

/**
 * Which known rows must be looked at: those that were not seen in a snapshot, and those that share
 * the key of a row that is news there. Immutable.
 */
public final class Suspects implements Serializable {

  private static final long serialVersionUID = 1L;

  private final int bits;
  private final BitSet buckets;
  private final long[] unseen;
  private final KeyHashes news;

  /**
   * @param unseen rows, as {@link Signatures#untaken} has them
   */
  Suspects(int bits, long[] unseen, KeyHashes news) {
    this.bits = bits;
    this.unseen = unseen;
    this.news = news;
    this.buckets = new BitSet(1 << bits);
    for (long row : unseen) {
      buckets.set((int) (row >>> Integer.SIZE));
    }
  }

  /** Whether there is no such row. */
  public boolean areNone() {
    return unseen.length == 0 && news.isEmpty();
  }

  boolean unseen(long keyHash, long rowHash) {
    int bucket = Digest.bucket(keyHash, bits);
    return buckets.get(bucket)
        && Arrays.binarySearch(
                unseen,
                Signatures.packed(bucket, Signatures.of(Digest.mark(keyHash, rowHash))))
            >= 0;
  }

  /** Whether a row is one of these. */
  public Column hold(Column keyHash, Column rowHash) {
    UDF2<Long, Long, Boolean> hold = (key, row) -> unseen(key, row) || news.hold(key);
    return udf(hold, DataTypes.BooleanType).apply(keyHash, rowHash);
  }

  /** Whether a row was not seen; not, if it only shares a key. */
  public Column unseen(Column keyHash, Column rowHash) {
    return udf((UDF2<Long, Long, Boolean>) this::unseen, DataTypes.BooleanType)
        .apply(keyHash, rowHash);
  }
}
