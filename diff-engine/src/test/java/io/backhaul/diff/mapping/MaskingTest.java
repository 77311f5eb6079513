/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MaskingTest {

  private static final byte[] A = "pseudonym key A!".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] B = "payload key B!!!".getBytes(StandardCharsets.US_ASCII);

  @Test
  void aPseudonymIsTheSameForTheSameValueAndKeyOnly() {
    Masking masking = new Masking(A, B);

    assertThat(masking.pseudonym("ada@example.com"))
        .matches("pii:[0-9a-f]{16}")
        .isEqualTo(new Masking(A, A).pseudonym("ada@example.com"))
        .isNotEqualTo(masking.pseudonym("Ada@example.com"))
        .isNotEqualTo(new Masking(B, B).pseudonym("ada@example.com"));
  }

  @Test
  void aSealOpensUnderItsKeyAndLooksDifferentEachTime() {
    Masking masking = new Masking(A, B);
    byte[] sealed = masking.seal("{\"email\":\"ada@example.com 😀\"}");

    assertThat(new Masking(B, B).open(sealed)).isEqualTo("{\"email\":\"ada@example.com 😀\"}");
    assertThat(masking.seal("{\"email\":\"ada@example.com 😀\"}")).isNotEqualTo(sealed);
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("ada");
  }

  @Test
  void aSealThatWasAlteredOrCutOrMadeUnderAnotherKeyDoesNotOpen() {
    Masking masking = new Masking(A, B);
    byte[] sealed = masking.seal("secret");
    byte[] altered = sealed.clone();
    altered[altered.length - 1] ^= 1;

    assertThatThrownBy(() -> masking.open(altered)).hasMessageContaining("does not open");
    assertThatThrownBy(() -> new Masking(B, A).open(sealed))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("restore the key");
    assertThatThrownBy(() -> masking.open(Arrays.copyOf(sealed, 5)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> masking.open(new byte[40])).hasMessageContaining("unknown format");
  }

  @Test
  void keysAreNeitherPrintedNorTooShort() {
    assertThat(new Masking(A, B)).hasToString("Masking[keys hidden]");
    assertThatThrownBy(() -> new Masking(new byte[15], B)).hasMessageContaining("16 bytes");
    assertThatThrownBy(() -> new Masking(A, new byte[17])).hasMessageContaining("16, 24 or 32");
  }
}
