/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.digest;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A digest as bytes, with what it is valid for: a magic number, basis, version, labels with their
 * rows, rows, sums, and signatures, if there are any; the CRC-32C is beside either. Whatever does
 * not read as that, because it was cut or was written in another way, is no digest.
 */
public final class DigestCodec {

  private static final int MAGIC = 0xB4D16E02;

  private DigestCodec() {}

  /**
   * A digest that was written.
   *
   * @param version of the table whose rows it is of
   */
  public record Kept(long version, SignedDigest digest) {}

  /**
   * Writes a digest.
   *
   * @param basis which table it is of and how its rows were hashed, in words of the caller's
   */
  public static void write(OutputStream out, String basis, Kept kept) throws IOException {
    Digest digest = kept.digest().digest();
    Signatures signatures = kept.digest().signatures();
    DataOutputStream data = new DataOutputStream(out);
    data.writeInt(MAGIC);
    data.writeUTF(basis);
    data.writeLong(kept.version());
    data.writeInt(digest.labels().size());
    for (Map.Entry<String, Long> label : digest.labelled().entrySet()) {
      data.writeUTF(label.getKey());
      data.writeLong(label.getValue());
    }
    data.writeLong(digest.rows());
    data.writeInt(digest.bits());
    byte[] sums = new byte[digest.sums().length * Long.BYTES];
    ByteBuffer.wrap(sums).asLongBuffer().put(digest.sums());
    write(data, sums);
    data.writeInt(signatures == null ? -1 : signatures.rows());
    if (signatures != null) {
      write(data, bytes(signatures.starts()));
      write(data, bytes(signatures.values()));
    }
    data.flush();
  }

  private static byte[] bytes(int[] values) {
    byte[] bytes = new byte[values.length * Integer.BYTES];
    ByteBuffer.wrap(bytes).asIntBuffer().put(values);
    return bytes;
  }

  private static void write(DataOutputStream data, byte[] bytes) throws IOException {
    data.write(bytes);
    data.writeInt(checksum(bytes));
  }

  /** The digest that was written on this basis; empty if it was another one, or is damaged. */
  public static Optional<Kept> read(InputStream in, String basis) {
    try {
      DataInputStream data = new DataInputStream(in);
      if (data.readInt() != MAGIC || !data.readUTF().equals(basis)) {
        return Optional.empty();
      }
      long version = data.readLong();
      Map<String, Long> labels = new TreeMap<>();
      for (int left = data.readInt(); left > 0; left--) {
        labels.put(data.readUTF(), data.readLong());
      }
      long rows = data.readLong();
      int bits = data.readInt();
      if (bits < 0 || bits > Integer.SIZE - Long.BYTES) {
        return Optional.empty();
      }
      long[] sums = new long[1 << bits];
      bytes(data, sums.length * Long.BYTES).asLongBuffer().get(sums);
      Digest digest = new Digest(bits, sums, rows, labels);
      return Optional.of(new Kept(version, new SignedDigest(digest, signatures(data, digest))));
    } catch (IOException e) {
      return Optional.empty(); // cut short or damaged
    }
  }

  private static Signatures signatures(DataInputStream data, Digest digest) throws IOException {
    int rows = data.readInt();
    if (rows < 0) {
      return null;
    }
    if (rows != digest.rows()) {
      throw new IOException("damaged");
    }
    return new Signatures(digest.bits(), ints(data, digest.sums().length + 1), ints(data, rows));
  }

  private static int[] ints(DataInputStream data, int count) throws IOException {
    int[] values = new int[count];
    bytes(data, count * Integer.BYTES).asIntBuffer().get(values);
    return values;
  }

  private static ByteBuffer bytes(DataInputStream data, int length) throws IOException {
    byte[] bytes = data.readNBytes(length);
    if (data.readInt() != checksum(bytes)) {
      throw new IOException("damaged");
    }
    return ByteBuffer.wrap(bytes);
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
