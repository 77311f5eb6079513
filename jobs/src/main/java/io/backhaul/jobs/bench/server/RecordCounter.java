/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench.server;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Counts the records of bodies such as {@code {"object":…,"op":…,"records":[{"key":{…},…},…]}} by
 * looking at every byte. A record begins where <code>{"key":{</code> stands, which no text inside
 * of one can: its quotes would be escaped. Not thread-safe.
 */
public final class RecordCounter {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long BEGINNING =
      (long) LONGS.get("{\"key\":{".getBytes(StandardCharsets.US_ASCII), 0);

  private static final int BEGINNING_LENGTH = Long.BYTES;

  /** What follows the last record. */
  private static final int END_LENGTH = "]}".length();

  private final CRC32C crc = new CRC32C();
  private long requests;
  private long records;
  private long checksum;

  /** Counts a body's records. */
  public RecordCounter body(byte[] bytes) {
    return body(bytes, 0, bytes.length);
  }

  RecordCounter body(byte[] bytes, int from, int to) {
    int record = -1;
    for (int i = from; i <= to - BEGINNING_LENGTH; i++) {
      if (bytes[i] == '{' && (long) LONGS.get(bytes, i) == BEGINNING) {
        if (record >= 0) {
          record(bytes, record, i - 1);
        }
        record = i;
        i += BEGINNING_LENGTH - 1;
      }
    }
    if (record >= 0) {
      record(bytes, record, to - END_LENGTH);
      requests++;
    }
    return this;
  }

  private void record(byte[] bytes, int from, int to) {
    crc.reset();
    crc.update(bytes, from, to - from);
    checksum += crc.getValue();
    records++;
  }

  /** What was counted so far. */
  public Counts counts() {
    return new Counts(requests, records, checksum);
  }
}
