/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.jobs.sync.ClusterSync.Way;
import io.backhaul.jobs.sync.MishapProvider.Mishap;
import io.backhaul.jobs.sync.TaskAttempts.Attempt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole runs on a cluster of several JVMs, of which some die: {@link LoopbackCluster}. Two
 * partitions share four connections, one executor each.
 */
@Tag("faults")
class ClusterTest {

  private static final int ROWS = 2_000;
  private static final int BATCH = 50;

  /** What one executor has under way: two requests. */
  private static final int IN_FLIGHT = 2 * BATCH;

  private static final String DOOMED = "127.0.0.2";

  private static final String[] SPECULATIVE = {
    "spark.speculation=true",
    "spark.speculation.interval=100ms",
    "spark.speculation.multiplier=1.01",
    "spark.speculation.quantile=0.5",
    "spark.speculation.minTaskRuntime=100ms",
    "spark.speculation.efficiency.enabled=false"
  };

  private static final String SLOW_MACHINE =
      "-D" + MishapProvider.PROPERTY + "=" + SlowMachine.class.getName();

  @TempDir static Path clusterFolder;
  private static LoopbackCluster cluster;

  @TempDir Path home;
  private SyncBed bed;
  private RequestLedger arrived;

  @BeforeAll
  static void startTheCluster() throws Exception {
    Optional<String> obstacle = LoopbackCluster.obstacle();
    assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
    cluster = LoopbackCluster.start(clusterFolder);
  }

