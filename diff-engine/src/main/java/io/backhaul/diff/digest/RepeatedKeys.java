/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.digest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import java.io.Serializable;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataTypes;
import scala.math.BigInt;

/**
 * Which keys occur more than once, found without sending rows anywhere: one pass over the keys sets
 * a bit for each, and a second one counts those whose bit was set already, which are few. It takes
 * a source that gives the same rows twice. Immutable.
 */
public final class RepeatedKeys implements Serializable {

  private static final long serialVersionUID = 1L;

  /** 16 MB: of 5 million keys one in 27 shares its bit with another. */
  private static final int MOST_BITS = 27;

  private static final int FEWEST_BITS = 16;

  /** Half a megabyte goes out with the tasks of the second pass, which may count too much. */
  private static final int MOST_TOLD_BITS = 22;

  private final Set<Long> keyHashes;

  private RepeatedKeys(Set<Long> keyHashes) {
    this.keyHashes = keyHashes;
  }

  /**
   * Looks for them.
   *
   * @param keyHashes one column {@code key_hash} of {@link DigestScan#keyHash}
   * @param most if there are more of them, they are not to be kept in memory
   * @return empty if there are more
   */
  public static Optional<RepeatedKeys> find(Dataset<Row> keyHashes, int most) {
    int bits = bits(keyHashes);
    int toldBits = Math.min(bits, MOST_TOLD_BITS);
    BitSet told = new BitSet(1 << toldBits);
    OnePass.over(keyHashes, rows -> seen(rows, bits), Bits::with).repeated.stream()
        .forEach(bit -> told.set(bit >>> (bits - toldBits)));
    if (told.isEmpty()) {
      return Optional.of(new RepeatedKeys(Set.of()));
    }
    Column suspect =
        udf((UDF1<Long, Boolean>) key -> told.get(bit(key, toldBits)), DataTypes.BooleanType)
            .apply(col("key_hash"));
    List<Row> found =
        keyHashes
            .where(suspect)
            .groupBy("key_hash")
            .agg(count(lit(1)).as("rows"))
            .where("rows > 1")
            .select("key_hash")
            .takeAsList(most + 1);
    if (found.size() > most) {
      return Optional.empty();
    }
    Set<Long> hashes = new HashSet<>();
    found.forEach(row -> hashes.add(row.getLong(0)));
    return Optional.of(new RepeatedKeys(hashes));
  }

  /** Whether every key occurs once. */
  public boolean isEmpty() {
    return keyHashes.isEmpty();
  }

  /** Whether a key is one of these; of very few others that is said too. */
  public Column hold(Column keyHash) {
    return udf((UDF1<Long, Boolean>) keyHashes::contains, DataTypes.BooleanType).apply(keyHash);
  }

  /** As many bits as the source has on disk, so that a small one does not cost 16 MB a task. */
  private static int bits(Dataset<Row> keyHashes) {
    long bytes = 0;
    var leaves = keyHashes.queryExecution().optimizedPlan().collectLeaves().iterator();
    while (leaves.hasNext()) {
      bytes += leaves.next().stats().sizeInBytes().min(BigInt.apply(1L << MOST_BITS)).toLong();
    }
    int wanted = Long.SIZE - Long.numberOfLeadingZeros(bytes * Byte.SIZE);
    return Math.max(FEWEST_BITS, Math.min(MOST_BITS, wanted));
  }

  private static Bits seen(Iterator<InternalRow> rows, int bits) {
    Bits seen = new Bits(bits);
    while (rows.hasNext()) {
      seen.add(bit(rows.next().getLong(0), bits));
    }
    return seen;
  }

  private static int bit(long keyHash, int bits) {
    return (int) (keyHash >>> (Long.SIZE - bits));
  }

  /** The bits of keys that were seen, and of those that may have been seen before. */
  private static final class Bits implements Serializable {
    private static final long serialVersionUID = 1L;

    private final BitSet seen;
    private final BitSet repeated = new BitSet();

    Bits(int bits) {
      seen = new BitSet(1 << bits);
    }

    void add(int bit) {
      if (seen.get(bit)) {
        repeated.set(bit);
      } else {
        seen.set(bit);
      }
    }

    Bits with(Bits other) {
      repeated.or(other.repeated);
      BitSet both = (BitSet) seen.clone();
      both.and(other.seen);
      repeated.or(both);
      seen.or(other.seen);
      return this;
    }
  }
}
