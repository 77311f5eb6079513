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
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
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

  /** What the first byte of a record says: its ending in three bits, and which texts follow. */
  private static final int ENDING = 0x07;

  private static final int HAS_ID = 0x08;
  private static final int HAS_CODE = 0x10;
  private static final int HAS_FIELD = 0x20;
  private static final int HAS_MESSAGE = 0x40;

  private static final Outcome[] OUTCOMES = Outcome.values();

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
    FrameBytes out = FrameBytes.toWrite(FRAME_HEADER_BYTES);
    if (frame instanceof JournalFrame.Intent intent) {
      out.put('I');
      out.putText(intent.batchId());
      out.putText(intent.op().wireName());
      out.putNumber(intent.keys().size());
      for (int i = 0; i < intent.keys().size(); i++) {
        out.putText(intent.keys().get(i));
        out.putHash(intent.rowHashes().get(i));
      }
    } else if (frame instanceof JournalFrame.Job job) {
      out.put('J');
      out.putText(job.handle().batchId());
      out.putText(job.handle().value());
    } else if (frame instanceof JournalFrame.Outcomes outcomes) {
      out.put('B');
      writeOutcome(out, outcomes.outcome());
    }
    byte[] bytes = out.written();
    ByteBuffer.wrap(bytes)
        .putInt(bytes.length - FRAME_HEADER_BYTES)
        .putInt(checksum(bytes, FRAME_HEADER_BYTES));
    return bytes;
  }

  /** Reads the frames of one file in the order written. Not thread-safe. */
  static final class Reader implements Closeable {
    private final InputStream in;
    private Tail tail;

    Reader(InputStream in) {
      this.in = in;
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
      return checksum(body, 0) == checksum ? decode(body) : end(Tail.CORRUPT);
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
    FrameBytes in = FrameBytes.of(body);
    char kind = (char) in.get();
    return switch (kind) {
      case 'I' -> readIntent(in);
      case 'J' -> new JournalFrame.Job(new JobHandle(in.getText(), in.getText()));
      case 'B' -> new JournalFrame.Outcomes(readOutcome(in));
      default ->
          throw new IOException(
              "the journal holds a frame of kind '"
                  + kind
                  + "', which this version does not know; settle it with the version that wrote"
                  + " it");
    };
  }

  private static JournalFrame.Intent readIntent(FrameBytes in) throws IOException {
    String batchId = in.getText();
    Op op = Op.ofWireName(in.getText());
    int size = in.getCount();
    List<String> keys = new ArrayList<>();
    List<Long> rowHashes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      keys.add(in.getText());
      rowHashes.add(in.getHash());
    }
    return new JournalFrame.Intent(batchId, op, keys, rowHashes);
  }

  private static void writeOutcome(FrameBytes out, BatchOutcome outcome) {
    out.putText(outcome.batchId());
    out.putText(outcome.op().wireName());
    out.put(outcome.last() ? 1 : 0);
    out.putNumber(outcome.attempts());
    out.putNumber(outcome.httpStatus());
    out.putNumber(outcome.latencyMillis());
    out.putNumber(ChronoUnit.MICROS.between(Instant.EPOCH, outcome.at()));
    out.putNumber(outcome.outcomes().size());
    for (RecordOutcome record : outcome.outcomes()) {
      writeRecord(out, record);
    }
  }

  /** One byte says how the record ended and which of the rarer texts follow its key and hash. */
  private static void writeRecord(FrameBytes out, RecordOutcome record) {
    out.put(
        ending(record.outcome())
            | (record.destinationId() == null ? 0 : HAS_ID)
            | (record.code() == null ? 0 : HAS_CODE)
            | (record.field() == null ? 0 : HAS_FIELD)
            | (record.message() == null ? 0 : HAS_MESSAGE));
    out.putText(record.key());
    out.putHash(record.rowHash());
    for (String text :
        new String[] {record.destinationId(), record.code(), record.field(), record.message()}) {
      if (text != null) {
        out.putText(text);
      }
    }
  }

  private static BatchOutcome readOutcome(FrameBytes in) throws IOException {
    String batchId = in.getText();
    Op op = Op.ofWireName(in.getText());
    boolean last = in.get() == 1;
    int attempts = in.getCount();
    int httpStatus = in.getCount();
    long latencyMillis = in.getNumber();
    Instant at = Instant.EPOCH.plus(in.getNumber(), ChronoUnit.MICROS);
    int size = in.getCount();
    List<RecordOutcome> records = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      records.add(readRecord(in));
    }
    return new BatchOutcome(batchId, op, records, last, attempts, httpStatus, latencyMillis, at);
  }

  private static RecordOutcome readRecord(FrameBytes in) throws IOException {
    int marks = in.get();
    return new RecordOutcome(
        in.getText(),
        in.getHash(),
        outcome(marks & ENDING),
        (marks & HAS_ID) == 0 ? null : in.getText(),
        (marks & HAS_CODE) == 0 ? null : in.getText(),
        (marks & HAS_FIELD) == 0 ? null : in.getText(),
        (marks & HAS_MESSAGE) == 0 ? null : in.getText());
  }

  private static int ending(Outcome outcome) {
    return switch (outcome) {
      case APPLIED -> 0;
      case REJECTED -> 1;
      case DEFERRED -> 2;
      case UNKNOWN -> 3;
    };
  }

  private static Outcome outcome(int ending) throws IOException {
    for (Outcome outcome : OUTCOMES) {
      if (ending(outcome) == ending) {
        return outcome;
      }
    }
    throw new IOException("the journal holds an outcome " + ending + " that is not known");
  }

  private static int checksum(byte[] bytes, int from) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, bytes.length - from);
    return (int) crc.getValue();
  }
}
