/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An alarm interrupts the call it was set for, and nothing that its thread does afterwards. */
class AlarmTest {

  private final Alarm alarm = new Alarm(Thread.currentThread());

  @AfterEach
  void clear() {
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void itWakesItsCallAndLeavesNoInterruptBehind() {
    alarm.run();
    assertThat(Thread.currentThread().isInterrupted()).isTrue();

    assertThat(alarm.off()).isTrue();
  }

  @Test
  void onceItsCallIsOverItIsSilent() {
    assertThat(alarm.off()).isFalse();

    alarm.run();

    assertThat(alarm.off()).isFalse();
  }

  @Test
  void anInterruptThatIsNotItsOwnStays() {
    Thread.currentThread().interrupt();

    assertThat(alarm.off()).isFalse();

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void anInterruptAfterTheCallWasWokenAndEndedStays() {
    alarm.run();
    assertThat(alarm.off()).isTrue();
    Thread.currentThread().interrupt();

    assertThat(alarm.off()).isTrue();

    assertThat(Thread.interrupted()).isTrue();
  }
}
