/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulateCommandTest {

  private static final String[] SMALL = {
    "simulate", "--tenants", "3", "--syncs", "5", "--hours", "1", "--seed", "7"
  };

  @Test
  void jsonHoldsWhatProgramsDependOn() throws IOException {
    CalledBackhaul called =
        CalledBackhaul.with(
            new FakeOperations(),
            "simulate",
            "--tenants",
            "3",
            "--syncs",
            "5",
            "--hours",
            "1",
            "--json");

    assertThat(called.code()).isZero();
    JsonNode result = new ObjectMapper().readTree(called.out());
    assertThat(result.fieldNames())
        .toIterable()
        .containsExactly(
            "freshness", "baseline", "wasted_call_share", "starved", "jobs", "lost", "twice");
    for (String which : List.of("freshness", "baseline")) {
      assertThat(result.get(which).fieldNames())
          .toIterable()
          .containsExactly("high", "normal", "low");
      assertThat(result.at("/" + which + "/high").fieldNames())
          .toIterable()
          .containsExactly("p50", "p95", "p99");
    }
    assertThat(result.get("jobs").longValue()).isPositive();
  }

  @Test
  void aPersonSeesBothDaysSideBySide() {
    CalledBackhaul called = CalledBackhaul.with(new FakeOperations(), SMALL);

    assertThat(called.code()).isZero();
    assertThat(called.out())
        .startsWith("3 tenants of 5 syncs, 1 hours")
        .contains("untouched by trouble", "the same, without trouble", "Calls in vain: ");
  }

  @Test
  void tooFewTenantsAreRefused() {
    CalledBackhaul called = CalledBackhaul.with(new FakeOperations(), "simulate", "--tenants", "2");

    assertThat(called.code()).isEqualTo(1);
    assertThat(called.err()).contains("at least 3 tenants");
  }
}