  @AfterAll
  static void stopTheCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @BeforeEach
  void aSlowDestination() throws Exception {
    cluster.mend();
    bed = new SyncBed(home);
    bed.customers(ROWS);
    bed.sync("mode: mirror");
    destination("idempotency_key: off");
    bed.sandbox().script(SandboxScript.FAULTLESS.taking(Duration.ofMillis(200)));
    arrived = bed.sandbox().ledger();
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private void destination(String more) {
    bed.destination("mishap", BATCH, 4, "timeout: 30s\n" + more);
  }

  /**
   * Kills the executor that delivers partition 1 and has a part of what both partitions read. Spark
   * then begins the stage again, with partition 0 first, which the other executor is still
   * delivering: it takes longer than a new executor takes to come.
   */
  private List<Attempt> deliveredAlthoughAnExecutorIsKilledThatTheOtherReadFrom() throws Exception {
    bed.sandbox().script(SandboxScript.FAULTLESS.taking(Duration.ofSeconds(1)));
    try (SyncProcess run =
        driver(
            Way.SYNC,
            "",
            "spark.sql.files.maxPartitionBytes=40000",
            "spark.shuffle.reduceLocality.enabled=false")) {
      run.awaitUntil(() -> arrived.applied() >= ROWS / 8);
      String doomed =
          TaskAttempts.in(run.output()).stream()
              .filter(attempt -> attempt.partition() == 1)
              .findFirst()
              .orElseThrow()
              .host();
      assertThat(TaskAttempts.shuffleHosts(run.output())).contains(doomed);
      cluster.killExecutor(doomed);
      return ended(run);
    }
  }

  private SyncProcess driver(Way way, String executorOptions, String... settings) {
    List<String> options = new ArrayList<>(cluster.options(executorOptions));
    for (String setting : settings) {
      options.add("-D" + setting);
    }
    return SyncProcess.start(
        home, Map.of(), options, ClusterSync.class, home.toString(), way.name());
  }

  /** Waits for the end of a run that must have gone well. */
  private static List<Attempt> ended(SyncProcess run) throws InterruptedException {
    assertThat(run.exitCode()).as(() -> run.output() + cluster.executorLogs()).isZero();
    return TaskAttempts.in(run.output());
  }

  private SyncOracle.Verdict promiseHolds() {
    SyncOracle.Verdict verdict = new SyncOracle(bed).judge(0);
    assertThat(verdict.promiseHolds()).as(verdict.toString()).isTrue();
    return verdict;
  }

  @Test
  void twoExecutorsDeliverSideBySideAndEverythingOnce() throws Exception {
    List<Attempt> attempts;
    try (SyncProcess run = driver(Way.SYNC, "")) {
      attempts = ended(run);
    }

    assertThat(attempts).extracting(Attempt::host).containsExactlyInAnyOrder("127.0.0.1", DOOMED);
    assertThat(arrived.records()).isEqualTo(ROWS);
    assertThat(promiseHolds().sentAgain()).isZero();
    assertThat(bed.value("SELECT status FROM runs")).isEqualTo("succeeded");
  }

  @Test
  @Tag("fault-30")
  void anExecutorThatIsKilledCostsNoMoreThanWhatItHadInFlight() throws Exception {
    List<Attempt> attempts = deliveredAlthoughAnExecutorIsKilledThatTheOtherReadFrom();

    assertThat(attempts).as("attempts").extracting(Attempt::stageAttempt).contains(1);
    assertThat(promiseHolds().sentAgain()).isLessThanOrEqualTo(IN_FLIGHT);
    assertThat(bed.value("SELECT status FROM runs")).isEqualTo("succeeded");
    assertThat(bed.value("SELECT count(*) FROM runs")).isEqualTo(1L);
  }

  @Test
  @Tag("twin-30")
  void theTwinThatKeepsNoJournalSendsAgainWhatTheKilledExecutorHadDelivered() throws Exception {
    try (SyncProcess loop = driver(Way.NAIVELY, "")) {
      loop.awaitUntil(() -> arrived.applied() >= ROWS / 2);
      cluster.killExecutor(DOOMED);
      ended(loop);
    }

    assertThat(bed.held()).hasSize(ROWS);
    assertThat(Arrivals.at(bed).appliedTwice()).hasSizeGreaterThan(2 * IN_FLIGHT);
  }

  @Test
  @Tag("fault-30")
  void underAtMostOnceWhatAKilledExecutorHadInFlightIsSentByNobodyElse() throws Exception {
    bed.sync("mode: mirror\ndelivery: at_most_once");
    List<Attempt> attempts = deliveredAlthoughAnExecutorIsKilledThatTheOtherReadFrom();

    assertThat(attempts).as("attempts").extracting(Attempt::stageAttempt).contains(1);
    assertThat(Arrivals.at(bed).arrivedTwice()).isEmpty();
    long unknown = (Long) bed.value("SELECT unknown FROM runs");
    assertThat(unknown).isBetween(1L, (long) IN_FLIGHT);
    assertThat(bed.value("SELECT applied FROM runs")).isEqualTo(ROWS - unknown);
    assertThat(bed.value("SELECT count(*) FROM state_acme_contacts")).isEqualTo(ROWS - unknown);
    assertThat(bed.sql("SELECT code, status, count(*) FROM dead_letters GROUP BY ALL").toString())
        .isEqualTo("[[IN_DOUBT,open," + unknown + "]]");
  }

  @Test
  @Tag("fault-30")
  void aSourceThatNeverAnswersTwiceTheSameIsDeliveredAsItWasPlannedAlthoughAWorkerIsLost()
      throws Exception {
    bed.file(
        "conf/syncs/acme/contacts.yaml",
        """
        source: {type: sql, query: "SELECT id AS customer_id, uuid() AS token, rand() AS score FROM range(1, %d)"}
        key: [customer_id]
        destination: crm
        object: contacts
        mapping: {token: token, score: score}
        """
            .formatted(ROWS + 1));
    destination("");
    try (SyncProcess run = driver(Way.SYNC, "")) {
      run.awaitUntil(() -> arrived.applied() >= ROWS / 4);
      cluster.killWorker(DOOMED);
      assertThat(ended(run)).as("attempts").hasSizeGreaterThan(2);
    }

    Arrivals arrivals = Arrivals.at(bed);
    assertThat(arrivals.values().values()).allMatch(values -> values.size() == 1);
    Map<String, Long> bodiesByKey =
        arrived.entries().stream()
            .collect(
                Collectors.groupingBy(
                    RequestLedger.Entry::idempotencyKey,
                    Collectors.collectingAndThen(
                        Collectors.mapping(
                            RequestLedger.Entry::payloadHash, Collectors.toUnmodifiableSet()),
                        bodies -> (long) bodies.size())));
    assertThat(bodiesByKey.values()).as("bodies of one batch").containsOnly(1L);
    assertThat(arrivals.appliedTwice()).isEmpty();
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

  @Test
  @Tag("fault-24")
  void executorsEndWithADriverThatIsKilledAndTheNextRunSendsTheRest() throws Exception {
    try (SyncProcess run = driver(Way.SYNC, "")) {
      run.awaitUntil(() -> arrived.applied() >= ROWS / 4);
      run.kill();
    }
    cluster.mend(); // no executor is left
    long before = arrived.applied();
    assertThat(before).isLessThan(ROWS);
    bed.clock().forward(Duration.ofMinutes(2)); // the dead run's lease runs out
    bed.sandbox().script(SandboxScript.FAULTLESS);

    RunReport next = bed.run();

    assertThat(next.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(next.count("planned")).isBetween(ROWS - before, ROWS - before + 2 * IN_FLIGHT);
    assertThat(promiseHolds().sentAgain()).isLessThanOrEqualTo(2 * IN_FLIGHT);
  }

  @Test
  @Tag("fault-27")
  void aSessionThatSpeculatesIsRefusedBeforeAnythingIsSent() throws Exception {
    try (SyncProcess run = driver(Way.SYNC, "", "spark.speculation=true")) {
      assertThat(run.exitCode()).isNotZero();
      assertThat(run.output()).contains("spark.speculation is on", "spark.speculation=false");
    }

    assertThat(arrived.arrivals()).isZero();
  }

  /**
   * Whoever delivers partition 0 first is on a slow machine. A request is on its way for a while
   * and cannot be called back.
   */
  static final class SlowMachine implements Mishap {
    private static final Duration ON_ITS_WAY = Duration.ofMillis(1_500);

    @Override
    public void before(int partition, int attempt, int n) {
      if (partition == 0 && attempt == 0) {
        long end = System.nanoTime() + ON_ITS_WAY.toNanos();
        while (System.nanoTime() < end) {
          LockSupport.parkNanos(end - System.nanoTime());
          Thread.interrupted();
        }
      }
    }
  }

  /** The session's speculation is on while it delivers; only the run's own look at it is evaded. */
  @Test
  @Tag("fault-27")
  void speculationThatIsTurnedOnBehindOurBackChangesNoOutcomeAndIsAwaitedBeforeSettling()
      throws Exception {
    destination("");
    List<Attempt> attempts;
    long arrivedBeforeSettling;
    try (SyncProcess run = driver(Way.SYNC_THAT_SEES_NO_SPECULATION, SLOW_MACHINE, SPECULATIVE)) {
      run.awaitUntil(() -> Files.exists(home.resolve(ClusterSync.SETTLING)));
      arrivedBeforeSettling = arrived.arrivals();
      attempts = ended(run);
    }

    assertThat(attempts).as("attempts").filteredOn(Attempt::speculative).isNotEmpty();
    assertThat(arrived.arrivals()).isEqualTo(arrivedBeforeSettling);
    assertThat(arrived.replayed()).as("requests of both attempts").isPositive();
    assertThat(Arrivals.at(bed).appliedTwice()).isEmpty();
    assertThat(Arrivals.at(bed).arrivedTwice()).hasSizeLessThan(ROWS / 2);
    promiseHolds();
    assertThat(bed.value("SELECT status FROM runs")).isEqualTo("succeeded");
    assertThat(bed.value("SELECT count(DISTINCT key) = count(*) FROM deliveries")).isEqualTo(true);
  }

  @Test
  @Tag("twin-27")
  void theTwinThatSpeculatesWithoutAJournalAppliesRecordsTwice() throws Exception {
    List<Attempt> attempts;
    try (SyncProcess loop = driver(Way.NAIVELY, SLOW_MACHINE, SPECULATIVE)) {
      attempts = ended(loop);
    }

    assertThat(attempts).as("attempts").filteredOn(Attempt::speculative).isNotEmpty();
    assertThat(bed.held()).hasSize(ROWS);
    assertThat(Arrivals.at(bed).appliedTwice()).hasSizeGreaterThanOrEqualTo(BATCH);
  }
}
