/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.jobs.spec.Priority;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A destination that takes twenty calls a day, and thirty are planned. */
class CallAllowanceTest {

  private static final int A_DAY = 20;
  private static final int BATCH = 10;
  private static final int ROWS = 300;

  /** Whose midnight is not that of UTC. */
  private static final ZoneId ZONE = ZoneId.of("America/Chicago");

  @TempDir Path home;
  private SyncBed bed;

  @BeforeEach
  void aDestinationThatTakesLittle() {
    bed = new SyncBed(home);
    bed.file(
        "conf/destinations/acme/crm.yaml",
        """
        type: http
        url: %s/api
        results: per_record
        batch: {max_records: %d}
        rate: {requests_per_second: 500, concurrency: 4, calls_per_day: %d, day_zone: %s}
        """
            .formatted(bed.sandbox().url(), BATCH, A_DAY, ZONE));
    bed.sync("");
    // no test meets the account's midnight, and each begins before that of UTC
    Instant now = bed.clock().instant();
    Instant morning =
        now.atZone(ZONE).toLocalDate().plusDays(1).atTime(9, 0).atZone(ZONE).toInstant();
    bed.clock().forward(Duration.between(now, morning));
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private RunReport run(Priority priority) {
    bed.sync("priority: " + priority.wireName());
    return bed.run();
  }

  private CallAllowance allowance() {
    return CallAllowance.of(bed.ledger(), bed.spec(), bed.clock()).orElseThrow();
  }

  @Test
  void aDaysCallsAreSpentByPriorityAndTheRestGoesOutTheNextDay() {
    bed.customers(ROWS);

    RunReport low = run(Priority.LOW);
    assertThat(Arrivals.at(bed).requests()).isEqualTo(15);
    assertThat(low.status()).isEqualTo(RunStatus.PARTIAL);
    assertThat(low.count("deferred")).isEqualTo(ROWS - 15L * BATCH);
    assertThat(bed.value("SELECT deferred_code FROM runs")).isEqualTo("CALLS_PER_DAY");
    assertThat(run(Priority.LOW).count("deferred")).isEqualTo(ROWS - 15L * BATCH);

    run(Priority.NORMAL);
    assertThat(Arrivals.at(bed).requests()).isEqualTo(18);
    bed.clock().forward(Duration.ofHours(12)); // the next day of UTC, not of the account
    run(Priority.HIGH);
    run(Priority.HIGH);
    assertThat(Arrivals.at(bed).requests()).isEqualTo(A_DAY);
    assertThat(allowance().left()).isZero();

    bed.clock().forward(Duration.ofHours(12));
    assertThat(run(Priority.NORMAL).status()).isEqualTo(RunStatus.SUCCEEDED);
    int requests = Arrivals.at(bed).requests();
    assertThat(requests).isBetween(ROWS / BATCH, ROWS / BATCH + 2); // the last of each partition
    assertThat(Arrivals.at(bed).arrivedTwice()).isEmpty();
    assertThat(bed.sql("SELECT made, set_aside, priority FROM daily_calls ORDER BY day").toString())
        .isEqualTo("[[20,0,high], [%d,0,normal]]".formatted(requests - A_DAY));
  }

  @Test
  void whatARunThatDiedHadSetAsideStaysCounted() {
    CallAllowance allowance = allowance();
    CallAllowance.SetAside dead = allowance.setAside("dead", 7);
    CallAllowance.SetAside ended = allowance.setAside("ended", 5);
    assertThat(List.of(dead.calls(), ended.calls())).containsExactly(7L, 5L);

    allowance.account(ended, 2);

    assertThat(allowance.left()).isEqualTo(18 - 7 - 2);
    assertThat(allowance.setAside("greedy", 100).calls()).isEqualTo(9);
    assertThat(allowance.setAside("late", 1).calls()).isZero();
  }

  @Test
  void runsThatSetAsideAtOnceNeverGetMoreThanThereIs() {
    allowance().setAside("first", 1); // makes the table
    List<CompletableFuture<Long>> runs =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(() -> allowance().setAside("run" + i, 6).calls()))
            .toList();

    assertThat(runs.stream().mapToLong(CompletableFuture::join).sum()).isEqualTo(17);
    assertThat(allowance().left()).isZero();
  }
}
