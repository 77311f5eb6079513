/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

  private static final List<String> NAMES =
      List.of("email", "full_name", "max_records", "mode", "key", "requests_per_second");

  @ParameterizedTest
  @CsvSource({
    "emial, email",
    "e-mail, email",
    "full_nam, full_name",
    "fullname, full_name",
    "FullName, full_name",
    "maxRecord, max_records",
    "mdoe, mode",
    "keys, key",
    "request_per_seconds, requests_per_second"
  })
  void aSlipFindsTheNameThatWasMeant(String slip, String meant) {
    assertThat(NearestName.of(slip, NAMES)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"colour", "x", "id", "modus_operandi", "first_name"})
  void aDifferentWordFindsNone(String word) {
    assertThat(NearestName.of(word, NAMES)).isEmpty();
  }

  @Test
  void theNearestOfTwoIsTakenAndTheFirstOfEquals() {
    assertThat(NearestName.of("contakts", List.of("contact", "contacts"))).contains("contacts");
    assertThat(NearestName.of("cat", List.of("bat", "rat"))).contains("bat");
  }
}
