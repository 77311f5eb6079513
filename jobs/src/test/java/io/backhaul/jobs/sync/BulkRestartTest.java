/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import io.backhaul.destination.Sleeper;
import io.backhaul.destination.send.Breaker;
import io.backhaul.destination.send.CircuitReport;
import io.backhaul.destination.send.RateGate;
import io.backhaul.destination.send.SendListener;
import io.backhaul.destination.send.SendPolicy;
import io.backhaul.destination.send.Sender;
import io.backhaul.destination.testkit.BulkDestination;
import io.backhaul.destination.testkit.BulkDestination.Care;
import io.backhaul.destination.testkit.BulkVendor;
import io.backhaul.destination.testkit.BulkVendor.Step;
import io.backhaul.destination.testkit.RecordingSleeper;
import io.backhaul.destination.testkit.SettableClock;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A vendor's job outlives the attempt that submitted it, by the handle in the journal's file. */
class BulkRestartTest {

  @TempDir Path folder;
  private final Configuration hadoop = new Configuration();
  private final SettableClock clock = SettableClock.atNoon();
  private final BulkVendor vendor = BulkVendor.start();

  @AfterEach
  void close() {
    vendor.close();
  }

  private static Iterator<Change> inserts() {
    return IntStream.range(0, 20)
        .mapToObj(n -> new Change("{\"id\":" + n + "}", Op.INSERT, "{\"v\":1}", null, n, ""))
        .iterator();
  }

  /** One attempt at partition 3, with nothing but its journal to know of earlier ones. */
  private void attempt(String run, long attempt, Sleeper sleeper) throws Exception {
    JournalFolder journals = new JournalFolder(folder.toUri() + run);
    EnumSet<Care> forgetful = EnumSet.complementOf(EnumSet.of(Care.LOOKS_FOR_ITS_JOB));
    try (BulkDestination bulk = new BulkDestination(vendor.url(), 20, forgetful);
        Journal journal = Journal.open(hadoop, journals, 3, attempt)) {
      new Sender(
              bulk,
              "acme/events",
              "events",
              SendPolicy.standard(),
              new RateGate("bulk", 1_000_000, 4, clock, sleeper),
              new Breaker("bulk", CircuitReport.CLOSED, clock),
              journal,
              SendListener.NONE,
              clock,
              sleeper)
          .send(inserts());
    }
  }

  /** The job is submitted, its handle is in the journal, and nobody has asked after it. */
  private void dies(String run) {
    Sleeper death =
        pause -> {
          if (pause.toMillis() > 0) {
            throw new IllegalStateException("the process dies here");
          }
        };
    assertThatThrownBy(() -> attempt(run, 17, death)).hasMessage("the process dies here");
    assertThat(vendor.seen(Step.CLOSE)).isEqualTo(1);
    assertThat(vendor.seen(Step.POLL)).isZero();
  }

  @Tag("fault-21")
  @Test
  void theNextAttemptAsksAfterTheJobThatTheLastOneSubmitted() throws Exception {
    dies("run-1");

    attempt("run-1", 18, new RecordingSleeper(clock));

    assertThat(vendor.seen(Step.CREATE)).isEqualTo(1);
    assertThat(vendor.applied().values()).hasSize(20).containsOnly(1);
  }

  @Tag("twin-21")
  @Test
  void theTwinThatFindsNoJournalSubmitsEveryRowOnceMore() throws Exception {
    dies("run-1");

    attempt("another", 18, new RecordingSleeper(clock));
    vendor.endAll();

    assertThat(vendor.seen(Step.CREATE)).isEqualTo(2);
    assertThat(vendor.applied().values()).hasSize(20).containsOnly(2);
  }
}
