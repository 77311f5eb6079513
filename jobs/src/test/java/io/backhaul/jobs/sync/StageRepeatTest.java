/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.jobs.sync.MishapProvider.Mishap;
import io.backhaul.jobs.sync.MishapProvider.TaskDied;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.MapOutputTrackerMaster;
import org.apache.spark.SparkEnv;
import org.apache.spark.shuffle.MetadataFetchFailedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spark begins a stage again when what a task reads is gone with its executor, and runs partitions
 * a second time that tasks of the first attempt are still sending. {@link ClusterTest} loses real
 * executors; here a task only says so.
 */
class StageRepeatTest {

  private static final int ROWS = 1_200;
  private static final int BATCH = 50;

  @TempDir Path home;
  private SyncBed bed;

  /** With it a plan is delivered from files, and no executor that is lost takes them along. */
  private static final String LAID_OUT = "spark.sql.maxConcurrentOutputFileWriters";

  private String laidOut;

  @BeforeEach
  void aSlowDestinationWithoutIdempotencyKeys() {
    laidOut = SyncBed.spark().conf().get(LAID_OUT);
    SyncBed.spark().conf().set(LAID_OUT, 0);
    bed = new SyncBed(home);
    bed.customers(ROWS);
    bed.sync("mode: mirror");
    bed.destination("mishap", BATCH, 2, "idempotency_key: off\ntimeout: 30s");
    bed.sandbox().script(SandboxScript.FAULTLESS.taking(Duration.ofMillis(200)));
  }

  @AfterEach
  void stop() {
    SyncBed.spark().conf().set(LAID_OUT, laidOut);
    MishapProvider.nothing();
    bed.close();
  }

  /** Partition 1 cannot read on, once, at a time when partition 0 is on its way. */
  private static final class Unreadable implements Mishap {
    private final CountDownLatch underWay = new CountDownLatch(2);
    private final AtomicInteger openedFirst = new AtomicInteger();
    private final AtomicInteger openedSecond = new AtomicInteger();

    @Override
    public void opened(int partition, int attempt) {
      if (partition == 0) {
        openedFirst.incrementAndGet();
      } else if (openedSecond.incrementAndGet() == 1) {
        try {
          assertThat(underWay.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        var unused = new MetadataFetchFailedException(shuffle(), partition, "its executor is gone");
        throw new TaskDied();
      }
    }

    /** The one that the running stage reads: the last that was written. */
    private static int shuffle() {
      var written =
          ((MapOutputTrackerMaster) SparkEnv.get().mapOutputTracker())
              .shuffleStatuses()
              .keysIterator();
      int last = 0;
      while (written.hasNext()) {
        last = Math.max(last, (Integer) written.next());
      }
      return last;
    }

    @Override
    public void before(int partition, int attempt, int n) {
      if (partition == 0) {
        underWay.countDown();
      }
    }
  }

  @Test
  @Tag("fault-30")
  void aStageThatIsBegunAgainSendsNothingBesideItsFirstAttempt() {
    Unreadable mishap = new Unreadable();
    MishapProvider.next(mishap);

    RunReport report = bed.run();

    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(mishap.openedFirst).as("delivered in two rounds").hasValue(2);
    assertThat(mishap.openedSecond).hasValue(2);
    assertThat(Arrivals.at(bed).arrivedTwice()).isEmpty();
    SyncOracle.Verdict verdict = new SyncOracle(bed).judge(0);
    assertThat(verdict.promiseHolds()).as(verdict.toString()).isTrue();
    assertThat(verdict.sentAgain()).isZero();
  }

  @Test
  @Tag("twin-30")
  void theTwinThatTakesPartInItSendsBesideItself() {
    MishapProvider.next(new Unreadable());

    NaiveLoop.over(SyncBed.spark(), home, bed.spec());

    assertThat(Arrivals.at(bed).times()).hasSize(ROWS);
    assertThat(Arrivals.at(bed).arrivedTwice()).hasSizeGreaterThan(4 * BATCH);
  }
}
