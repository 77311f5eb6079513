/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.testkit.SparkSessions;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LeaseTest {

  private static final Clock NOW = Clock.systemUTC();

  @TempDir Path folder;
  private Ledger ledger;

  @BeforeEach
  void start() {
    ledger =
        new Ledger(SparkSessions.shared(), new LedgerRoot.ByPath(folder.resolve("l").toString()));
  }

  private Optional<Lease> acquire(Clock clock, String sync, String runId) {
    return Lease.acquire(ledger, clock, "acme", sync, runId).lease();
  }

  @Test
  void oneRunHoldsItAndTheNextWaitsUntilItIsGivenBack() {
    Lease first = acquire(NOW, "a", "run-1").orElseThrow();

    Lease.Attempt refused = Lease.acquire(ledger, NOW, "acme", "a", "run-2");
    assertThat(refused.lease()).isEmpty();
    assertThat(refused.holder().runId()).isEqualTo("run-1");
    first.close();

    try (Lease second = acquire(NOW, "a", "run-2").orElseThrow()) {
      assertThat(second.epoch()).isGreaterThan(first.epoch());
      assertThat(second.nextFence()).isGreaterThan(first.nextFence());
    }
  }

  @Test
  void syncsDoNotWaitForEachOther() {
    try (Lease one = acquire(NOW, "one", "run-1").orElseThrow();
        Lease other = acquire(NOW, "other", "run-2").orElseThrow()) {
      one.check();
      other.check();
    }
  }

  @Tag("fault-28")
  @Test
  void aHolderThatDiedBlocksForAMinuteAtTheMostAndFindsOutIfItWasOnlyAsleep() {
    Lease asleep = acquire(NOW, "a", "run-1").orElseThrow();
    assertThat(acquire(Clock.offset(NOW, Duration.ofSeconds(50)), "a", "run-2")).isEmpty();

    try (Lease heir =
        acquire(Clock.offset(NOW, Duration.ofSeconds(61)), "a", "run-3").orElseThrow()) {
      heir.check();
      assertThat(heir.epoch()).isGreaterThan(asleep.epoch());
    }
    asleep.close();
  }

  private static Clock clock(InstantSource time) {
    return time.withZone(ZoneOffset.UTC);
  }

  @Test
  void aHolderWhoseTimeRanOutStopsByItself() {
    AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    Clock settable = clock(() -> NOW.instant().plus(ahead.get()));
    try (Lease lease = acquire(settable, "a", "run-1").orElseThrow()) {
      lease.check();
      ahead.set(Duration.ofMinutes(2));
      assertThatThrownBy(lease::check)
          .isInstanceOf(LeaseLostException.class)
          .hasMessageContaining("acme/a")
          .hasMessageContaining("run-1");
    }
  }

  /** By a clock that has gone on by fifty seconds when it is looked at again. */
  @Timeout(10)
  @Test
  void aLeaseWhoseWritingTookMostOfItsTimeIsRenewedAtOnce() {
    AtomicInteger looked = new AtomicInteger();
    Clock slow = clock(() -> NOW.instant().plusSeconds(looked.getAndIncrement() == 0 ? 0 : 50));
    try (Lease lease = acquire(slow, "a", "run-1").orElseThrow()) {
      while (!lease.heldUntil().isAfter(NOW.instant().plusSeconds(60))) {
        Thread.onSpinWait();
      }
      lease.check();
    }
  }

  @Test
  void aRunThatKeepsAllOfSparksCoresBusyRenewsItsLeaseAllTheSame() throws Exception {
    Lease.Terms often = new Lease.Terms(Duration.ofSeconds(60), Duration.ofMillis(100));
    try (Lease lease =
            Lease.acquire(ledger, NOW, "acme", "a", "run-1", often).lease().orElseThrow();
        BusyCores busy = BusyCores.of(SparkSessions.shared())) {
      Instant taken = lease.heldUntil();
      CompletableFuture<Long> job =
          CompletableFuture.supplyAsync(() -> SparkSessions.shared().range(3).count());

      busy.awaitUntil(() -> lease.heldUntil().isAfter(taken));

      lease.check();
      assertThat(lease.beat().heldUntil(ledger.hadoop())).isAfter(taken);
      assertThat(job).as("a table could not have been written").isNotDone();
    }
  }

  @Tag("fault-29")
  @Test
  void ofTwoThatComeAtTheSameMomentOneGetsIt() throws Exception {
    acquire(NOW, "a", "run-0").orElseThrow().close();
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      CyclicBarrier together = new CyclicBarrier(2);
      List<Callable<Optional<Lease>>> racers =
          List.of(
              () -> {
                together.await();
                return acquire(NOW, "a", "run-1");
              },
              () -> {
                together.await();
                return acquire(NOW, "a", "run-2");
              });
      int winners = 0;
      for (Future<Optional<Lease>> racer : pool.invokeAll(racers)) {
        if (racer.get().isPresent()) {
          winners++;
          racer.get().get().close();
        }
      }
      assertThat(winners).isEqualTo(1);
    } finally {
      pool.shutdownNow();
    }
  }
}
