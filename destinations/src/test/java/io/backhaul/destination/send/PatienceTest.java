/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.testkit.SettableClock;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PatienceTest {

  private final SettableClock clock = SettableClock.atNoon();
  private final Patience patience = new Patience(Duration.ofMinutes(10), clock);

  @Test
  void waitsAtTheSameTimeArePaidOnce() {
    for (int batch = 0; batch < 100; batch++) {
      assertThat(patience.pay(Duration.ofMinutes(9))).isTrue();
    }
    clock.advance(Duration.ofMinutes(9));

    assertThat(patience.pay(Duration.ofMinutes(1))).isTrue();
    clock.advance(Duration.ofMinutes(1));
    assertThat(patience.pay(Duration.ofMillis(1))).isFalse();
  }

  @Test
  void ofOverlappingWaitsOnlyTheRestIsPaid() {
    assertThat(patience.pay(Duration.ofMinutes(6))).isTrue();
    clock.advance(Duration.ofMinutes(3));
    // From minute 6 to minute 9.
    assertThat(patience.pay(Duration.ofMinutes(6))).isTrue();
    clock.advance(Duration.ofMinutes(6));
    assertThat(patience.pay(Duration.ofMinutes(2))).isFalse();
    assertThat(patience.pay(Duration.ofMinutes(1))).isTrue();
  }

  @Test
  void aWaitThatCannotBePaidCostsNothing() {
    assertThat(patience.pay(Duration.ofHours(10))).isFalse();
    assertThat(patience.pay(Duration.ofMinutes(10))).isTrue();
  }

  @Tag("fault-35")
  @Test
  void aClockSetBackDoesNotMakeWaitingFree() {
    Patience monotonic = new Patience(Duration.ofMinutes(10), new MonotonicClock(clock));
    assertThat(monotonic.pay(Duration.ofMinutes(5))).isTrue();
    clock.advance(Duration.ofMinutes(5));
    assertThat(monotonic.pay(Duration.ZERO)).isTrue();
    clock.advance(Duration.ofHours(-1));

    assertThat(monotonic.pay(Duration.ofMinutes(6))).isFalse();
    assertThat(monotonic.pay(Duration.ofMinutes(5))).isTrue();
  }

  @Tag("twin-35")
  @Test
  void onTheClockAsItIsAWaitAfterAJumpBackCostsNothing() {
    assertThat(patience.pay(Duration.ofMinutes(5))).isTrue();
    clock.advance(Duration.ofMinutes(5));
    clock.advance(Duration.ofHours(-1));

    for (int i = 0; i < 5; i++) {
      assertThat(patience.pay(Duration.ofMinutes(10))).isTrue();
      clock.advance(Duration.ofMinutes(10));
    }
  }
}
