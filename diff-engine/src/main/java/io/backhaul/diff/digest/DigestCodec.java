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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * A digest as bytes, with what it is valid for: a magic number, basis, version, labels, rows, sums,
 * and the CRC-32C of the sums. Whatever does not read as that, because it was cut or was written in
 * another way, is no digest.
 */
public final class DigestCodec {

  private static final int MAGIC = 0xB4D16E01;

  private DigestCodec() {}

  /**
   * A digest that was written.
   *
   * @param version of the table whose rows it is of
   */
  public record Kept(long version, Digest digest) {}

  /**
   * Writes a digest.
   *
   * @param basis which table it is of and how its rows were hashed, in words of the caller's
   */
  public static void write(OutputStream out, String basis, Kept kept) throws IOException {
    Digest digest = kept.digest();
    DataOutputStream data = new DataOutputStream(out);
    data.writeInt(MAGIC);
    data.writeUTF(basis);
    data.writeLong(kept.version());
    data.writeInt(digest.labels().size());
    for (String label : digest.labels()) {
      data.writeUTF(label);
    }
    data.writeLong(digest.rows());
    data.writeInt(digest.bits());
    ByteBuffer sums = ByteBuffer.allocate(digest.sums().length * Long.BYTES);
    sums.asLongBuffer().put(digest.sums());
    data.write(sums.array());
    data.writeInt(checksum(sums.array()));
    data.flush();
  }

  /** The digest that was written on this basis; empty if it was another one, or is damaged. */
  public static Optional<Kept> read(InputStream in, String basis) {
    try {
      DataInputStream data = new DataInputStream(in);
      if (data.readInt() != MAGIC || !data.readUTF().equals(basis)) {
        return Optional.empty();
      }
      long version = data.readLong();
      Set<String> labels = new TreeSet<>();
      for (int left = data.readInt(); left > 0; left--) {
        labels.add(data.readUTF());
      }
      long rows = data.readLong();
      int bits = data.readInt();
      if (bits < 0 || bits > Integer.SIZE - Long.BYTES) {
        return Optional.empty();
      }
      byte[] bytes = data.readNBytes((1 << bits) * Long.BYTES);
      if (data.readInt() != checksum(bytes)) {
        return Optional.empty();
      }
      long[] sums = new long[1 << bits];
      ByteBuffer.wrap(bytes).asLongBuffer().get(sums);
      return Optional.of(new Kept(version, new Digest(bits, sums, rows, labels)));
    } catch (IOException e) {
      return Optional.empty(); // cut short
    }
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
