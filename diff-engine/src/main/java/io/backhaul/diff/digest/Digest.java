/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.digest;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a set of rows comes to: each row has a bucket, by the hash of its key, and each bucket the
 * sum of what its rows' keys and hashes mix to. The order of rows does not matter, how often one
 * occurs does. Two digests of different rows agree in a bucket with a chance of 2^-64.
 *
 * <p>Memory is eight bytes a bucket. Not thread-safe.
 */
public final class Digest implements Serializable {

  private static final long serialVersionUID = 1L;

  /** So many different labels are told apart; with more, all that is known is that they differ. */
  private static final int MOST_LABELS = 16;

  private static final int FEWEST_BITS = 8;
  private static final int MOST_BITS = 20;
  private static final int ROWS_OF_A_BUCKET = 4;

  private final int bits;
  private final long[] sums;
  private final TreeMap<String, Long> labels = new TreeMap<>();
  private long rows;
  private long latestMicros = Long.MIN_VALUE;

  /**
   * A digest of no rows.
   *
   * @param bits the logarithm of how many buckets it has
   */
  public Digest(int bits) {
    this.bits = bits;
    this.sums = new long[1 << bits];
  }

  /** As it was written. */
  Digest(int bits, long[] sums, long rows, Map<String, Long> labels) {
    this.bits = bits;
    this.sums = sums;
    this.rows = rows;
    this.labels.putAll(labels);
  }

  /**
   * How many bits a digest of so many rows should have: a few rows a bucket, so that one that
   * changed makes few others suspect, up to a million buckets, so that a task holds 8 MB.
   */
  public static int bits(long rows) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, rows / ROWS_OF_A_BUCKET));
    return Math.max(FEWEST_BITS, Math.min(MOST_BITS, bits));
  }

  /** Adds one row. */
  void add(long keyHash, long rowHash) {
    sums[bucket(keyHash, bits)] += mark(keyHash, rowHash);
    rows++;
  }

  /** The bucket of a row, of {@code 2^bits}. */
  static int bucket(long keyHash, int bits) {
    return (int) (keyHash >>> (Long.SIZE - bits));
  }

  /** What a row adds to the sum of its bucket. */
  static long mark(long keyHash, long rowHash) {
    return mixed(keyHash ^ mixed(rowHash));
  }

  /** Notes when a row changed, in microseconds since 1970. */
  void changedAt(long micros) {
    latestMicros = Math.max(latestMicros, micros);
  }

  /** Notes what so many rows are marked with. */
  void label(String label, long rows) {
    if (labels.size() < MOST_LABELS || labels.containsKey(label)) {
      labels.merge(label, rows, Long::sum);
    }
  }

  /** Adds the rows of another digest, which has as many buckets, to this one, and returns it. */
  Digest with(Digest other) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += other.sums[i];
    }
    rows += other.rows;
    latestMicros = Math.max(latestMicros, other.latestMicros);
    other.labels.forEach(this::label);
    return this;
  }

  /**
   * This digest without some of its rows.
   *
   * @return empty if that cannot be told: with very many labels, or if these were not its rows
   */
  Optional<Digest> without(Digest gone) {
    TreeMap<String, Long> left = new TreeMap<>(labels);
    gone.labels.forEach((label, count) -> left.merge(label, -count, Long::sum));
    left.values().removeIf(count -> count == 0);
    if (labels.size() >= MOST_LABELS
        || gone.rows > rows
        || left.values().stream().anyMatch(count -> count < 0)) {
      return Optional.empty();
    }
    long[] rest = sums.clone();
    for (int i = 0; i < rest.length; i++) {
      rest[i] -= gone.sums[i];
    }
    return Optional.of(new Digest(bits, rest, rows - gone.rows, left));
  }

  /** The buckets in which the two differ. */
  public Buckets differing(Digest other) {
    if (other.bits != bits) {
      throw new IllegalArgumentException(
          "digests of 2^" + bits + " and 2^" + other.bits + " buckets cannot be compared");
    }
    BitSet differing = new BitSet(sums.length);
    for (int i = 0; i < sums.length; i++) {
      if (sums[i] != other.sums[i]) {
        differing.set(i);
      }
    }
    return new Buckets(bits, differing);
  }

  /** The sum of all buckets. */
  long total() {
    return Arrays.stream(sums).sum();
  }

  /** The logarithm of how many buckets it has. */
  public int bits() {
    return bits;
  }

  /** How many rows it is of. */
  public long rows() {
    return rows;
  }

  /** When the latest of the rows changed, in microseconds since 1970; Long.MIN_VALUE if unknown. */
  public long latestMicros() {
    return latestMicros;
  }

  /** What its rows are marked with; of very many marks only some. */
  public Set<String> labels() {
    return Set.copyOf(labels.keySet());
  }

  /** How many rows each of {@link #labels} is on. */
  Map<String, Long> labelled() {
    return Map.copyOf(labels);
  }

  long[] sums() {
    return sums;
  }

  /** The last step of MurmurHash3: every bit of the input moves every bit of the result. */
  private static long mixed(long value) {
    long mixed = value;
    mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
