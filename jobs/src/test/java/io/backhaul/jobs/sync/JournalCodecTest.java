/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.JobHandle;
import io.backhaul.destination.Op;
import io.backhaul.destination.send.BatchOutcome;
import io.backhaul.destination.send.Outcome;
import io.backhaul.destination.send.RecordOutcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

class JournalCodecTest {

  /** Length and checksum. */
  private static final int FRAME_HEADER_BYTES = 8;

  @Property(tries = 200)
  void whatWasWrittenIsRead(@ForAll("frames") List<JournalFrame> frames) throws IOException {
    Read read = read(bytes(frames));

    assertThat(read.frames()).isEqualTo(frames);
    assertThat(read.tail()).isEqualTo(JournalCodec.Tail.WHOLE);
  }

  @Tag("fault-32")
  @Property(tries = 30)
  void aFileCutAnywhereReadsAsTheFramesThatWereWhole(@ForAll("frames") List<JournalFrame> frames)
      throws IOException {
    byte[] bytes = bytes(frames);
    List<Integer> ends = new ArrayList<>(List.of(0));
    for (JournalFrame frame : frames) {
      ends.add(ends.get(ends.size() - 1) + JournalCodec.encode(frame).length);
    }
    for (int cut = 0; cut <= bytes.length; cut++) {
      int length = cut;
      int whole = (int) ends.stream().filter(end -> end <= length).count() - 1;

      Read read = read(java.util.Arrays.copyOf(bytes, cut));

      assertThat(read.frames()).isEqualTo(frames.subList(0, whole));
      assertThat(read.tail())
          .isEqualTo(ends.contains(cut) ? JournalCodec.Tail.WHOLE : JournalCodec.Tail.TORN);
    }
  }

  @Tag("fault-32")
  @Property(tries = 300)
  void aFlippedBitNeverYieldsAFrameThatWasNotWritten(
      @ForAll("frames") List<JournalFrame> frames, @ForAll @IntRange(min = 0) int seed)
      throws IOException {
    byte[] bytes = bytes(frames);
    int bit = seed % (bytes.length * 8);
    bytes[bit / 8] ^= (byte) (1 << (bit % 8));

    Read read = read(bytes);

    assertThat(read.frames()).isEqualTo(frames.subList(0, read.frames().size()));
    assertThat(read.frames()).hasSizeLessThan(frames.size());
    assertThat(read.tail()).isNotEqualTo(JournalCodec.Tail.WHOLE);
  }

  @Tag("twin-32")
  @Example
  void withoutTheChecksumAFlippedBitReportsARecordAppliedThatWasNeverSent() throws IOException {
    RecordOutcome sent =
        new RecordOutcome("{\"id\":1}", 7, Outcome.APPLIED, null, null, null, null);
    byte[] bytes =
        JournalCodec.encode(
            new JournalFrame.Outcomes(
                new BatchOutcome("b", Op.UPSERT, List.of(sent), true, 1, 200, 17, Instant.EPOCH)));
    int digit = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("{\"id\":1}") + 6;
    bytes[digit] ^= 2;
    assertThat(read(bytes).frames()).as("with its checksum").isEmpty();

    CRC32C crc = new CRC32C();
    crc.update(bytes, FRAME_HEADER_BYTES, bytes.length - FRAME_HEADER_BYTES);
    ByteBuffer.wrap(bytes).putInt(4, (int) crc.getValue());

    assertThat(read(bytes).frames())
        .as("as one that does not look at it reads it")
        .singleElement()
        .isInstanceOfSatisfying(
            JournalFrame.Outcomes.class,
            frame ->
                assertThat(frame.outcome().outcomes())
                    .extracting(RecordOutcome::key)
                    .containsExactly("{\"id\":3}"));
  }

  @Example
  void aFrameOfAKindThatIsNotKnownIsRefusedAndNotPassedOver() {
    byte[] body = {'O', 1, 'b'};
    CRC32C crc = new CRC32C();
    crc.update(body, 0, body.length);
    byte[] bytes =
        ByteBuffer.allocate(FRAME_HEADER_BYTES + body.length)
            .putInt(body.length)
            .putInt((int) crc.getValue())
            .put(body)
            .array();

    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a frame of kind 'O'")
        .hasMessageContaining("settle it with the version that wrote it");
  }

  private record Read(List<JournalFrame> frames, JournalCodec.Tail tail) {}

  private static Read read(byte[] bytes) throws IOException {
    List<JournalFrame> frames = new ArrayList<>();
    try (JournalCodec.Reader reader = new JournalCodec.Reader(new ByteArrayInputStream(bytes))) {
      for (JournalFrame frame = reader.next(); frame != null; frame = reader.next()) {
        frames.add(frame);
      }
      return new Read(frames, reader.tail());
    }
  }

  private static byte[] bytes(List<JournalFrame> frames) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    frames.forEach(frame -> bytes.writeBytes(JournalCodec.encode(frame)));
    return bytes.toByteArray();
  }

  @Provide
  Arbitrary<List<JournalFrame>> frames() {
    Arbitrary<String> text =
        Arbitraries.strings()
            .withChars("aé\n\u0000\"😀".toCharArray())
            .ofMaxLength(12)
            .map(
                t ->
                    new String(
                        t.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        java.nio.charset.StandardCharsets.UTF_8));
    Arbitrary<RecordOutcome> record =
        Combinators.combine(
                text,
                Arbitraries.longs(),
                Arbitraries.of(Outcome.class),
                text.injectNull(0.5),
                text.injectNull(0.5))
            .as(
                (key, hash, outcome, id, code) ->
                    new RecordOutcome(key, hash, outcome, id, code, null, code));
    Arbitrary<JournalFrame> outcomes =
        Combinators.combine(
                text,
                Arbitraries.of(Op.class),
                record.list().ofMaxSize(4),
                Arbitraries.of(true, false),
                Arbitraries.integers().between(0, 600))
            .as(
                (id, op, records, last, status) ->
                    new JournalFrame.Outcomes(
                        new BatchOutcome(
                            id, op, records, last, 1, status, 17, Instant.ofEpochSecond(1, 5000))));
    Arbitrary<JournalFrame> intent =
        text.map(id -> new JournalFrame.Intent(id, Op.INSERT, List.of(id), List.of(7L)));
    Arbitrary<JournalFrame> job =
        text.map(id -> new JournalFrame.Job(new JobHandle(id, "job " + id)));
    return Arbitraries.oneOf(outcomes, intent, job).list().ofMinSize(1).ofMaxSize(6);
  }
}
