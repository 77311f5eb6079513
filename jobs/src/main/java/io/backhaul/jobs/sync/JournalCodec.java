/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import io.backhaul.destination.JobHandle;
import io.backhaul.destination.Op;
import io.backhaul.destination.send.BatchOutcome;
import io.backhaul.destination.send.Outcome;
import io.backhaul.destination.send.RecordOutcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The journal's bytes: a frame is its length (4 bytes), the CRC-32C of its body (4 bytes) and its
 * body. A file that was cut anywhere reads as the frames that were whole; a body whose checksum is
 * wrong ends the file there, because nothing behind it can be trusted.
 */
final class JournalCodec {

  private static final int FRAME_HEADER_BYTES = 8;
  private static final int LONGEST_FRAME_BYTES = 256 << 20;

  private JournalCodec() {}

  /** How the reading of one file ended. */
  enum Tail {
    /** With its last frame. */
    WHOLE,
    /** In the middle of a frame, as a kill leaves it. */
    TORN,
    /** At a frame whose bytes are not those that were written. */
    CORRUPT
  }

  static byte[] encode(JournalFrame frame) {
    ByteArrayOutputStream body = new ByteArrayOutputStream(512);
    try (DataOutputStream out = new DataOutputStream(body)) {
      if (frame instanceof JournalFrame.Intent intent) {
        out.writeByte('I');
        writeText(out, intent.batchId());
        writeText(out, intent.op().wireName());
        out.writeInt(intent.keys().size());
        for (int i = 0; i < intent.keys().size(); i++) {
          writeText(out, intent.keys().get(i));
          out.writeLong(intent.rowHashes().get(i));
        }
      } else if (frame instanceof JournalFrame.Job job) {
        out.writeByte('J');
        writeText(out, job.handle().batchId());
        writeText(out, job.handle().value());
      } else if (frame instanceof JournalFrame.Outcomes outcomes) {
        out.writeByte('O');
        writeOutcome(out, outcomes.outcome());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] bytes = body.toByteArray();
    return ByteBuffer.allocate(FRAME_HEADER_BYTES + bytes.length)
        .putInt(bytes.length)
        .putInt(checksum(bytes))
        .put(bytes)
        .array();
  }

  /** Reads the frames of one file in the order written. Not thread-safe. */
  static final class Reader implements Closeable {
    private final DataInputStream in;
    private Tail tail;

    Reader(InputStream in) {
      this.in = new DataInputStream(in);
    }

    /** The next whole frame, or {@code null} at the end, when {@link #tail()} says what it was. */
    JournalFrame next() throws IOException {
      if (tail != null) {
        return null;
      }
      byte[] header = in.readNBytes(FRAME_HEADER_BYTES);
      if (header.length < FRAME_HEADER_BYTES) {
        return end(header.length == 0 ? Tail.WHOLE : Tail.TORN);
      }
      ByteBuffer numbers = ByteBuffer.wrap(header);
      int length = numbers.getInt();
      int checksum = numbers.getInt();
      if (length <= 0 || length > LONGEST_FRAME_BYTES) {
        return end(Tail.CORRUPT);
      }
      byte[] body = in.readNBytes(length);
      if (body.length < length) {
        return end(Tail.TORN);
      }
      return checksum(body) == checksum ? decode(body) : end(Tail.CORRUPT);
    }

    Tail tail() {
      return tail;
    }

    private JournalFrame end(Tail reached) {
      tail = reached;
      return null;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  private static JournalFrame decode(byte[] body) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(body));
    char kind = (char) in.readByte();
    return switch (kind) {
      case 'I' -> readIntent(in);
      case 'J' -> new JournalFrame.Job(new JobHandle(readText(in), readText(in)));
      case 'O' -> new JournalFrame.Outcomes(readOutcome(in));
      default ->
          throw new IOException(
              "the journal holds a frame of kind '"
                  + kind
                  + "', which this version does not know; settle it with the version that wrote"
                  + " it");
    };
  }

  private static JournalFrame.Intent readIntent(DataInputStream in) throws IOException {
    String batchId = readText(in);
    Op op = Op.ofWireName(readText(in));
    int size = in.readInt();
    List<String> keys = new ArrayList<>(size);
    List<Long> rowHashes = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      keys.add(readText(in));
      rowHashes.add(in.readLong());
    }
    return new JournalFrame.Intent(batchId, op, keys, rowHashes);
  }

  private static void writeOutcome(DataOutputStream out, BatchOutcome outcome) throws IOException {
    writeText(out, outcome.batchId());
    writeText(out, outcome.op().wireName());
    out.writeBoolean(outcome.last());
    out.writeInt(outcome.attempts());
    out.writeInt(outcome.httpStatus());
    out.writeLong(outcome.latencyMillis());
    out.writeLong(ChronoUnit.MICROS.between(Instant.EPOCH, outcome.at()));
    out.writeInt(outcome.outcomes().size());
    for (RecordOutcome record : outcome.outcomes()) {
      writeText(out, record.key());
      out.writeLong(record.rowHash());
      out.writeByte(record.outcome().name().charAt(0));
      writeText(out, record.destinationId());
      writeText(out, record.code());
      writeText(out, record.field());
      writeText(out, record.message());
    }
  }

  private static BatchOutcome readOutcome(DataInputStream in) throws IOException {
    String batchId = readText(in);
    Op op = Op.ofWireName(readText(in));
    boolean last = in.readBoolean();
    int attempts = in.readInt();
    int httpStatus = in.readInt();
    long latencyMillis = in.readLong();
    Instant at = Instant.EPOCH.plus(in.readLong(), ChronoUnit.MICROS);
    int size = in.readInt();
    List<RecordOutcome> records = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      records.add(
          new RecordOutcome(
              readText(in),
              in.readLong(),
              outcome((char) in.readByte()),
              readText(in),
              readText(in),
              readText(in),
              readText(in)));
    }
    return new BatchOutcome(batchId, op, records, last, attempts, httpStatus, latencyMillis, at);
  }

  private static Outcome outcome(char initial) throws IOException {
    for (Outcome outcome : Outcome.values()) {
      if (outcome.name().charAt(0) == initial) {
        return outcome;
      }
    }
    throw new IOException("the journal holds an outcome '" + initial + "' that is not known");
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    if (text == null) {
      out.writeInt(-1);
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    int length = in.readInt();
    return length < 0 ? null : new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return (int) crc.getValue();
  }
}
