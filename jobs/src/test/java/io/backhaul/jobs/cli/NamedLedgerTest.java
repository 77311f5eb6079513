/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.diff.testkit.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger in a schema of the session's catalog, and a source by its name there. */
class NamedLedgerTest {

  private static final SparkSession SPARK = SparkSessions.shared();

  @TempDir private Path home;
  private SandboxServer sandbox;

  @BeforeEach
  void twoSchemas() throws IOException {
    sandbox = SandboxServer.start(0, SandboxScript.FAULTLESS);
    SPARK.sql("CREATE SCHEMA ledger_of_test");
    SPARK.sql("CREATE SCHEMA shop_of_test");
    SPARK.sql(
        "CREATE TABLE shop_of_test.customers USING delta AS SELECT id AS customer_id,"
            + " if(id = 7, 'broken', concat('user', id, '@example.com')) AS email,"
            + " current_timestamp() AS updated_at FROM range(1, 21)");
    write("backhaul.yaml", "ledger: {schema: spark_catalog.ledger_of_test}\n");
    write(
        "destinations/acme/crm.yaml",
        "type: http\nurl: " + sandbox.url() + "/api\nresults: per_record\n");
    write(
        "syncs/acme/big-contacts.yaml",
        """
        source: {type: delta, table: spark_catalog.shop_of_test.customers}
        key: [customer_id]
        updated_at: updated_at
        destination: crm
        object: contacts
        mode: mirror
        mapping: {email: email}
        validate: {email: [required, email]}
        guards: {max_deletes: 50%}
        """);
  }

  @AfterEach
  void drop() {
    SPARK.sql("DROP SCHEMA ledger_of_test CASCADE");
    SPARK.sql("DROP SCHEMA shop_of_test CASCADE");
    sandbox.close();
  }

  private void write(String name, String text) throws IOException {
    Path file = home.resolve("conf").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private String call(String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "--conf";
    all[1] = home.resolve("conf").toString();
    System.arraycopy(args, 0, all, 2, args.length);
    all[args.length + 2] = "--json";
    CalledBackhaul called =
        CalledBackhaul.with(
            (conf, progress) -> new SessionOperations(conf, progress, Clock.systemUTC()), all);
    assertThat(called.code()).as(called.err()).isZero();
    return called.out();
  }

  @Tag("faults") // a minute; what a cluster does by name is in .ci/cluster
  @Test
  void wholeRunsKeepTheirAccountsInTablesByName() {
    assertThat(call("sync", "acme/big-contacts"))
        .contains("\"planned\":19,\"applied\":19", "\"invalid\":1");
    SPARK.sql("UPDATE shop_of_test.customers SET email = 'new@example.com' WHERE customer_id = 3");
    SPARK.sql("DELETE FROM shop_of_test.customers WHERE customer_id = 4");
    assertThat(call("sync", "acme/big-contacts")).contains("\"planned\":2,\"applied\":2");
    assertThat(call("sync", "acme/big-contacts")).contains("\"planned\":0", "\"unchanged\":18");
    assertThat(sandbox.records("contacts")).hasSize(18);

    assertThat(
            call(
                "sql",
                "SELECT (SELECT count(*) FROM state_acme_big_contacts) AS held,"
                    + " (SELECT count(*) FROM outbox JOIN deliveries USING (run_id, key)) AS sent,"
                    + " (SELECT count(*) FROM spark_catalog.ledger_of_test.runs) AS runs,"
                    + " (SELECT max(held) FROM leases) AS lease"))
        .contains("\"held\":18", "\"sent\":21", "\"runs\":3", "\"lease\":false");
    assertThat(call("status")).contains("\"open_letters\":1", "\"held_by\":null");
    assertThat(call("dlq", "retry", "--code", "email")).isEqualTo("{\"letters\":1}\n");
    assertThat(call("maintain"))
        .contains("\"outbox acme/big-contacts\"", "\"state acme/big-contacts\"")
        .doesNotContain("\"failed\":true");
    assertThat(call("sync", "acme/big-contacts")).contains("\"planned\":0");
  }
}
