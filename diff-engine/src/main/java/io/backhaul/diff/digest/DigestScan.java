/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.digest;

import static org.apache.spark.sql.functions.xxhash64;

import java.util.Iterator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** Makes digests: one pass over the rows, which go nowhere; only digests travel. */
public final class DigestScan {

  /** What a row is asked for, in this order. */
  public static final StructType COLUMNS =
      new StructType(
          new StructField[] {
            DataTypes.createStructField("key_hash", DataTypes.LongType, false),
            DataTypes.createStructField("row_hash", DataTypes.LongType, false),
            DataTypes.createStructField("micros", DataTypes.LongType, true),
            DataTypes.createStructField("label", DataTypes.StringType, true)
          });

  private DigestScan() {}

  /** The hash that gives a row its bucket; keys that are compared must have the same types. */
  public static Column keyHash(Column... keys) {
    return xxhash64(keys);
  }

  /**
   * Reads the rows and makes their digest.
   *
   * @param rows with the types of {@link #COLUMNS}
   * @param bits see {@link Digest#bits(long)}
   */
  public static Digest of(Dataset<Row> rows, int bits) {
    return OnePass.over(rows, part -> of(part, bits, null), Digest::with);
  }

  /** As {@link #of(Dataset, int)}, with the signature of each row. */
  public static SignedDigest signed(Dataset<Row> rows, int bits) {
    return OnePass.over(rows, part -> signed(part, bits), SignedDigest::with);
  }

  private static SignedDigest signed(Iterator<InternalRow> rows, int bits) {
    Signatures.Builder signatures = new Signatures.Builder(bits);
    Digest digest = of(rows, bits, signatures);
    return new SignedDigest(digest, signatures.build());
  }

  private static Digest of(Iterator<InternalRow> rows, int bits, Signatures.Builder signatures) {
    Digest digest = new Digest(bits);
    UTF8String last = null;
    long alike = 0;
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      digest.add(row.getLong(0), row.getLong(1));
      if (signatures != null) {
        signatures.add(row.getLong(0), row.getLong(1));
      }
      if (!row.isNullAt(2)) {
        digest.changedAt(row.getLong(2));
      }
      if (!row.isNullAt(3)) {
        if (!row.getUTF8String(3).equals(last)) {
          label(digest, last, alike);
          last = row.getUTF8String(3).copy(); // rows share their memory
          alike = 0;
        }
        alike++;
      }
    }
    label(digest, last, alike);
    return digest;
  }

  private static void label(Digest digest, UTF8String label, long rows) {
    if (label != null) {
      digest.label(label.toString(), rows);
    }
  }
}
