/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.digest;

import static org.apache.spark.sql.functions.udf;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataTypes;

/**
 * Which known rows must be looked at: those that were not seen in a snapshot, and those that share
 * the key of a row that is news there. Executors get them once, until {@link #close}.
 */
public final class Suspects implements AutoCloseable {

  private final Members members;
  private final Broadcast<Members> told;

  /**
   * @param unseen rows, as {@link Signatures.Table#untaken} has them
   */
  Suspects(JavaSparkContext spark, int bits, long[] unseen, KeyHashes news) {
    members = new Members(bits, unseen, news);
    told = spark.broadcast(members);
  }

  /** Whether there is no such row. */
  public boolean areNone() {
    return members.unseen.length == 0 && members.news.isEmpty();
  }

  /** Whether a row is one of these. */
  public Column hold(Column keyHash, Column rowHash) {
    Broadcast<Members> told = this.told;
    UDF2<Long, Long, Boolean> hold = (key, row) -> told.value().hold(key, row);
    return udf(hold, DataTypes.BooleanType).apply(keyHash, rowHash);
  }

  /**
   * What these rows come to, that {@link #hold} picked.
   *
   * @param rows key and hash
   */
  Found found(Dataset<Row> rows) {
    Broadcast<Members> told = this.told;
    return OnePass.over(rows, part -> told.value().found(part), Found::with);
  }

  /**
   * Some suspects.
   *
   * @param unseen the sum of {@link Digest#mark} over the rows that were not seen
   * @param others how many rows only share a key with news
   */
  record Found(long unseen, long others) implements Serializable {
    Found with(Found more) {
      return new Found(unseen + more.unseen, others + more.others);
    }
  }

  @Override
  public void close() {
    told.destroy();
  }

  /** What a task asks. */
  private static final class Members implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int bits;
    private final BitSet buckets;
    private final long[] unseen;
    private final KeyHashes news;

    Members(int bits, long[] unseen, KeyHashes news) {
      this.bits = bits;
      this.unseen = unseen;
      this.news = news;
      this.buckets = new BitSet(1 << bits);
      for (long row : unseen) {
        buckets.set((int) (row >>> Integer.SIZE));
      }
    }

    boolean unseen(long keyHash, long rowHash) {
      int bucket = Digest.bucket(keyHash, bits);
      return buckets.get(bucket)
          && Arrays.binarySearch(
                  unseen, Signatures.packed(bucket, Signatures.of(Digest.mark(keyHash, rowHash))))
              >= 0;
    }

    Found found(Iterator<InternalRow> rows) {
      long sum = 0;
      long others = 0;
      while (rows.hasNext()) {
        InternalRow row = rows.next();
        if (unseen(row.getLong(0), row.getLong(1))) {
          sum += Digest.mark(row.getLong(0), row.getLong(1));
        } else {
          others++;
        }
      }
      return new Found(sum, others);
    }

    boolean hold(long keyHash, long rowHash) {
      return unseen(keyHash, rowHash) || news.hold(keyHash);
    }
  }
}
