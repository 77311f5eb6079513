/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.digest;

import static org.apache.spark.sql.functions.udf;

import java.io.Serializable;
import java.util.BitSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/** Some of a digest's buckets. Immutable. */
public final class Buckets implements Serializable {

  private static final long serialVersionUID = 1L;

  private final int bits;
  private final BitSet members;

  /**
   * @param bits the logarithm of how many buckets there are in all
   * @param members not changed by anyone any more
   */
  Buckets(int bits, BitSet members) {
    this.bits = bits;
    this.members = members;
  }

  /** Whether these are none. */
  public boolean isEmpty() {
    return members.isEmpty();
  }

  /** How many of all buckets these are, from 0 to 1. */
  public double share() {
    return members.cardinality() / (double) (1 << bits);
  }

  /** Whether a row is in one of these. */
  public boolean hold(long keyHash) {
    return members.get((int) (keyHash >>> (Long.SIZE - bits)));
  }

  /** Whether a row is in one of these, as Spark asks it. */
  public Column hold(Column keyHash) {
    return udf((UDF1<Long, Boolean>) this::hold, DataTypes.BooleanType).apply(keyHash);
  }
}
