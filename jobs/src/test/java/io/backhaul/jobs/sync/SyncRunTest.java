/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.destination.sandbox.Fault;
import io.backhaul.destination.sandbox.Rejection;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.diff.mapping.MappingException;
import io.backhaul.jobs.deadletter.DeadLetterBox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A changed row reaches its destination and is accounted for. */
class SyncRunTest {

  @TempDir Path home;
  private SyncBed bed;

  @BeforeEach
  void start() {
    bed = new SyncBed(home);
    bed.customers(300);
    bed.sync("mode: upsert");
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  @Tag("platform")
  @Test
  void aFirstSyncCarriesEveryRowOnceAndTheNextOneNothing() {
    RunReport first = bed.run();

    assertThat(first.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(first.counts())
        .containsEntry("source", 300L)
        .containsEntry("planned", 300L)
        .containsEntry("applied", 300L);
    assertThat(bed.held())
        .hasSize(300)
        .containsEntry(
            "{\"customer_id\":17}",
            "{\"email\":\"user17@example.com\",\"full_name\":\"First17"
                + " Last17\",\"origin\":\"warehouse\"}");
    long arrivals = bed.sandbox().ledger().arrivals();

    RunReport second = bed.run();

    assertThat(second.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(second.counts()).containsEntry("unchanged", 300L).containsEntry("planned", 0L);
    assertThat(bed.sandbox().ledger().arrivals()).isEqualTo(arrivals);
  }

  @Tag("platform")
  @Test
  void onlyChangedRowsAreSentAndOnlyIfAMappedFieldChanged() {
    bed.run();
    bed.edit(
        "UPDATE customers SET email = 'new@example.com', updated_at = now() WHERE customer_id IN"
            + " (5, 6)");
    bed.edit("UPDATE customers SET updated_at = now() WHERE customer_id = 7");
    long before = bed.sandbox().ledger().records();

    RunReport report = bed.run();

    assertThat(report.count("planned")).isEqualTo(2);
    assertThat(report.ops()).containsEntry("upsert", 2L).containsEntry("delete", 0L);
    assertThat(bed.sandbox().ledger().records() - before).isEqualTo(2);
    assertThat(bed.held().get("{\"customer_id\":5}")).contains("new@example.com");
    assertThat(
            bed.sql(
                "SELECT key, changed_fields FROM outbox WHERE run_id = '"
                    + report.runId()
                    + "' ORDER BY key"))
        .extracting(row -> row.getList(1))
        .containsExactly(List.of("email"), List.of("email"));
  }

  @Test
  void mirrorDeletesExactlyTheRecordWhoseRowLeft() {
    bed.sync("mode: mirror");
    bed.run();
    bed.edit("DELETE FROM customers WHERE customer_id = 42");

    RunReport report = bed.run();

    assertThat(report.ops()).containsEntry("delete", 1L).containsEntry("upsert", 0L);
    assertThat(bed.held()).hasSize(299).doesNotContainKey("{\"customer_id\":42}");
    bed.edit("INSERT INTO customers SELECT 42, 'user42@example.com', 'First42', 'Last42', now()");
    bed.run();
    assertThat(bed.held()).hasSize(300).containsKey("{\"customer_id\":42}");
  }

  @Tag("fault-37")
  @Test
  void aGuardStopsTheRunBeforeTheFirstByteAndAnOverrideIsLogged() {
    bed.sync("mode: mirror\nguards: {max_deletes: 10%}");
    bed.run();
    bed.edit("DELETE FROM customers WHERE customer_id <= 100");
    long arrivals = bed.sandbox().ledger().arrivals();

    RunReport stopped = bed.run();

    assertThat(stopped.status()).isEqualTo(RunStatus.STOPPED);
    assertThat(stopped.error()).contains("100", "--accept deletes=100");
    assertThat(bed.sandbox().ledger().arrivals()).isEqualTo(arrivals);
    assertThat(bed.held()).hasSize(300);

    RunReport accepted = bed.run(SyncBed.accepting("deletes", 100));

    assertThat(accepted.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(bed.held()).hasSize(200);
    assertThat(
            bed.value(
                "SELECT accepted['deletes'] FROM runs WHERE run_id = '" + accepted.runId() + "'"))
        .isEqualTo(100L);
  }

  @Tag("twin-37")
  @Test
  void withoutTheGuardTheSameShrunkenSourceDeletesAHundredRecords() {
    bed.sync("mode: mirror");
    bed.run();
    bed.edit("DELETE FROM customers WHERE customer_id <= 100");

    assertThat(bed.run().status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(bed.held()).hasSize(200);
  }

  @Test
  void anInvalidRowBecomesALetterOnceAndIsSentWhenItIsMended() {
    bed.sync("mode: upsert\nvalidate: {email: [required, email]}\npii: [email]");
    bed.edit("UPDATE customers SET email = 'not an address' WHERE customer_id IN (1, 2, 3)");

    RunReport first = bed.run();
    RunReport second = bed.run();

    assertThat(first.status()).isEqualTo(RunStatus.PARTIAL);
    assertThat(first.counts()).containsEntry("invalid", 3L).containsEntry("applied", 297L);
    assertThat(second.counts())
        .containsEntry("invalid", 0L)
        .containsEntry("quarantined", 3L)
        .containsEntry("unchanged", 297L);
    assertThat(
            bed.sql(
                "SELECT stage, field, code, count(*) FROM dead_letters WHERE status = 'open'"
                    + " GROUP BY ALL"))
        .extracting(Row::toString)
        .containsExactly("[validation,email,email,3]");

    bed.edit("UPDATE customers SET email = 'fine@example.com' WHERE customer_id = 2");
    bed.run();

    assertThat(bed.sql("SELECT status, count(*) FROM dead_letters GROUP BY status ORDER BY status"))
        .extracting(Row::toString)
        .containsExactly("[open,2]", "[resolved,1]");
  }

  @Test
  void aRecordTheDestinationRefusesIsNotSentAgainUntilAPersonAsksForIt() {
    bed.sync("mode: upsert\npii: [email]");
    bed.sandbox()
        .script(
            SandboxScript.FAULTLESS.with(
                Rejection.when("email", "user9@", "BLOCKED", "user9@example.com is blocked")));

    RunReport first = bed.run();

    assertThat(first.status()).isEqualTo(RunStatus.PARTIAL);
    assertThat(first.counts()).containsEntry("rejected", 1L).containsEntry("applied", 299L);
    assertThat(bed.value("SELECT message FROM dead_letters"))
        .asString()
        .contains("is blocked")
        .doesNotContain("user9@example.com");
    assertThat(bed.run().counts()).containsEntry("quarantined", 1L).containsEntry("planned", 0L);

    bed.sandbox().script(SandboxScript.FAULTLESS);
    assertThat(
            new DeadLetterBox(bed.ledger(), Clock.systemUTC())
                .retry(new DeadLetterBox.Filter("acme", "contacts", null, "BLOCKED", null)))
        .isEqualTo(1);
    RunReport retried = bed.run();

    assertThat(retried.counts()).containsEntry("applied", 1L);
    assertThat(bed.held()).hasSize(300);
    assertThat(bed.value("SELECT status FROM dead_letters")).isEqualTo("resolved");
  }

  @Tag("fault-1")
  @Test
  void aDeadDestinationDefersEverythingAndTheNextRunCarriesIt() {
    bed.destination("http://127.0.0.1:1/api", "");

    RunReport deferred = bed.run(SyncBed.patient(Duration.ofSeconds(1)));

    assertThat(deferred.status()).isEqualTo(RunStatus.PARTIAL);
    assertThat(deferred.counts()).containsEntry("deferred", 300L).containsEntry("applied", 0L);
    assertThat(deferred.deferredCode()).isNotNull();
    bed.destination(bed.sandbox().url() + "/api", "");

    assertThat(bed.run().counts()).containsEntry("applied", 300L);
    assertThat(bed.held()).hasSize(300);
  }

  @Tag("fault-14")
  @Test
  void wrongCredentialsFailTheRunAndAdvanceNothing() {
    bed.sandbox().script(SandboxScript.FAULTLESS.with(Fault.times(Fault.Kind.UNAUTHORIZED, 100)));

    RunReport failed = bed.run();

    assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
    assertThat(failed.error()).contains("401").doesNotContain(SyncBed.TOKEN);
    assertThat(failed.counts()).containsEntry("deferred", 300L);
    bed.sandbox().script(SandboxScript.FAULTLESS);
    assertThat(bed.run().counts()).containsEntry("applied", 300L);
  }

  @Test
  void throttlingIsWaitedOutAndNothingIsSentTwice() {
    bed.sandbox()
        .script(
            SandboxScript.FAULTLESS.with(
                Fault.lasting(Fault.Kind.THROTTLE, Duration.ofSeconds(1))));

    RunReport report = bed.run();

    assertThat(report.status()).isEqualTo(RunStatus.SUCCEEDED);
    assertThat(bed.sandbox().ledger().applied()).isEqualTo(300);
  }

  @Test
  void theBalanceOfEveryRunCanBeDerivedAgainBySql() {
    bed.sync("mode: mirror\nvalidate: {email: [email]}");
    bed.edit("UPDATE customers SET email = 'broken' WHERE customer_id = 1");
    bed.sandbox()
        .script(
            SandboxScript.FAULTLESS.with(Rejection.when("email", "user8@", "BLOCKED", "blocked")));
    bed.run();
    bed.edit("DELETE FROM customers WHERE customer_id BETWEEN 20 AND 25");
    bed.edit("UPDATE customers SET last_name = 'Other' WHERE customer_id BETWEEN 30 AND 39");
    bed.run();
    bed.run();

    assertThat(
            bed.sql(
                """
                SELECT r.run_id FROM runs r LEFT JOIN (
                  SELECT run_id, count(*) AS planned, count_if(outcome = 'applied') AS applied,
                         count_if(outcome = 'rejected') AS rejected, count(DISTINCT key) AS keys
                  FROM deliveries GROUP BY run_id) d USING (run_id)
                WHERE coalesce(d.planned, 0) <> r.planned OR coalesce(d.applied, 0) <> r.applied
                   OR coalesce(d.rejected, 0) <> r.rejected OR d.keys <> d.planned
                   OR r.planned <> r.applied + r.rejected + r.deferred + r.unknown
                   OR r.source_rows <> r.unchanged + r.planned - r.planned_delete + r.invalid + r.quarantined
                """))
        .isEmpty();
    assertThat(bed.value("SELECT count(*) FROM runs")).isEqualTo(3L);
    assertThat(bed.value("SELECT count(*) FROM state_acme_contacts"))
        .isEqualTo((long) bed.held().size());
  }

  @Test
  void freshnessAgreesWithDeliveriesAndItsSketchWithinTwoPercent() {
    RunReport report = bed.run();

    Row row =
        bed.sql(
                """
                SELECT f.records, f.p95_seconds, d.p95, f.estimated, (
                  SELECT max(power(1.02, s.bucket)) FROM (SELECT explode(f2.sketch) AS s FROM freshness f2))
                FROM freshness f JOIN (
                  SELECT run_id, percentile(lag_seconds, 0.95) AS p95, max(lag_seconds) AS top
                  FROM deliveries WHERE outcome = 'applied' GROUP BY run_id) d USING (run_id)
                """)
            .get(0);

    assertThat(row.getLong(0)).isEqualTo(report.count("applied"));
    assertThat(row.getDouble(1)).isEqualTo(row.getDouble(2)).isGreaterThanOrEqualTo(30);
    assertThat(row.getBoolean(3)).isFalse();
    assertThat(row.getDouble(4)).isBetween(row.getDouble(1), row.getDouble(1) * 1.5 + 1);
  }

  @Test
  void personalFieldsAndSecretsStandInClearNowhereInTheLedger() throws IOException {
    bed.sync("mode: upsert\npii: [email, full_name]\nvalidate: {email: [email]}");
    bed.edit("UPDATE customers SET email = 'broken-address' WHERE customer_id = 1");
    bed.sandbox()
        .script(
            SandboxScript.FAULTLESS.with(
                Rejection.when("email", "user2@", "BAD", "cannot take user2@example.com")));
    bed.run();

    assertThat(bed.held().get("{\"customer_id\":3}")).contains("user3@example.com");
    for (String table : List.of("outbox", "state_acme_contacts", "deliveries", "dead_letters")) {
      assertThat(bed.sql("SELECT to_json(struct(*)) FROM " + table).toString())
          .as(table)
          .doesNotContain("@example.com", "broken-address", "First", SyncBed.TOKEN);
    }
    try (Stream<Path> files = Files.walk(home.resolve("ledger"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain("@example.com", "broken-address", SyncBed.TOKEN);
      }
    }
  }

  @Test
  void anUnchangedRunWritesOneRowInOneCommitBesideItsLease() {
    bed.run();
    Map<String, Long> before = versions();

    bed.run();

    Map<String, Long> after = versions();
    assertThat(after.get("runs")).isEqualTo(before.get("runs") + 1);
    after.keySet().stream()
        .filter(table -> !table.equals("runs") && !table.equals("leases"))
        .forEach(table -> assertThat(after.get(table)).as(table).isEqualTo(before.get(table)));
  }

  private Map<String, Long> versions() {
    Map<String, Long> versions = new java.util.TreeMap<>();
    try (Stream<Path> logs = Files.walk(home.resolve("ledger"))) {
      for (Path log : logs.filter(path -> path.endsWith("_delta_log")).toList()) {
        try (Stream<Path> commits = Files.list(log)) {
          versions.put(
              home.resolve("ledger").relativize(log.getParent()).toString(),
              commits.filter(file -> file.toString().endsWith(".json")).count());
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return versions;
  }

  @Test
  void aMappingThatDoesNotFitTheSourceIsAnErrorOfTheSpecAndLeavesNoTrace() {
    bed.sync("mode: upsert\nvalidate: {full_name: {max_length: 80}}");
    bed.edit("ALTER TABLE customers ADD COLUMN unused INT");
    bed.file(
        "conf/syncs/acme/contacts.yaml",
        """
        source: {type: delta, path: ./warehouse/customers}
        key: [customer_id]
        destination: crm
        object: contacts
        mode: upsert
        mapping: {email: emial, name: {expr: "upper(first_nam)"}}
        """);

    assertThatThrownBy(() -> bed.run())
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("emial")
        .hasMessageContaining("email")
        .hasMessageContaining("first_nam");
    assertThat(bed.sandbox().ledger().arrivals()).isZero();
  }

  @Tag("fault-29")
  @Test
  void theRunThatComesSecondSendsNothing() {
    Lease.Attempt held =
        Lease.acquire(bed.ledger(), Clock.systemUTC(), "acme", "contacts", "another-run");
    try (Lease lease = held.lease().orElseThrow()) {
      RunReport skipped = bed.run();

      assertThat(skipped.status()).isEqualTo(RunStatus.SKIPPED);
      assertThat(skipped.error()).contains("another-run");
      assertThat(bed.sandbox().ledger().arrivals()).isZero();
      lease.check();
    }
    assertThat(bed.run().count("applied")).isEqualTo(300);
  }
}
