/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/**
 * A personal value opens where it was sealed, with the key it was sealed with, and nowhere else.
 */
class FieldSealTest {

  private static final String SECRET = "not-a-real-key-of-24-chars";
  private static final String RECORD = "{\"customer_id\":17}";

  private static FieldSeal seal() {
    return new FieldSeal(SECRET, "acme", "contacts", "run-1");
  }

  @Test
  void aValueComesBackAsItWas() {
    for (String value :
        new String[] {"\"Zoë\\u0000\"", "12.50", "[\"a\",null]", "", "😀".repeat(999)}) {
      String sealed = seal().seal(RECORD, "email", value);

      assertThat(seal().open(RECORD, "email", sealed)).isEqualTo(value);
      assertThat(FieldSeal.keyIdOf(sealed)).contains(FieldSeal.idOf(SECRET));
    }
  }

  @Test
  void equalValuesAreSealedDifferentlyAndNoneHoldsItsValueOrKey() {
    String one = seal().seal(RECORD, "email", "\"ann@example.com\"");
    String other = seal().seal(RECORD, "email", "\"ann@example.com\"");

    assertThat(one).isNotEqualTo(other).doesNotContain("ann", SECRET);
    assertThat(seal().toString()).doesNotContain(SECRET);
  }

  @Test
  void aValueThatWasMovedDoesNotOpen() {
    String sealed = seal().seal(RECORD, "email", "\"ann@example.com\"");

    refuses(seal(), RECORD, "phone", sealed);
    refuses(seal(), "{\"customer_id\":18}", "email", sealed);
    refuses(new FieldSeal(SECRET, "globex", "contacts", "run-1"), RECORD, "email", sealed);
    refuses(new FieldSeal(SECRET, "acme", "leads", "run-1"), RECORD, "email", sealed);
    refuses(new FieldSeal(SECRET, "acme", "contacts", "run-2"), RECORD, "email", sealed);
  }

  @Test
  void anAlteredTextDoesNotOpenWhereverItWasAltered() {
    String sealed = seal().seal(RECORD, "email", "\"ann@example.com\"");
    for (int at = "pii:aes1:00000000:".length(); at < sealed.length() - 1; at++) {
      char other = sealed.charAt(at) == 'A' ? 'B' : 'A';
      refuses(seal(), RECORD, "email", sealed.substring(0, at) + other + sealed.substring(at + 1));
    }
  }

  @Test
  void anotherKeyIsToldByItsIdAndDoesNotOpen() {
    FieldSeal other = new FieldSeal(SECRET + "x", "acme", "contacts", "run-1");
    String sealed = seal().seal(RECORD, "email", "\"ann@example.com\"");

    assertThatThrownBy(() -> other.open(RECORD, "email", sealed))
        .isInstanceOf(FieldSeal.NotOpenedException.class)
        .hasMessageContaining(FieldSeal.idOf(SECRET))
        .hasMessageContaining(FieldSeal.idOf(SECRET + "x"));
    assertThat(FieldSeal.keyIdOf("pii:0123456789abcdef")).isEmpty();
  }

  @Test
  void itTravelsWithMaskingAndStillOpens() throws Exception {
    Masking masking = Masking.random().keeping(seal());

    FieldSeal arrived = copy(masking).fieldSeal().orElseThrow();

    assertThat(seal().open(RECORD, "email", arrived.seal(RECORD, "email", "1"))).isEqualTo("1");
    assertThat(masking.toString() + arrived).doesNotContain(SECRET);
  }

  private static Masking copy(Masking masking) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(masking);
    }
    assertThat(new String(bytes.toByteArray(), StandardCharsets.ISO_8859_1))
        .as("only derived keys travel")
        .doesNotContain(SECRET);
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (Masking) in.readObject();
    }
  }

  private static void refuses(FieldSeal seal, String record, String field, String sealed) {
    assertThatThrownBy(() -> seal.open(record, field, sealed))
        .isInstanceOf(FieldSeal.NotOpenedException.class)
        .hasMessageContaining(field);
  }
}
