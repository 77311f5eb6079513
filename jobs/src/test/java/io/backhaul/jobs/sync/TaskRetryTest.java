/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.Batch;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.jobs.deadletter.DeadLetterBox;
import io.backhaul.jobs.sync.MishapProvider.Mishap;
import io.backhaul.jobs.sync.MishapProvider.TaskDied;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that die while they deliver, and are tried again by Spark (four attempts, two cores). */
class TaskRetryTest {

  private static final int ROWS = 1_200;
  private static final int BATCH = 50;

  /** Answers otherwise each time it is asked. */
  private static final String RESTLESS =
      "SELECT id AS customer_id, uuid() AS token, rand() AS score FROM range(1, "
          + (ROWS + 1)
          + ")";

  /** Two partitions share four connections. */
  private static final int IN_FLIGHT = 2;

  @TempDir Path home;
  private SyncBed bed;

  @BeforeEach
  void start() {
    bed = new SyncBed(home);
    bed.customers(ROWS);
    bed.sync("mode: upsert");
    destination(4);
  }

  @AfterEach
  void stop() {
    MishapProvider.nothing();
    bed.close();
  }

  /** Without idempotency keys, so that every request that arrives is applied. */
  private void destination(int concurrency) {
    bed.destination("mishap", BATCH, concurrency, "idempotency_key: off\ntimeout: 30s");
  }

  /** The first attempt at partition 0 dies after its fourth request was applied. */
  private static class DiesOnce implements Mishap {
    @Override
    public void answered(int partition, int attempt, int n) {
      if (partition == 0 && attempt == 0 && n == 4) {
        throw new TaskDied();
      }
    }
  }

  private static Set<String> keys(List<Batch> batches) {
    return batches.stream()
        .flatMap(batch -> batch.changes().stream())
        .map(change -> change.key())
        .collect(Collectors.toSet());
  }

  @Tag("fault-25")
  @Test
  void aTaskThatDiesIsTriedAgainAndOnlyWhatWasInFlightIsSentAgain() {
    MishapProvider.next(new DiesOnce());

    RunReport report = bed.run();

    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(report.counts()).containsEntry("applied", (long) ROWS);
    assertThat(bed.held()).hasSize(ROWS);
    assertThat(MishapProvider.sent(0, 1)).isNotEmpty();
    Arrivals arrivals = Arrivals.at(bed);
    assertThat(arrivals.times()).hasSize(ROWS);
    assertThat(arrivals.arrivedTwice())
        .hasSizeBetween(BATCH, IN_FLIGHT * BATCH)
        .isSubsetOf(keys(MishapProvider.sent(0, 0)))
        .isSubsetOf(keys(MishapProvider.sent(0, 1)));
    assertThat(bed.value("SELECT count(DISTINCT key) = count(*) FROM deliveries")).isEqualTo(true);
  }

  @Tag("twin-25")
  @Test
  void theTwinWhoseSecondAttemptFindsNoJournalSendsEverythingAgain() {
    MishapProvider.next(
        new DiesOnce() {
          @Override
          public void opened(int partition, int attempt) {
            if (partition == 0 && attempt == 1) {
              deleteJournal("p00000-");
            }
          }
        });

    bed.run();

    assertThat(Arrivals.at(bed).arrivedTwice())
        .isEqualTo(keys(MishapProvider.sent(0, 0)))
        .hasSizeGreaterThan(IN_FLIGHT * BATCH);
  }

