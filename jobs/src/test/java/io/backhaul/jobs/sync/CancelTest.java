/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.jobs.sync.MishapProvider.Mishap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A run that is asked to end: what was acknowledged is settled, the rest is carried by the next.
 */
@Tag("faults")
class CancelTest {

  private static final int ROWS = 4_000;
  private static final int SOME = 1_000;

  @TempDir Path home;
  private SyncBed bed;
  private RequestLedger arrived;

  @BeforeEach
  void aSlowDestination() {
    bed = new SyncBed(home);
    bed.customers(ROWS);
    bed.sync("mode: mirror");
    bed.sandbox().script(SandboxScript.FAULTLESS.taking(Duration.ofMillis(200)));
    arrived = bed.sandbox().ledger();
  }

  @AfterEach
  void close() {
    bed.close();
  }

  @Tag("fault-34")
  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void aSignalEndsACommandWithCodeThreeAndNothingIsSentTwice(String signal) throws Exception {
    String output;
    try (SyncProcess run = SyncProcess.command(home)) {
      run.awaitUntil(() -> arrived.applied() >= SOME);
      assumeThat(run.ignores(signal)).as("whoever started us has %s ignored", signal).isFalse();
      run.signal(signal);
      assertThat(run.exitCode()).as(run::output).isEqualTo(3);
      output = run.output();
    }
    JsonNode report = json(output);
    assertThat(report.path("status").asText()).isEqualTo("partial");
    assertThat(report.at("/counts/applied").asLong()).isEqualTo(arrived.applied());
    assertThat(report.at("/counts/deferred").asLong()).isEqualTo(ROWS - arrived.applied());
    assertThat(bed.value("SELECT deferred_code FROM runs")).isEqualTo("CANCELLED");

    theNextRunSendsExactlyTheRest();
  }

  @Tag("fault-34")
  @Test
  void aCancelledSparkJobEndsTheRunInTheSameWay() throws Exception {
    CompletableFuture<RunReport> run = CompletableFuture.supplyAsync(() -> bed.run());
    awaitUntil(run, () -> arrived.applied() >= SOME);

    SyncBed.spark().sparkContext().cancelAllJobs();
    RunReport report = run.get();

    assertThat(report.status()).isEqualTo(RunStatus.PARTIAL);
    assertThat(report.deferredCode()).isEqualTo(Cancellation.CODE);
    assertThat(report.count("applied")).isEqualTo(arrived.applied()).isLessThan(ROWS);
    theNextRunSendsExactlyTheRest();
  }

  @Tag("fault-34")
  @Test
  void aRequestThatHangsIsBrokenOffAndSentAgainByTheNextRun() throws Exception {
    bed.sandbox().script(SandboxScript.FAULTLESS.taking(Duration.ofMinutes(10)));
    bed.timeout("10m");
    Cancellation cancellation = new Cancellation();
    CompletableFuture<RunReport> run =
        CompletableFuture.supplyAsync(() -> bed.run(RunOptions.DEFAULT, cancellation));
    awaitUntil(run, () -> arrived.arrivals() >= 4);

    long asked = System.nanoTime();
    cancellation.request("a test");
    RunReport report = run.get();

    assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofMinutes(1));
    assertThat(report.status()).isEqualTo(RunStatus.PARTIAL);
    assertThat(report.count("applied")).isZero();
    assertThat(bed.sql("SELECT 1 FROM leases WHERE held")).isEmpty();
    bed.sandbox().script(SandboxScript.FAULTLESS);
    bed.timeout("5s");
    assertThat(bed.run().count("applied")).isEqualTo(ROWS);
  }

  @Test
  void aRunThatIsCancelledBeforeItSendsLeavesNothingBehind() {
    Cancellation cancellation = new Cancellation();
    cancellation.request("a test");

    RunReport report = bed.run(RunOptions.DEFAULT, cancellation);

    assertThat(report.status()).isEqualTo(RunStatus.PARTIAL);
    assertThat(report.unfinished()).isTrue();
    assertThat(report.error()).contains("a test", "before anything was sent");
    assertThat(arrived.arrivals()).isZero();
    assertThat(bed.sql("SELECT 1 FROM outbox")).isEmpty();
    bed.sandbox().script(SandboxScript.FAULTLESS);
    assertThat(bed.run().count("applied")).isEqualTo(ROWS);
  }

  @Tag("fault-34")
  @Test
  void aRunThatIsCancelledJustBeforeSparkKnowsOfItsTasksIsNotDeliveredToTheEnd() {
    bed.destination("mishap", 10, 4, "");
    Cancellation cancellation = new Cancellation();
    AtomicBoolean delivering = new AtomicBoolean();
    MishapProvider.next(
        new Mishap() {
          @Override
          public void openedByDriver() {
            if (delivering.get()) {
              cancellation.request("a test"); // no job runs that Spark could cancel
            }
          }
        });
    RunObserver whenDelivering =
        new RunObserver() {
          @Override
          public void step(String run, Step step, long total) {
            delivering.set(step == Step.DELIVER);
          }

          @Override
          public void delivered(Delivered soFar) {}
        };

    RunReport report =
        new SyncRun(
                bed.ledger(),
                bed.spec(),
                RunOptions.DEFAULT,
                bed.clock(),
                whenDelivering,
                null,
                cancellation)
            .run();

    MishapProvider.nothing();
    assertThat(report.deferredCode()).isEqualTo(Cancellation.CODE);
    assertThat(report.count("applied")).isEqualTo(arrived.applied()).isLessThan(ROWS / 2);
    bed.sandbox().script(SandboxScript.FAULTLESS);
    assertThat(bed.run().count("applied")).isEqualTo(ROWS - report.count("applied"));
  }

  private void theNextRunSendsExactlyTheRest() {
    bed.sandbox().script(SandboxScript.FAULTLESS);
    long before = arrived.applied();
    assertThat(bed.value("SELECT count(*) FROM state_acme_contacts")).isEqualTo(before);

    RunReport next = bed.run();

    assertThat(next.count("applied")).isEqualTo(ROWS - before);
    SyncOracle.Verdict verdict = new SyncOracle(bed).judge(0);
    assertThat(verdict.promiseHolds()).as(verdict.toString()).isTrue();
    assertThat(verdict.sentAgain()).isZero();
  }

  private static void awaitUntil(CompletableFuture<RunReport> run, BooleanSupplier moment)
      throws Exception {
    while (!moment.getAsBoolean()) {
      try {
        throw new AssertionError("the run ended too early: " + run.get(20, TimeUnit.MILLISECONDS));
      } catch (TimeoutException e) {
        assertThat(run).isNotDone();
      }
    }
  }

  private static JsonNode json(String output) throws IOException {
    return new ObjectMapper().readTree(output.substring(output.indexOf("{\"run_id\"")));
  }
}
