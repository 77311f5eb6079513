/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {

  @Test
  void theMedianIsTheMiddleOrTheMeanOfTheTwoInTheMiddle() {
    assertThat(Figures.median(7)).isEqualTo(7);
    assertThat(Figures.median(9, 1, 5)).isEqualTo(5);
    assertThat(Figures.median(8, 1, 100, 4)).isEqualTo(6);
    assertThatThrownBy(() -> Figures.median()).hasMessageContaining("median of nothing");
  }

  @Test
  void lapsBecomeMediansAndTheSpreadOfTheirSeconds() {
    List<Lap> laps =
        List.of(
            new Lap(3, 5, 100 << 20, 0), new Lap(1, 9, 300 << 20, 1 << 20), new Lap(2, 4, 0, 0));

    assertThat(Figures.of(laps))
        .containsEntry("seconds", 2.0)
        .containsEntry("seconds_min", 1.0)
        .containsEntry("seconds_max", 3.0)
        .containsEntry("cpu_seconds", 5.0)
        .containsEntry("peak_heap_mb", 100.0)
        .containsEntry("shuffled_mb", 0.0);
  }

  @Test
  void theExponentIsTheSlopeOfTheLogarithms() {
    double[] rows = {1e6, 3e6, 1e7, 3e7};

    assertThat(Figures.exponent(rows, new double[] {2, 6, 20, 60})).isCloseTo(1, within(1e-9));
    assertThat(Figures.exponent(rows, new double[] {5, 45, 500, 4500})).isCloseTo(2, within(1e-9));
    assertThat(Figures.exponent(rows, new double[] {4, 4, 4, 4})).isCloseTo(0, within(1e-9));
    // 1, e and e^2 to e^0, e^1 and e^1: the line of best fit rises by half of what x does
    assertThat(
            Figures.exponent(
                new double[] {1, Math.E, Math.E * Math.E}, new double[] {1, Math.E, Math.E}))
        .isCloseTo(0.5, within(1e-9));
  }
}
