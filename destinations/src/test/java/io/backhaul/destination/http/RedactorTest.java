/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedactorTest {

  @Test
  void everyOccurrenceGoesLongestValueFirst() {
    Redactor redactor = Redactor.of(List.of("ann", "ann@example.com"));

    assertThat(redactor.redact("ann@example.com and ann, ann")).isEqualTo("*** and ***, ***");
  }

  @Test
  void valuesAreTextAndNotPatterns() {
    assertThat(Redactor.of(List.of("a.c$1")).redact("abc a.c$1")).isEqualTo("abc ***");
  }

  @Test
  void emptyAndMissingValuesArePassedOver() {
    assertThat(Redactor.of(Arrays.asList("", null)).redact("as it was")).isEqualTo("as it was");
    assertThat(Redactor.of(List.of("x")).redact(null)).isNull();
  }

  @Test
  void whatIsLeftIsOneLineOfBoundedLength() {
    String page = "<html>\r\n\t<body>" + "x".repeat(10_000);

    String clean = Redactor.of(List.of()).redact(page);

    assertThat(clean).startsWith("<html> <body>xxx").hasSize(Redactor.MAX_LENGTH).endsWith("…");
  }
}
