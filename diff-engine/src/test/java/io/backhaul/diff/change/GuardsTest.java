/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GuardsTest {

  private static final GuardSpec ALL =
      new GuardSpec(Limit.ofShare(0.1), Limit.ofShare(0.6), 50L, Limit.ofCount(5));

  /** 100 rows in source and in state; 10 deletes, 50 changes, 5 invalid: each just allowed. */
  private static Counts counts(long source, long deletes, long upserts, long invalid) {
    return new Counts(
        source,
        source,
        source - upserts - invalid,
        Map.of("delete", deletes, "upsert", upserts),
        0,
        deletes,
        invalid,
        invalid,
        0,
        0,
        0,
        100);
  }

  static List<Arguments> cases() {
    return List.of(
        Arguments.of("all just allowed", ALL, counts(100, 10, 50, 5), false, Map.of(), List.of()),
        Arguments.of(
            "nothing set", GuardSpec.OFF, counts(1, 99, 1, 99), false, Map.of(), List.of()),
        Arguments.of(
            "a delete too many", ALL, counts(100, 11, 0, 0), false, Map.of(), List.of("deletes")),
        Arguments.of(
            "accepted", ALL, counts(100, 11, 0, 0), false, Map.of("deletes", 11L), List.of()),
        Arguments.of(
            "accepted fewer than seen",
            ALL,
            counts(100, 12, 0, 0),
            false,
            Map.of("deletes", 11L),
            List.of("deletes")),
        Arguments.of(
            "a change too many, deletes included",
            ALL,
            counts(100, 10, 51, 0),
            false,
            Map.of(),
            List.of("changes")),
        Arguments.of(
            "a first sync changes everything",
            ALL,
            counts(100, 0, 100, 0),
            true,
            Map.of(),
            List.of()),
        Arguments.of(
            "invalid by count", ALL, counts(100, 0, 0, 6), false, Map.of(), List.of("invalid")),
        Arguments.of(
            "too few rows", ALL, counts(49, 0, 0, 0), false, Map.of(), List.of("source_rows")),
        Arguments.of(
            "too few rows, accepted",
            ALL,
            counts(49, 0, 0, 0),
            false,
            Map.of("source_rows", 49L),
            List.of()),
        Arguments.of(
            "an empty source under mirror",
            GuardSpec.OFF,
            counts(0, 100, 0, 0),
            false,
            Map.of("deletes", 100L, "source_rows", 0L),
            List.of("source_rows")),
        Arguments.of(
            "all at once",
            ALL,
            counts(40, 20, 30, 10),
            false,
            Map.of(),
            List.of("source_rows", "deletes", "changes", "invalid")));
  }

  @Tag("fault-37")
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void guardsStopWhatTheyAreSetTo(
      String name,
      GuardSpec spec,
      Counts counts,
      boolean firstSync,
      Map<String, Long> accepted,
      List<String> expected) {
    assertThat(Guards.check(spec, Mode.MIRROR, counts, firstSync, accepted))
        .extracting(GuardViolation::guard)
        .containsExactlyElementsOf(expected);
  }

  @Tag("fault-37")
  @Test
  void onlyMirrorRefusesAnEmptySource() {
    for (Mode mode : Mode.values()) {
      assertThat(Guards.check(GuardSpec.OFF, mode, counts(0, 0, 0, 0), false, Map.of()))
          .hasSize(mode == Mode.MIRROR ? 1 : 0);
    }
  }

  @Test
  void theMessageSaysHowToLetTheRunPass() {
    assertThat(
            Guards.check(ALL, Mode.MIRROR, counts(100, 20, 0, 0), false, Map.of()).get(0).message())
        .isEqualTo(
            "20 deletes of 100 rows in state, max_deletes allows 10%; if that is right, run again"
                + " with --accept deletes=20");
  }

  @Test
  void aSourceThatWasNotSeenWholeIsNotJudgedByItsSize() {
    Counts candidates = new Counts(0, -1, 0, Map.of(), 0, 0, 0, 0, 0, 0, 0, 100);
    assertThat(Guards.check(ALL, Mode.UPSERT, candidates, false, Map.of())).isEmpty();
    Counts changes = new Counts(61, -1, 0, Map.of("upsert", 61L), 0, 0, 0, 0, 0, 0, 0, 100);
    assertThat(Guards.check(ALL, Mode.UPSERT, changes, false, Map.of()))
        .as("state stands in for the size of the source")
        .extracting(GuardViolation::guard)
        .containsExactly("changes");
  }

  @Test
  void modeDeleteIsHeldToTheSourceOnItsFirstRun() {
    GuardSpec share = new GuardSpec(Limit.ofShare(0.5), null, null, null);
    Counts first = new Counts(10, 10, 0, Map.of("delete", 5L), 0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(Guards.check(share, Mode.DELETE, first, true, Map.of())).isEmpty();
  }
}
