/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.digest;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Optional;

/**
 * Of each row of a digest 32 bits, side by side with those of its bucket: enough to tell a row that
 * is known from one that is not, but for one in so many; {@link Digest}, which has all 64 bits of
 * each row in its sums, tells when that happened.
 *
 * <p>Memory is four bytes a row and four a bucket, and some seven bytes a row more where rows are
 * looked up. Immutable.
 */
public final class Signatures implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Where there is no row. */
  private static final int NONE = 0;

  private final int bits;
  private final int[] starts;
  private final int[] values;
  private transient volatile Table table;

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

  /** Never {@link #NONE}. */
  static int of(long mark) {
    return (int) mark == NONE ? 1 : (int) mark;
  }

  /** The same in the form in which rows are looked up, made once in each JVM. */
  Table table() {
    Table known = table;
    if (known == null) {
      synchronized (this) {
        if (table == null) {
          table = new Table(this);
        }
        known = table;
      }
    }
    return known;
  }

  /**
   * Each bucket in so many places of its own that most have room: a look-up then goes to one place
   * in memory, and what it costs is the way there. What has no room stays where it is. Immutable.
   */
  static final class Table {
    private static final int LINE = 4;

    private final Signatures all;
    private final int width;
    private final int[] places;

    private Table(Signatures all) {
      this.all = all;
      int buckets = all.starts.length - 1;
      double usual = (double) all.values.length / buckets;
      int wanted = (int) Math.ceil(usual + 2 * Math.sqrt(usual));
      width = Math.max(LINE, (wanted + LINE - 1) / LINE * LINE);
      places = new int[Math.multiplyExact(buckets, width)];
      for (int bucket = 0; bucket < buckets; bucket++) {
        int start = all.starts[bucket];
        int count = Math.min(width, all.starts[bucket + 1] - start);
        System.arraycopy(all.values, start, places, bucket * width, count);
      }
    }

    /**
     * Looks for a row among those of its bucket that are not taken, and takes it.
     *
     * @return whether it was there
     */
    boolean take(int bucket, int signature, Taken taken) {
      int first = bucket * width;
      for (int place = first; place < first + width; place++) {
        int here = places[place];
        if (here == signature && Taken.take(taken.places, place)) {
          return true;
        }
        if (here == NONE) {
          return false;
        }
      }
      for (int i = all.starts[bucket] + width; i < all.starts[bucket + 1]; i++) {
        if (all.values[i] == signature && Taken.take(taken.others, i)) {
          return true;
        }
      }
      return false;
    }

    /** The bucket and signature of all that are not taken, as {@link #packed}, in order. */
    long[] untaken(Taken taken) {
      long[] found = new long[all.values.length];
      int count = 0;
      for (int bucket = 0; bucket < all.starts.length - 1; bucket++) {
        for (int i = all.starts[bucket]; i < all.starts[bucket + 1]; i++) {
          int nth = i - all.starts[bucket];
          boolean free =
              nth < width
                  ? Taken.free(taken.places, bucket * width + nth)
                  : Taken.free(taken.others, i);
          if (free) {
            found[count++] = packed(bucket, all.values[i]);
          }
        }
      }
      long[] untaken = Arrays.copyOf(found, count);
      Arrays.sort(untaken);
      return untaken;
    }
  }

  /** Which rows of a {@link Table} are taken, none at first: a bit each. Not thread-safe. */
  static final class Taken implements Serializable {
    private static final long serialVersionUID = 1L;

    private final long[] places;
    private final long[] others;

    Taken(Table of) {
      places = new long[of.places.length / Long.SIZE + 1];
      others = new long[of.all.values.length / Long.SIZE + 1];
    }

    private static boolean free(long[] bits, int bit) {
      return (bits[bit / Long.SIZE] & 1L << bit) == 0;
    }

    private static boolean take(long[] bits, int bit) {
      boolean free = free(bits, bit);
      bits[bit / Long.SIZE] |= 1L << bit;
      return free;
    }

    void or(Taken more) {
      for (int i = 0; i < places.length; i++) {
        places[i] |= more.places[i];
      }
      for (int i = 0; i < others.length; i++) {
        others[i] |= more.others[i];
      }
    }
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
    Table rows = new Table(this);
    Taken going = new Taken(rows);
    for (int bucket = 0; bucket < starts.length - 1; bucket++) {
      for (int i = gone.starts[bucket]; i < gone.starts[bucket + 1]; i++) {
        if (!rows.take(bucket, gone.values[i], going)) {
          return Optional.empty();
        }
      }
    }
    long[] left = rows.untaken(going);
    int[] rest = new int[left.length];
    int[] ends = new int[starts.length];
    for (int i = 0; i < left.length; i++) {
      rest[i] = (int) left[i];
      ends[(int) (left[i] >>> Integer.SIZE) + 1] = i + 1;
    }
    for (int bucket = 1; bucket < ends.length; bucket++) {
      ends[bucket] = Math.max(ends[bucket], ends[bucket - 1]);
    }
    return Optional.of(new Signatures(bits, ends, rest));
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
