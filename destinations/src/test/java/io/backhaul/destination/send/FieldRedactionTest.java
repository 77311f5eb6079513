/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FieldRedactionTest {

  private final Change change =
      new Change(
          "{\"email\":\"bob@example.com\",\"id\":17}",
          Op.UPSERT,
          "{\"phone\":\"+1 555 0100\",\"country\":\"XX\",\"names\":[\"Bob\",\"Robert\"]}",
          null,
          1,
          "");

  private static FieldRedaction redaction(String... fields) {
    return new FieldRedaction(Set.of(fields), Set.of());
  }

  @Test
  void valuesOfPersonalFieldsAndOfTheKeyGoAndOthersStay() {
    String said = "bob@example.com (+1 555 0100, Robert) has bad country XX in row 17";

    assertThat(redaction("phone", "names").words(List.of(change), said))
        .isEqualTo("*** (***, ***) has bad country XX in row 17");
  }

  @Test
  void withoutPersonalFieldsTheMessageStaysWhole() {
    assertThat(redaction().words(List.of(change), "bad country XX")).isEqualTo("bad country XX");
  }

  @Test
  void aMessageThatCannotBeCleanedIsWithheld() {
    Change broken = new Change("not json", Op.UPSERT, "{}", null, 1, "");

    assertThat(redaction("phone").words(List.of(broken), "+1 555 0100 is bad"))
        .isEqualTo(FieldRedaction.WITHHELD);
  }
}
