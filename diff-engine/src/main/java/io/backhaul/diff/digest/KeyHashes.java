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
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/** Hashes of keys, few enough to go out with a task. Immutable. */
public final class KeyHashes implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Most keys that are asked for are not in it, as 128 KB say without a search. */
  private static final int BITS = 20;

  private final long[] sorted;
  private final BitSet starts = new BitSet(1 << BITS);

  /**
   * @param hashes in any order
   */
  public KeyHashes(long[] hashes) {
    sorted = hashes.clone();
    Arrays.sort(sorted);
    for (long hash : sorted) {
      starts.set(Digest.bucket(hash, BITS));
    }
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return sorted.length == 0;
  }

  boolean hold(long keyHash) {
    return starts.get(Digest.bucket(keyHash, BITS)) && Arrays.binarySearch(sorted, keyHash) >= 0;
  }

  /** Whether a key's hash is one of these. */
  public Column hold(Column keyHash) {
    return udf((UDF1<Long, Boolean>) this::hold, DataTypes.BooleanType).apply(keyHash);
  }
}