  private void deleteJournal(String prefix) {
    Configuration hadoop = bed.ledger().hadoop();
    for (JournalFolder folder :
        JournalFolder.unsettled(hadoop, bed.ledger().journals(), "acme", "contacts")) {
      for (String name : folder.names(hadoop, prefix)) {
        org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(folder.path(), name);
        try {
          assertThat(file.getFileSystem(hadoop).delete(file, false)).isTrue();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  @Test
  void underAtMostOnceWhatWasInFlightIsNotSentAgainUntilAPersonAsksForIt() {
    bed.sync("mode: upsert\ndelivery: at_most_once");
    MishapProvider.next(new DiesOnce());

    RunReport report = bed.run();

    assertThat(report.status()).isEqualTo(RunStatus.PARTIAL);
    assertThat(Arrivals.at(bed).arrivedTwice()).isEmpty();
    long unknown = report.count("unknown");
    assertThat(unknown).isBetween((long) BATCH, (long) IN_FLIGHT * BATCH);
    assertThat(report.count("applied")).isEqualTo(ROWS - unknown);
    assertThat(bed.value("SELECT count(*) FROM state_acme_contacts")).isEqualTo(ROWS - unknown);
    assertThat(bed.sql("SELECT code, status, count(*) FROM dead_letters GROUP BY ALL").toString())
        .isEqualTo("[[IN_DOUBT,open," + unknown + "]]");

    RunReport next = bed.run();

    assertThat(next.counts())
        .containsEntry("planned", 0L)
        .containsEntry("quarantined", unknown)
        .containsEntry("unchanged", ROWS - unknown);
    assertThat(Arrivals.at(bed).arrivedTwice()).isEmpty();

    new DeadLetterBox(bed.ledger(), Clock.systemUTC())
        .retry(new DeadLetterBox.Filter("acme", "contacts", null, "IN_DOUBT", null));
    assertThat(bed.run().counts()).containsEntry("applied", unknown);
    assertThat(Arrivals.at(bed).arrivedTwice()).hasSize((int) unknown);
    assertThat(bed.value("SELECT count(*) FROM state_acme_contacts")).isEqualTo((long) ROWS);
  }

  @Tag("fault-26")
  @Test
  void aPartitionThatDiesFourTimesFailsTheRunAndTheOthersAreSettled() {
    bed.sync("mode: upsert\ndelivery: at_most_once");
    bed.sandbox().script(SandboxScript.FAULTLESS.taking(Duration.ofMillis(60)));
    MishapProvider.next(
        new Mishap() {
          @Override
          public void before(int partition, int attempt, int n) {
            if (partition == 0 && n == (attempt == 0 ? 3 : 1)) {
              throw new TaskDied();
            }
          }
        });

    RunReport failed = bed.run();

    assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
    assertThat(failed.error()).contains("TaskDied").doesNotContain("the task dies here");
    assertThat(MishapProvider.sent(1, 0)).isNotEmpty();
    long applied = failed.count("applied");
    assertThat(applied).isPositive().isLessThan(ROWS);
    assertThat(failed.count("deferred")).isPositive();
    assertThat(applied + failed.count("deferred") + failed.count("unknown")).isEqualTo(ROWS);
    assertThat(bed.value("SELECT count(*) FROM state_acme_contacts")).isEqualTo(applied);
    // Nothing of the run still sends: the ledger holds what was settled, and no more.
    assertThat(bed.held()).hasSize((int) applied);

    MishapProvider.nothing();
    bed.sandbox().script(SandboxScript.FAULTLESS);
    RunReport next = bed.run();

    assertThat(next.counts()).containsEntry("applied", failed.count("deferred"));
    assertThat(Arrivals.at(bed).arrivedTwice()).isEmpty();
    assertThat(bed.held()).hasSize((int) (ROWS - failed.count("unknown")));
  }

  /**
   * The first attempt at partition 0 stops before its fourth request until a second one is about to
   * make its first: from there on both send.
   */
  private static final class Overtaken implements Mishap {
    private final CountDownLatch halfway = new CountDownLatch(1);
    private final CyclicBarrier barrier = new CyclicBarrier(2);
    private Thread first;

    @Override
    public void before(int partition, int attempt, int n) {
      if (partition != 0) {
        return;
      }
      boolean mine;
      synchronized (this) {
        first = first == null ? Thread.currentThread() : first;
        mine = first == Thread.currentThread();
      }
      if (n == (mine ? 4 : 1)) {
        halfway.countDown();
        try {
          barrier.await(60, TimeUnit.SECONDS);
        } catch (Exception e) {
          throw new IllegalStateException("the attempts did not meet", e);
        }
      }
    }
  }

  @Tag("fault-27")
  @Test
  void twoAttemptsAtOnceLeaveOneOutcomeAKeyAndRepeatNoMoreThanTheirOverlap() throws Exception {
    destination(2);
    UnsettledRun run = UnsettledRun.planned(bed);
    Overtaken overtaken = new Overtaken();
    MishapProvider.next(overtaken);
    CompletableFuture<Delivery.Ended> first = CompletableFuture.supplyAsync(run::deliver);
    assertThat(overtaken.halfway.await(60, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Delivery.Ended> second = CompletableFuture.supplyAsync(run::deliver);
    first.get(2, TimeUnit.MINUTES);
    second.get(2, TimeUnit.MINUTES);

    Settlement.Settled settled = run.settle();

    assertThat(settled).isEqualTo(new Settlement.Settled(ROWS, 0, 0, 0));
    assertThat(bed.held()).hasSize(ROWS);
    assertThat(Arrivals.at(bed).times()).hasSize(ROWS);
    Set<String> partition = keys(MishapProvider.sent(0, 0));
    assertThat(Arrivals.at(bed).arrivedTwice())
        .isSubsetOf(partition)
        .hasSize(partition.size() - 3 * BATCH);
    assertThat(Arrivals.at(bed).values().values()).allMatch(values -> values.size() == 1);
    assertThat(bed.sql("SELECT count(*), count(DISTINCT key) FROM deliveries").toString())
        .isEqualTo("[[" + ROWS + "," + ROWS + "]]");
    assertThat(bed.run().counts()).containsEntry("unchanged", (long) ROWS);
  }

  @Tag("fault-30")
  @Test
  void anExecutorThatDoesNotSeeTheJournalThatTheDriverBeganSendsNothing() {
    UnsettledRun run = UnsettledRun.planned(bed);
    run.folder().remove(bed.ledger().hadoop()); // as on the disk of another machine

    assertThatThrownBy(run::deliver)
        .rootCause()
        .hasMessageContaining(run.folder().path())
        .hasMessageContaining("on storage that the driver and all executors share");
    assertThat(Arrivals.at(bed).requests()).isZero();
  }

  @Test
  void aSourceThatNeverAnswersTwiceTheSameIsDeliveredAsItWasPlanned() {
    bed.file(
        "conf/syncs/acme/contacts.yaml",
        """
        source: {type: sql, query: "%s"}
        key: [customer_id]
        destination: crm
        object: contacts
        mapping: {token: token, score: score}
        """
            .formatted(RESTLESS));
    MishapProvider.next(new DiesOnce());

    RunReport report = bed.run();

    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(MishapProvider.sent(0, 1)).isNotEmpty();
    Arrivals arrivals = Arrivals.at(bed);
    assertThat(arrivals.arrivedTwice()).hasSizeBetween(BATCH, IN_FLIGHT * BATCH);
    assertThat(arrivals.values().values()).allMatch(values -> values.size() == 1);
    assertThat(
            bed.sql("SELECT key, payload FROM outbox").stream()
                .collect(Collectors.toMap(row -> row.getString(0), row -> row.getString(1))))
        .isEqualTo(bed.held());
    assertThat(
            bed.sql(
                "SELECT key FROM outbox FULL JOIN deliveries USING (run_id, key) WHERE outcome IS"
                    + " DISTINCT FROM 'applied' OR outbox.op IS NULL"))
        .isEmpty();
  }

  @Tag("twin-30")
  @Test
  void theTwinThatReadsItsSourceOnceMoreHasOtherValuesToSend() {
    Map<String, String> planned = read(RESTLESS);
    Map<String, String> again = read(RESTLESS);

    assertThat(again.keySet()).isEqualTo(planned.keySet());
    assertThat(again.values()).doesNotContainAnyElementsOf(planned.values());
  }

  private static Map<String, String> read(String query) {
    return SyncBed.spark().sql(query).collectAsList().stream()
        .collect(Collectors.toMap(row -> row.get(0).toString(), row -> row.getString(1)));
  }
}
