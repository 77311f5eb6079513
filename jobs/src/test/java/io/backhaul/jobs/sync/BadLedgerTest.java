/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.ledger.LedgerTable;
import io.backhaul.jobs.ledger.NewerLedgerException;
import io.backhaul.jobs.ledger.UnwritableLedgerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A ledger, or a clock, that is not as it should be. */
@Tag("faults")
class BadLedgerTest {

  @TempDir Path home;
  private SyncBed bed;

  @BeforeEach
  void start() {
    bed = new SyncBed(home);
    bed.customers(10);
    bed.sync("mode: mirror");
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  private RunReport run(Clock clock) {
    return new SyncRun(bed.ledger(), bed.spec(), RunOptions.DEFAULT, clock, RunObserver.NONE, null)
        .run();
  }

  @Test
  void aLedgerOfANewerVersionIsRefusedWithTheVersionToUse() {
    bed.run();
    bed.edit("UPDATE customers SET email = 'new@example.com' WHERE customer_id = 1");
    SyncBed.spark()
        .sql(
            "ALTER TABLE "
                + bed.ledger().ref(LedgerTable.LEASES).sql()
                + " SET TBLPROPERTIES (backhaul.ledger.format = '2',"
                + " backhaul.ledger.since = '0.9.0')");
    long arrivals = bed.sandbox().ledger().arrivals();
    Ledger reopened =
        new Ledger(SyncBed.spark(), new LedgerRoot.ByPath(home.resolve("ledger").toString()));

    assertThatThrownBy(
            () ->
                new SyncRun(
                        reopened,
                        bed.spec(),
                        RunOptions.DEFAULT,
                        Clock.systemUTC(),
                        RunObserver.NONE,
                        null)
                    .run())
        .isInstanceOf(NewerLedgerException.class)
        .hasMessageContaining("use Backhaul >= 0.9.0")
        .hasMessageContaining("leases");
    assertThat(bed.sandbox().ledger().arrivals()).isEqualTo(arrivals);
  }

  @Test
  void aFileWhereTheLedgersFolderShouldBeIsSaidWithTheRemedy() throws IOException {
    Files.writeString(home.resolve("ledger"), "not a folder");

    assertThatThrownBy(bed::run)
        .isInstanceOf(UnwritableLedgerException.class)
        .hasMessageContaining("ledger.path")
        .hasMessageContaining(home.resolve("ledger").toString());
    assertThat(bed.sandbox().ledger().arrivals()).isZero();
  }

  /** In a process with mounts of its own; {@code kB} is the room there is, 0 for read-only. */
  @Tag("fault-31")
  @ParameterizedTest
  @CsvSource({"0, its folder cannot be made", "64, no space is left"})
  void aLedgerOnAFullOrReadOnlyDiskIsSaidWithTheRemedyAndIsNoLoss(int kB, String said)
      throws Exception {
    Path ledger = Files.createDirectories(home.resolve("ledger"));
    String mount =
        kB == 0
            ? "mount -t tmpfs -o ro tmpfs " + ledger
            : "mount -t tmpfs -o size=" + kB + "k tmpfs " + ledger;
    assumeTrue(
        new ProcessBuilder("unshare", "-m", "sh", "-c", mount)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("mount.log").toFile())
                .start()
                .waitFor()
            == 0,
        "this machine lets no process have mounts of its own");
    Path log = home.resolve("run.log");

    Process run =
        new ProcessBuilder("unshare", "-m", "sh", "-c", mount + " && exec " + java())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();

    assertThat(run.waitFor(300, TimeUnit.SECONDS)).isTrue();
    assertThat(run.exitValue()).isNotZero();
    assertThat(log)
        .content()
        .contains("the ledger cannot be written: ")
        .contains(said)
        .contains("run it again");
    assertThat(bed.run().count("applied")).isEqualTo(10);
    assertThat(bed.held()).hasSize(10);
  }

  private String java() {
    return SyncProcess.words(home).stream()
        .map(word -> "'" + word + "'")
        .collect(Collectors.joining(" "));
  }

  /**
   * A clock that is wrong costs waiting, never a row: whoever looks at a lease with a fast clock
   * may take it too early, and the fencing epoch then keeps the slower holder from settling.
   */
  @Tag("fault-35")
  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void aClockAnHourWrongLosesNoRowAndSendsNoneTwice(int hours) {
    Clock right = Clock.systemUTC();
    Clock wrong = Clock.offset(right, Duration.ofHours(hours));
    assertThat(run(wrong).count("applied")).isEqualTo(10);
    bed.edit(
        "UPDATE customers SET email = 'new@example.com', updated_at = now()"
            + " WHERE customer_id < 4");

    RunReport next = run(right);

    assertThat(next.ops()).containsEntry("upsert", 3L).containsEntry("delete", 0L);
    assertThat(run(wrong).count("planned")).isZero();
    assertThat(bed.value("SELECT min(lag_seconds) >= 0 FROM deliveries")).isEqualTo(true);
    assertThat(bed.value("SELECT sum(applied) FROM runs")).isEqualTo(13L);
  }

  @Tag("fault-35")
  @Test
  void aLeaseTakenByAClockAnHourAheadStopsTheHolderAndNeverLetsBothSettle() {
    Clock right = Clock.systemUTC();
    Clock ahead = Clock.offset(right, Duration.ofHours(1));
    Clock behind = Clock.offset(right, Duration.ofHours(-1));
    Lease held =
        Lease.acquire(bed.ledger(), right, "acme", "contacts", "run-1").lease().orElseThrow();

    assertThat(Lease.acquire(bed.ledger(), behind, "acme", "contacts", "run-0").lease())
        .as("a slow clock waits")
        .isEmpty();
    try (Lease early =
        Lease.acquire(bed.ledger(), ahead, "acme", "contacts", "run-2").lease().orElseThrow()) {
      assertThat(early.nextFence()).isGreaterThan(held.nextFence());
      early.check();
    }
    held.close();
  }

  @Tag("fault-37")
  @Test
  void aSourceWithoutRowsIsRefusedByMirrorAndNothingToDoForUpsert() {
    bed.run();
    bed.edit("DELETE FROM customers");

    RunReport mirror = bed.run();

    assertThat(mirror.status()).isEqualTo(RunStatus.STOPPED);
    assertThat(mirror.error()).contains("source");
    assertThat(bed.held()).hasSize(10);
    bed.sync("mode: upsert");
    RunReport upsert = bed.run();
    assertThat(upsert.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(upsert.count("planned")).isZero();
    assertThat(bed.held()).hasSize(10);
  }
}
