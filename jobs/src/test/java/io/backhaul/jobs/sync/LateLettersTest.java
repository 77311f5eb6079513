/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run falls asleep before it writes its dead letters; its successor settles it and goes on. */
@Tag("faults")
class LateLettersTest {

  @TempDir Path home;
  private SyncBed bed;
  private UnsettledRun asleep;
  private Outcomes read;

  @BeforeEach
  void aRunThatSleepsWhileItsSuccessorsBreakAndMendARow() {
    bed = new SyncBed(home);
    bed.sync("mode: mirror\nvalidate: {email: [email]}");
    bed.customers(20);
    bed.edit("UPDATE customers SET email = 'broken' WHERE customer_id = 1");
    bed.run();
    bed.edit("UPDATE customers SET email = 'broken' WHERE customer_id = 2");
    asleep = UnsettledRun.planned(bed);
    asleep.deliver();
    read = asleep.outcomes();
    asleep.settle();
    bed.edit("UPDATE customers SET email = 'mended@example.com' WHERE customer_id IN (1, 2)");
    bed.run();
    assertThat(open()).isZero();
  }

  @AfterEach
  void close() {
    read.close();
    bed.close();
  }

  private long open() {
    return (long) bed.value("SELECT count(*) FROM dead_letters WHERE status = 'open'");
  }

  @Test
  @Tag("fault-28")
  @Tag("twin-28")
  void itsLettersAreRefusedAndWithoutAFenceRowsThatWereDeliveredWouldBeDeadLettersAgain() {
    assertThatThrownBy(() -> asleep.writeLetters(read, asleep.fence()))
        .isInstanceOf(LeaseLostException.class);
    assertThat(open()).isZero();

    asleep.writeLetters(read, Long.MAX_VALUE);

    assertThat(open()).isPositive();
  }
}
