/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DigestTest {

  private static final int BITS = 8;

  private record KeyAndHash(long key, long hash) {}

  private static List<KeyAndHash> rows(Random random, int count) {
    List<KeyAndHash> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(new KeyAndHash(random.nextLong(), random.nextLong()));
    }
    return rows;
  }

  private static Digest digest(List<KeyAndHash> rows) {
    Digest digest = new Digest(BITS);
    rows.forEach(row -> digest.add(row.key(), row.hash()));
    return digest;
  }

  @Property(tries = 50)
  void rowsInAnyOrderAndInAnyPartsComeToTheSame(
      @ForAll long seed, @ForAll @IntRange(max = 500) int count) {
    Random random = new Random(seed);
    List<KeyAndHash> rows = rows(random, count);
    Digest whole = digest(rows);
    Collections.shuffle(rows, random);
    int cut = random.nextInt(count + 1);

    Digest parts = digest(rows.subList(0, cut)).with(digest(rows.subList(cut, count)));

    assertThat(parts.differing(whole).isEmpty()).isTrue();
    assertThat(parts.rows()).isEqualTo(count);
  }

  @Property(tries = 50)
  void exactlyTheBucketsOfRowsThatDifferAreSuspect(@ForAll long seed) {
    Random random = new Random(seed);
    List<KeyAndHash> before = rows(random, 300);
    List<KeyAndHash> after = new ArrayList<>(before);
    KeyAndHash changed = after.get(7);
    after.set(7, new KeyAndHash(changed.key(), changed.hash() + 1));
    KeyAndHash gone = after.remove(20);
    KeyAndHash twice = after.get(100);
    after.add(twice);
    List<KeyAndHash> touched = List.of(changed, gone, twice);

    Buckets suspect = digest(after).differing(digest(before));

    assertThat(touched).allMatch(row -> suspect.hold(row.key()));
    assertThat(suspect.share() * (1 << BITS)).isBetween(1.0, 3.0);
    assertThat(before)
        .filteredOn(row -> suspect.hold(row.key()))
        .allMatch(row -> touched.stream().anyMatch(t -> t.key() >>> 56 == row.key() >>> 56));
  }

  @Test
  void hashesThatChangePlacesBetweenTwoKeysOfOneBucketAreNoticed() {
    Digest before = digest(List.of(new KeyAndHash(1, 10), new KeyAndHash(2, 20)));
    Digest after = digest(List.of(new KeyAndHash(1, 20), new KeyAndHash(2, 10)));

    assertThat(after.differing(before).isEmpty()).isFalse();
  }

  @Test
  void itHasAFewRowsABucketAndNoMoreThanAMillionBuckets() {
    assertThat(1 << Digest.bits(0)).isEqualTo(256);
    assertThat(100_000 / (1 << Digest.bits(100_000))).isBetween(2, 4);
    assertThat(1 << Digest.bits(5_000_000)).isEqualTo(1 << 20);
    assertThat(1 << Digest.bits(Long.MAX_VALUE)).isEqualTo(1 << 20);
  }

  @Test
  void digestsOfDifferentSizesAreNotCompared() {
    assertThatThrownBy(() -> new Digest(8).differing(new Digest(9)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2^8 and 2^9");
  }

  @Test
  void itIsReadAsItWasWritten() throws IOException {
    Digest digest = digest(rows(new Random(1), 1000));
    digest.label("m1", 1000);

    DigestCodec.Kept read = read(bytes("table 1", 17, digest), "table 1").orElseThrow();

    assertThat(read.version()).isEqualTo(17);
    Digest sums = read.digest().digest();
    assertThat(sums.differing(digest).isEmpty()).isTrue();
    assertThat(sums.rows()).isEqualTo(1000);
    assertThat(sums.labelled()).containsOnly(Map.entry("m1", 1000L));
    assertThat(read.digest().signatures().values())
        .isEqualTo(signatures(rows(new Random(1), 1000)).values());
  }

  @Test
  void aDigestWithoutSignaturesIsReadAsSuch() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Digest digest = digest(rows(new Random(1), 10));
    DigestCodec.write(out, "t", new DigestCodec.Kept(1, new SignedDigest(digest, null)));

    assertThat(read(out.toByteArray(), "t").orElseThrow().digest().signatures()).isNull();
  }

  private static SignedDigest signed(List<KeyAndHash> rows, String label) {
    Digest digest = digest(rows);
    digest.label(label, rows.size());
    return new SignedDigest(digest, signatures(rows));
  }

  private static Signatures signatures(List<KeyAndHash> rows) {
    Signatures.Builder builder = new Signatures.Builder(BITS);
    rows.forEach(row -> builder.add(row.key(), row.hash()));
    return builder.build();
  }

  /** By bucket and in order: two that were made in different ways may have them in another. */
  private static List<Long> untaken(Signatures signatures) {
    return Arrays.stream(signatures.table().untaken(new Signatures.Taken(signatures.table())))
        .boxed()
        .toList();
  }

  @Property(tries = 50)
  void movedByWhatGoesAndComesItIsTheDigestOfWhatIsLeft(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 400) int count) {
    Random random = new Random(seed);
    List<KeyAndHash> before = rows(random, count);
    int cut = random.nextInt(count);
    List<KeyAndHash> gone = before.subList(0, cut);
    List<KeyAndHash> come = rows(random, random.nextInt(50));
    List<KeyAndHash> left = new ArrayList<>(before.subList(cut, count));
    left.addAll(come);

    SignedDigest moved =
        signed(before, "m1").moved(signed(gone, "m1"), signed(come, "m2")).orElseThrow();

    assertThat(moved.digest().differing(digest(left)).isEmpty()).isTrue();
    assertThat(moved.digest().rows()).isEqualTo(left.size());
    assertThat(moved.digest().labelled().get("m1")).isEqualTo(count - cut);
    assertThat(untaken(moved.signatures())).isEqualTo(untaken(signatures(left)));
  }

  @Test
  void aLabelIsForgottenWithItsLastRow() {
    List<KeyAndHash> rows = rows(new Random(3), 5);
    SignedDigest before = signed(rows, "m1");

    assertThat(before.moved(before, signed(rows, "m2")).orElseThrow().digest().labels())
        .containsExactly("m2");
  }

  @Test
  void whatIsNotInItCannotBeTakenOut() {
    SignedDigest before = signed(rows(new Random(3), 50), "m1");
    SignedDigest others = signed(rows(new Random(4), 5), "m1");

    assertThat(before.moved(others, others)).isEmpty();
    assertThat(before.moved(signed(List.of(), "m1"), others)).isPresent();
    assertThat(new SignedDigest(before.digest(), null).moved(others, others)).isEmpty();
  }

  @Test
  void whatIsCutOrDamagedOrOfAnotherTableIsNoDigest() throws IOException {
    byte[] whole = bytes("table 1", 17, digest(rows(new Random(1), 1000)));
    byte[] inSignatures = whole.clone();
    inSignatures[whole.length - 1000] ^= 1;
    assertThat(read(inSignatures, "table 1")).isEmpty();

    assertThat(read(whole, "table 2")).isEmpty();
    for (int length = 0; length < whole.length; length += 97) {
      assertThat(read(Arrays.copyOf(whole, length), "table 1")).as("%d bytes", length).isEmpty();
    }
    byte[] damaged = whole.clone();
    damaged[500] ^= 1;
    assertThat(read(damaged, "table 1")).isEmpty();
  }

  private static byte[] bytes(String basis, long version, Digest digest) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DigestCodec.write(
        out,
        basis,
        new DigestCodec.Kept(
            version, new SignedDigest(digest, signatures(rows(new Random(1), 1000)))));
    return out.toByteArray();
  }

  private static Optional<DigestCodec.Kept> read(byte[] bytes, String basis) {
    return DigestCodec.read(new ByteArrayInputStream(bytes), basis);
  }
}
