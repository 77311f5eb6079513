/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A frame's body while it is written or read, as bytes in one array: nothing is locked, and nothing
 * is copied but texts. Lengths take one byte where they are short. Not thread-safe.
 */
final class FrameBytes {

  private static final int SEVEN_BITS = 0x7F;

  private byte[] bytes;
  private int at;

  private FrameBytes(byte[] bytes, int at) {
    this.bytes = bytes;
    this.at = at;
  }

  /** A body to be written, behind {@code reserved} bytes that are left for its header. */
  static FrameBytes toWrite(int reserved) {
    return new FrameBytes(new byte[1024], reserved);
  }

  /** A body to be read. */
  static FrameBytes of(byte[] body) {
    return new FrameBytes(body, 0);
  }

  /** What was written, with the reserved bytes in front. */
  byte[] written() {
    return Arrays.copyOf(bytes, at);
  }

  void put(int octet) {
    room(1);
    bytes[at++] = (byte) octet;
  }

  /** A number of any size, in as few bytes as it takes. */
  void putNumber(long number) {
    long rest = number;
    while ((rest & ~SEVEN_BITS) != 0) {
      put((int) (rest & SEVEN_BITS) | 0x80);
      rest >>>= 7;
    }
    put((int) rest);
  }

  /** A number of which any bit is as likely as another. */
  void putHash(long hash) {
    room(Long.BYTES);
    ByteBuffer.wrap(bytes, at, Long.BYTES).putLong(hash);
    at += Long.BYTES;
  }

  void putText(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    putNumber(encoded.length);
    room(encoded.length);
    System.arraycopy(encoded, 0, bytes, at, encoded.length);
    at += encoded.length;
  }

  private void room(int more) {
    if (at + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, at + more));
    }
  }

  int get() throws IOException {
    if (at == bytes.length) {
      throw tooShort();
    }
    return bytes[at++] & 0xFF;
  }

  long getNumber() throws IOException {
    long number = 0;
    for (int shift = 0; ; shift += 7) {
      int octet = get();
      number |= (long) (octet & SEVEN_BITS) << shift;
      if (octet <= SEVEN_BITS) {
        return number;
      }
    }
  }

  /** A number that counts something. */
  int getCount() throws IOException {
    return (int) getNumber();
  }

  long getHash() throws IOException {
    if (bytes.length - at < Long.BYTES) {
      throw tooShort();
    }
    long hash = ByteBuffer.wrap(bytes, at, Long.BYTES).getLong();
    at += Long.BYTES;
    return hash;
  }

  String getText() throws IOException {
    int length = getCount();
    if (length < 0 || length > bytes.length - at) {
      throw tooShort();
    }
    String text = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  private static IOException tooShort() {
    return new IOException("the journal holds a frame that ends before its last value");
  }
}
