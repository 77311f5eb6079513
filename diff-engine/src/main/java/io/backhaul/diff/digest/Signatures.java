/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.digest;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/**
 * Of each row of a digest 32 bits, side by side with those of its bucket: enough to tell a row that
 * is known from one that is not, but for one in so many; {@link Digest}, which has all 64 bits of
 * each row in its sums, tells when that happened.
 *
 * <p>Memory is four bytes a row and four a bucket. Immutable.
 */
public final class Signatures implements Serializable {

  private static final long serialVersionUID = 1L;

  private final int bits;
  private final int[] starts;
  private final int[] values;

  /**
   * @param bits the logarithm of how many buckets there are
   * @param starts of each bucket, and the end of the last
   * @param values by bucket
   */
  Signatures(int bits, int[] starts, int[] values) {
    this.bits = bits;
    this.starts = starts;
    this.values = values;
  }

  /** The logarithm of how many buckets there are. */
  int bits() {
    return bits;
  }

  /** How many rows these are of. */
  public int rows() {
    return values.length;
  }

  int[] starts() {
    return starts;
  }

  int[] values() {
    return values;
  }

  static int of(long mark) {
    return (int) mark;
  }

  /**
   * Looks for a row among those of its bucket that are not taken, and takes it.
   *
   * @return whether it was there
   */
  boolean take(int bucket, int signature, Taken taken) {
    int end = starts[bucket + 1];
    for (int place = starts[bucket]; place < end; place++) {
      if (values[place] == signature && taken.take(place)) {
        return true;
      }
    }
    return false;
  }

  /** Which of them are taken, none at first: a bit each. Not thread-safe. */
  static final class Taken implements Serializable {
    private static final long serialVersionUID = 1L;

    private final long[] words;

    Taken(Signatures of) {
      words = new long[(of.rows() + Long.SIZE - 1) / Long.SIZE];
    }

    private boolean take(int place) {
      long bit = 1L << place;
      boolean free = (words[place / Long.SIZE] & bit) == 0;
      words[place / Long.SIZE] |= bit;
      return free;
    }

    void or(Taken others) {
      for (int i = 0; i < words.length; i++) {
        words[i] |= others.words[i];
      }
    }

    BitSet bits() {
      return BitSet.valueOf(words);
    }
  }

  /** The bucket and signature of all that are not taken, as {@link #packed}, in order. */
  long[] untaken(Taken some) {
    BitSet taken = some.bits();
    long[] found = new long[values.length - taken.cardinality()];
    int count = 0;
    int bucket = 0;
    for (int place = taken.nextClearBit(0);
        place < values.length;
        place = taken.nextClearBit(place + 1)) {
      while (place >= starts[bucket + 1]) {
        bucket++;
      }
      found[count++] = packed(bucket, values[place]);
    }
    Arrays.sort(found);
    return found;
  }

  static long packed(int bucket, int signature) {
    return ((long) bucket << Integer.SIZE) | (signature & 0xffffffffL);
  }

  /** These and others. */
  Signatures with(Signatures others) {
    int[] both = new int[starts.length];
    int[] all = new int[values.length + others.values.length];
    for (int bucket = 0; bucket < starts.length - 1; bucket++) {
      int own = starts[bucket + 1] - starts[bucket];
      int foreign = others.starts[bucket + 1] - others.starts[bucket];
      System.arraycopy(values, starts[bucket], all, both[bucket], own);
      System.arraycopy(others.values, others.starts[bucket], all, both[bucket] + own, foreign);
      both[bucket + 1] = both[bucket] + own + foreign;
    }
    return new Signatures(bits, both, all);
  }

  /**
   * These without some.
   *
   * @return empty if these are not among them
   */
  Optional<Signatures> without(Signatures gone) {
    Taken going = new Taken(this);
    for (int bucket = 0; bucket < starts.length - 1; bucket++) {
      for (int i = gone.starts[bucket]; i < gone.starts[bucket + 1]; i++) {
        if (!take(bucket, gone.values[i], going)) {
          return Optional.empty();
        }
      }
    }
    BitSet taken = going.bits();
    int[] ends = new int[starts.length];
    int[] left = new int[values.length - gone.values.length];
    int count = 0;
    for (int bucket = 0; bucket < starts.length - 1; bucket++) {
      for (int place = starts[bucket]; place < starts[bucket + 1]; place++) {
        if (!taken.get(place)) {
          left[count++] = values[place];
        }
      }
      ends[bucket + 1] = count;
    }
    return Optional.of(new Signatures(bits, ends, left));
  }

  /** Gathers rows in any order. Not thread-safe. */
  static final class Builder {

    private static final int FEW = 1024;

    private final int bits;
    private int[] buckets = new int[FEW];
    private int[] signatures = new int[FEW];
    private int rows;

    Builder(int bits) {
      this.bits = bits;
    }

    void add(long keyHash, long rowHash) {
      if (rows == buckets.length) {
        buckets = Arrays.copyOf(buckets, rows + (rows >> 1));
        signatures = Arrays.copyOf(signatures, rows + (rows >> 1));
      }
      buckets[rows] = Digest.bucket(keyHash, bits);
      signatures[rows++] = of(Digest.mark(keyHash, rowHash));
    }

    Signatures build() {
      int[] starts = new int[(1 << bits) + 1];
      for (int i = 0; i < rows; i++) {
        starts[buckets[i] + 1]++;
      }
      for (int bucket = 1; bucket < starts.length; bucket++) {
        starts[bucket] += starts[bucket - 1];
      }
      int[] next = starts.clone();
      int[] values = new int[rows];
      for (int i = 0; i < rows; i++) {
        values[next[buckets[i]]++] = signatures[i];
      }
      return new Signatures(bits, starts, values);
    }
  }
}
