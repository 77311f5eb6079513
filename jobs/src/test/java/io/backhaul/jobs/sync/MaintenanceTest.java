/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.Op;
import io.backhaul.destination.send.BatchOutcome;
import io.backhaul.destination.send.Outcome;
import io.backhaul.destination.send.RecordOutcome;
import io.backhaul.diff.testkit.SparkSessions;
import io.backhaul.jobs.deadletter.DeadLetterBox;
import io.backhaul.jobs.ledger.Ledger;
import io.backhaul.jobs.ledger.LedgerRoot;
import io.backhaul.jobs.ledger.LedgerTable;
import io.backhaul.jobs.maintain.Maintenance;
import io.backhaul.jobs.maintain.TableUpkeep;
import io.backhaul.jobs.spec.LedgerSpec;
import io.backhaul.jobs.spec.Retention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code backhaul maintain} removes what is past its term, and nothing that a sync needs. */
@Tag("faults")
class MaintenanceTest {

  private static final Clock NOW = Clock.systemUTC();
  private static final Clock IN_100_DAYS = Clock.offset(NOW, Duration.ofDays(100));

  @TempDir Path home;
  private SyncBed bed;

  @BeforeEach
  void start() {
    bed = new SyncBed(home);
    bed.customers(40);
    bed.sync("mode: mirror\nvalidate: {email: [required, email]}");
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  static Retention usual() {
    return new Retention(
        Duration.ofDays(400),
        Duration.ofDays(90),
        Duration.ofDays(400),
        Duration.ofDays(90),
        Duration.ofDays(90),
        Duration.ofDays(7),
        Duration.ofDays(7));
  }

  private static Map<String, TableUpkeep> maintain(Ledger ledger, Clock clock, boolean dryRun) {
    return new Maintenance(ledger, usual(), clock, table -> {})
        .run(dryRun).stream().collect(Collectors.toMap(TableUpkeep::table, one -> one));
  }

  private Map<String, TableUpkeep> maintain(Clock clock) {
    return maintain(bed.ledger(), clock, false);
  }

  private void breakAddress(int id) {
    bed.edit("UPDATE customers SET email = 'broken', updated_at = now() WHERE customer_id = " + id);
  }

  @Test
  void whatIsPastItsTermGoesAndNothingIsSentAgainBecauseOfIt() {
    breakAddress(1);
    breakAddress(2);
    breakAddress(3);
    bed.run();
    new DeadLetterBox(bed.ledger(), NOW)
        .discard(
            new DeadLetterBox.Filter("acme", null, letter("{\"customer_id\":2}"), null, null),
            "a person");
    bed.edit("UPDATE customers SET email = 'user3@example.com' WHERE customer_id = 3");
    bed.run();
    Map<String, String> held = bed.held();
    long arrivals = bed.sandbox().ledger().arrivals();

    Map<String, TableUpkeep> upkeep = maintain(IN_100_DAYS);

    assertThat(upkeep.values()).noneMatch(TableUpkeep::failed).allMatch(one -> one.note() == null);
    assertThat(upkeep.get("deliveries").rowsExpired()).isEqualTo(38);
    assertThat(upkeep.get("outbox acme/contacts").rowsExpired()).isEqualTo(41);
    assertThat(upkeep.get("field_failures").rowsExpired()).isEqualTo(1);
    assertThat(upkeep.get("dead_letters").rowsExpired()).isEqualTo(1);
    assertThat(bed.value("SELECT count(*) FROM deliveries")).isEqualTo(0L);
    assertThat(bed.value("SELECT count(*) FROM outbox")).isEqualTo(0L);
    assertThat(bed.value("SELECT count(*) FROM runs")).isEqualTo(2L);
    assertThat(bed.value("SELECT count(*) FROM freshness")).isEqualTo(2L);
    assertThat(bed.value("SELECT count(*) FROM state_acme_contacts")).isEqualTo(38L);
    assertThat(bed.sql("SELECT status FROM dead_letters ORDER BY status"))
        .extracting(row -> row.getString(0))
        .containsExactly("discarded", "open");

    RunReport next = bed.run();

    assertThat(next.counts())
        .containsEntry("planned", 0L)
        .containsEntry("unchanged", 38L)
        .containsEntry("quarantined", 2L);
    assertThat(bed.sandbox().ledger().arrivals()).isEqualTo(arrivals);
    assertThat(bed.held()).isEqualTo(held);
  }

  private String letter(String key) {
    return (String) bed.value("SELECT letter_id FROM dead_letters WHERE key = '" + key + "'");
  }

  @Test
  void theOutboxOfARunThatDiedStaysUntilItIsSettled() throws IOException {
    RunReport died = bed.run();
    JournalFolder left =
        JournalFolder.of(bed.ledger().journals(), "acme", "contacts", died.runId());
    left.begin(bed.ledger().hadoop(), left40(died.runId()));

    assertThat(maintain(IN_100_DAYS).get("outbox acme/contacts").rowsExpired()).isZero();
    assertThat(bed.run().status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(maintain(IN_100_DAYS).get("outbox acme/contacts").rowsExpired()).isEqualTo(40);

    left.begin(bed.ledger().hadoop(), left40(died.runId()));
    try (Journal journal = Journal.open(bed.ledger().hadoop(), left, 0, 1)) {
      journal.append(
          new BatchOutcome(
              "batch",
              Op.UPSERT,
              List.of(
                  new RecordOutcome(
                      "{\"customer_id\":1}", 1, Outcome.APPLIED, null, null, null, null)),
              true,
              1,
              200,
              5,
              Instant.EPOCH));
    }
    assertThatThrownBy(bed::run)
        .as("without its outbox a run that sent can never be settled")
        .isInstanceOf(BrokenBalanceException.class);
  }

  private static RunHeader left40(String runId) {
    return Headers.header(runId)
        .withCounts(new RunHeader.PlannedCounts(40, 0, 40, 0, 0, 0, Map.of("upsert", 40L)));
  }

  @Test
  void smallFilesArePutTogetherAndFilesThatNothingNamesAreDeleted() throws IOException {
    for (int round = 0; round < 3; round++) {
      bed.run();
      bed.edit(
          "UPDATE customers SET email = concat('r" + round + "', email) WHERE customer_id < 9");
    }
    Path old = orphan("old", Duration.ofDays(8));
    Path young = orphan("young", Duration.ofDays(6));
    assertThat(files("deliveries")).isGreaterThan(2);

    Map<String, TableUpkeep> upkeep = maintain(NOW);

    assertThat(upkeep.values()).noneMatch(TableUpkeep::failed).allMatch(one -> one.note() == null);
    assertThat(upkeep.values()).allMatch(one -> one.rowsExpired() == 0);
    assertThat(upkeep.get("deliveries").filesCompacted()).isGreaterThan(2);
    assertThat(files("deliveries")).isEqualTo(1);
    assertThat(upkeep.get("deliveries").bytesFreed()).isEqualTo(1000);
    assertThat(old).doesNotExist();
    assertThat(young).exists();
    assertThat(maintain(NOW).get("deliveries").filesCompacted()).isZero();
    assertThat(bed.run().ops()).containsEntry("upsert", 8L).containsEntry("delete", 0L);
  }

  private Path orphan(String name, Duration age) throws IOException {
    Path file = home.resolve("ledger/deliveries/" + name + ".parquet");
    Files.write(file, new byte[1000]);
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
  }

  private long files(String table) {
    return bed.ledger()
        .rows(LedgerTable.valueOf(table.toUpperCase(java.util.Locale.ROOT)))
        .inputFiles()
        .length;
  }

  @Test
  void aDryRunSaysTheSameAndChangesNothing() throws IOException {
    bed.run();
    bed.edit("UPDATE customers SET email = concat('x', email) WHERE customer_id < 9");
    bed.run();
    orphan("old", Duration.ofDays(8));
    List<Long> before = versions();

    Map<String, TableUpkeep> said = maintain(bed.ledger(), IN_100_DAYS, true);

    assertThat(versions()).isEqualTo(before);
    assertThat(home.resolve("ledger/deliveries/old.parquet")).exists();
    Map<String, TableUpkeep> done = maintain(IN_100_DAYS);
    assertThat(said.keySet()).isEqualTo(done.keySet());
    assertThat(said.get("runs")).isEqualTo(done.get("runs"));
    assertThat(said.get("deliveries").rowsExpired()).isEqualTo(48);
    assertThat(said.get("deliveries").bytesFreed()).isEqualTo(1000);
    assertThat(said.get("outbox acme/contacts")).isEqualTo(done.get("outbox acme/contacts"));
    assertThat(said.get("state acme/contacts")).isEqualTo(done.get("state acme/contacts"));
  }

  private List<Long> versions() {
    List<Long> versions =
        new java.util.ArrayList<>(
            List.of(
                bed.ledger().state("acme", "contacts").version(SyncBed.spark()),
                bed.ledger().outbox("acme", "contacts").version(SyncBed.spark())));
    for (LedgerTable table : LedgerTable.values()) {
      if (bed.ledger().has(table)) {
        versions.add(bed.ledger().ref(table).version(SyncBed.spark()));
      }
    }
    return versions;
  }

  @Test
  void aLedgerThatIsNotThereYetIsNothingToDo() {
    assertThat(maintain(NOW)).isEmpty();
  }

  @Test
  void aTableThatIsBrokenIsNamedAndTheOthersAreLookedAfter() throws IOException {
    bed.run();
    bed.edit("UPDATE customers SET email = concat('x', email) WHERE customer_id < 9");
    bed.run();
    for (String file : bed.ledger().rows(LedgerTable.DELIVERIES).inputFiles()) {
      Files.write(Path.of(java.net.URI.create(file)), new byte[] {1, 2, 3});
    }

    Map<String, TableUpkeep> upkeep = maintain(NOW);

    assertThat(upkeep.get("deliveries").failed()).isTrue();
    assertThat(upkeep.get("deliveries").note()).contains("parquet");
    assertThat(upkeep.values()).filteredOn(TableUpkeep::failed).hasSize(1);
    assertThat(upkeep.get("runs").filesCompacted()).isEqualTo(2);
  }

  @Test
  void aLedgerInASchemaIsLookedAfterAsWell() {
    var spark = SparkSessions.shared();
    spark.sql("CREATE SCHEMA upkeep_test LOCATION '" + home.resolve("schema") + "'");
    try {
      Ledger ledger =
          new Ledger(spark, LedgerRoot.of(spark, new LedgerSpec(null, "upkeep_test", null, null)));
      for (int round = 0; round < 2; round++) {
        new SyncRun(ledger, bed.spec(), RunOptions.DEFAULT, NOW, RunObserver.NONE, null).run();
        bed.edit("UPDATE customers SET email = concat('x', email) WHERE customer_id < 9");
      }

      Map<String, TableUpkeep> upkeep = maintain(ledger, IN_100_DAYS, false);

      assertThat(upkeep.values()).noneMatch(TableUpkeep::failed);
      assertThat(upkeep.get("outbox acme/contacts").rowsExpired()).isEqualTo(48);
      assertThat(upkeep.get("runs").filesCompacted()).isEqualTo(2);
      Row state = spark.sql("SELECT count(*) FROM upkeep_test.state__acme__contacts").head();
      assertThat(state.getLong(0)).isEqualTo(40);
    } finally {
      spark.sql("DROP SCHEMA upkeep_test CASCADE");
    }
  }
}
