/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Change;
import io.backhaul.destination.Op;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.destination.send.BatchOutcome;
import io.backhaul.destination.send.Outcome;
import io.backhaul.destination.send.RecordOutcome;
import io.backhaul.destination.testkit.Canonical;
import io.backhaul.destination.testkit.Oracle;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes that deliver are killed at moments that nobody chose; each is followed by another
 * attempt, as Spark would, until the plan is delivered. {@code -Dbackhaul.kills=500} kills more of
 * them, {@code -Dbackhaul.kills.seed=} repeats what an earlier test did.
 */
@Tag("faults")
class KilledDeliveryTest {

  private static final Logger LOG = LoggerFactory.getLogger(KilledDeliveryTest.class);
  private static final int KILLS = Integer.getInteger("backhaul.kills", 20);
  private static final long SEED = Long.getLong("backhaul.kills.seed", System.nanoTime());
  private static final Duration TICK = Duration.ofMillis(2);
  private static final int MAY_BE_UNDER_WAY = KilledPartition.IN_FLIGHT * KilledPartition.BATCH;
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path home;

  private final Random random = new Random(SEED);
  private final SandboxServer sandbox =
      SandboxServer.start(
          0,
          SandboxScript.FAULTLESS.taking(Duration.ofMillis(30)),
          RequestLedger.complete(),
          Clock.systemUTC());

  @AfterEach
  void stop() {
    sandbox.close();
  }

  @Test
  @Tag("fault-24")
  void whateverIsKilledWheneverEachPlanArrivesAndOnlyWhatWasUnderWayIsSentAgain() throws Exception {
    LOG.warn("killing {} processes with -Dbackhaul.kills.seed={}", KILLS, SEED);
    int killed = 0;
    for (int number = 0; killed < KILLS; number++) {
      int before = sandbox.ledger().entries().size();

      int deaths = deliver(Op.UPSERT, number);

      Oracle.Report report = judge(Op.UPSERT, number, before);
      assertThat(report.atLeastOnce()).as("seed %d: %s", SEED, report).isTrue();
      assertThat(report.applied()).isEqualTo(KilledPartition.ROWS);
      assertThat(report.duplicate().size())
          .as("seed %d: sent again after %d deaths", SEED, deaths)
          .isLessThanOrEqualTo(deaths * MAY_BE_UNDER_WAY);
      killed += deaths;
    }
  }

  @Test
  @Tag("fault-24")
  void whatMayNotBeRepeatedIsAppliedOnceOrInDoubtWhateverIsKilled() throws Exception {
    int killed = 0;
    for (int number = 0; killed < KILLS / 4; number++) {
      int before = sandbox.ledger().entries().size();

      int deaths = deliver(Op.INSERT, number);

      Oracle.Report report = judge(Op.INSERT, number, before);
      assertThat(report.atMostOnce()).as("seed %d: %s", SEED, report).isTrue();
      assertThat(report.missing()).as("seed %d", SEED).isEmpty();
      assertThat(outcomes(number).values())
          .as("seed %d", SEED)
          .hasSize(KilledPartition.ROWS)
          .filteredOn(outcome -> outcome != Outcome.APPLIED)
          .hasSizeLessThanOrEqualTo(deaths * MAY_BE_UNDER_WAY)
          .allMatch(outcome -> outcome == Outcome.UNKNOWN);
      killed += deaths;
    }
  }

  @Test
  @Tag("twin-24")
  void anAttemptThatDoesNotReadTheJournalSendsAllOfItAgain() throws Exception {
    try (SyncProcess process = attempt(Op.UPSERT, 0, 0)) {
      process.awaitUntil(() -> sandbox.ledger().applied() > KilledPartition.ROWS / 2);
      process.kill();
    }
    journal(0).remove(HADOOP);

    try (SyncProcess process = attempt(Op.UPSERT, 0, 1)) {
      assertThat(process.exitCode()).as(process::output).isZero();
    }

    assertThat(judge(Op.UPSERT, 0, 0).duplicate()).hasSizeGreaterThan(MAY_BE_UNDER_WAY);
  }

  /** Delivers a plan in as many attempts as it takes; how many of them died. */
  private int deliver(Op op, int number) throws InterruptedException {
    int deaths = 0;
    while (true) {
      long begun = sandbox.ledger().applied();
      int kill = 1 + random.nextInt(KilledPartition.ROWS * 3 / 2);
      Duration moment = Duration.ofMillis(random.nextInt(30));
      try (SyncProcess process = attempt(op, number, deaths)) {
        boolean ended = false;
        while (!ended && sandbox.ledger().applied() < begun + kill) {
          ended = process.endsWithin(TICK);
        }
        if (ended || process.endsWithin(moment)) {
          assertThat(process.exitCode()).as(process::output).isZero();
          return deaths;
        }
        process.kill();
        deaths++;
      }
    }
  }

  private SyncProcess attempt(Op op, int number, int attempt) {
    return SyncProcess.of(
        home,
        KilledPartition.class,
        sandbox.url().toString(),
        journal(number).path(),
        op.wireName(),
        Integer.toString(number),
        Integer.toString(attempt));
  }

  private JournalFolder journal(int number) {
    return new JournalFolder(home.resolve("journal-" + number).toString());
  }

  private List<BatchOutcome> noted(int number) {
    List<BatchOutcome> noted = new ArrayList<>();
    JournalFolder journal = journal(number);
    for (String name : journal.names(HADOOP, "p")) {
      journal.read(
          HADOOP,
          name,
          frame -> {
            if (frame instanceof JournalFrame.Outcomes outcomes) {
              noted.add(outcomes.outcome());
            }
          });
    }
    return noted;
  }

  private Map<String, Outcome> outcomes(int number) {
    Map<String, Outcome> byKey = new HashMap<>();
    for (BatchOutcome batch : noted(number)) {
      for (RecordOutcome record : batch.outcomes()) {
        byKey.put(record.key(), record.outcome());
      }
    }
    return byKey;
  }

  private Oracle.Report judge(Op op, int number, int requestsBefore) {
    List<RequestLedger.Entry> entries = sandbox.ledger().entries();
    return Oracle.of(
            KilledPartition.plan(op, number), Change::key, change -> Canonical.of(change.fields()))
        .judge(
            entries.subList(requestsBefore, entries.size()),
            noted(number),
            KilledPartition.ROWS / 2);
  }
}
