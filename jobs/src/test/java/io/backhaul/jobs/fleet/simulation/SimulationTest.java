/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.fleet.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.jobs.spec.Priority;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SimulationTest {

  private static final SimulationOptions SMALL = new SimulationOptions(8, 20, 3, 42);

  @Test
  void nobodyWaitsForANeighbour() {
    DayResult day = day(true, FleetRules.FAIR);
    DayResult baseline = day(false, FleetRules.FAIR);

    assertThat(high(day).p50()).isLessThanOrEqualTo(300);
    assertThat(high(day).p95()).isLessThanOrEqualTo(600);
    assertThat(high(day).p95()).isLessThanOrEqualTo(high(baseline).p95() * 11 / 10);
    assertThat(day.touched().get(Priority.HIGH).p99())
        .as("the trouble is real")
        .isGreaterThan(4 * high(day).p99());
  }

  @Test
  void noJobIsLostOrEndsTwiceThoughWorkersAre() {
    DayResult day = day(true, FleetRules.FAIR);

    assertThat(day.jobs()).isGreaterThan(1_000);
    assertThat(day.lost()).isZero();
    assertThat(day.twice()).isZero();
    assertThat(day.starved()).isZero();
    assertThat(day.fenced()).as("a worker came back too late").isPositive();
    assertThat(day.parked()).isPositive();
  }

  @Test
  void withoutFairSharesTheTroubleIsEverybodys() {
    DayResult day =
        day(true, new FleetRules(limits -> new FirstComeFirstServed(), Duration.ofMinutes(10)));

    assertThat(high(day).p95()).isGreaterThan(high(day(true, FleetRules.FAIR)).p95() * 3 / 2);
    assertThat(day.utilisation()).isGreaterThan(2 * day(true, FleetRules.FAIR).utilisation());
  }

  @Test
  void theSeedDecides() {
    DayResult one = day(true, FleetRules.FAIR);

    assertThat(day(true, FleetRules.FAIR)).isEqualTo(one);
    SimulationOptions other = new SimulationOptions(8, 20, 3, 43);
    assertThat(new SimulatedDay(other, true, FleetRules.FAIR).run()).isNotEqualTo(one);
  }

  @Test
  void changesOfAllAgesCountTheSame() {
    Lags lags = new Lags();
    lags.add(0, 99); // one of each second
    lags.add(1_000, 1_099);

    assertThat(lags.percentiles()).isEqualTo(new Percentiles(99, 1_089, 1_097));
    assertThat(new Lags().percentiles()).isEqualTo(new Percentiles(0, 0, 0));
  }

  @Test
  void somebodyMustBeUntouched() {
    assertThatThrownBy(() -> new SimulationOptions(2, 50, 24, 1))
        .hasMessageContaining("at least 3 tenants");
  }

  private static Percentiles high(DayResult day) {
    return day.untouched().get(Priority.HIGH);
  }

  private static DayResult day(boolean trouble, FleetRules rules) {
    return new SimulatedDay(SMALL, trouble, rules).run();
  }
}
