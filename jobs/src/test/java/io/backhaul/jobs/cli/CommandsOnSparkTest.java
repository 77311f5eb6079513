/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.diff.testkit.SparkSessions;
import io.backhaul.jobs.lineage.LineageInbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as a person calls them, on files, Spark, Delta and a sandbox of their own. */
class CommandsOnSparkTest {

  @TempDir private Path home;
  private SandboxServer sandbox;
  private LineageInbox inbox;

  @BeforeEach
  void twentyCustomersOneWithABrokenAddress() throws IOException {
    sandbox = SandboxServer.start(0, SandboxScript.FAULTLESS);
    inbox = new LineageInbox();
    write(
        "conf/backhaul.yaml",
        "ledger: {path: ./ledger}\nlineage: {openlineage: {url: \"http://127.0.0.1:%d\"}}\n"
            .formatted(inbox.port()));
    write(
        "conf/destinations/acme/crm.yaml",
        "type: http\nurl: " + sandbox.url() + "/api\nresults: per_record\n");
    sync("email");
    SparkSessions.shared()
        .range(1, 21)
        .selectExpr(
            "id AS customer_id",
            "if(id = 7, 'broken', concat('user', id, '@example.com')) AS email",
            "current_timestamp() AS updated_at")
        .write()
        .format("delta")
        .save(home.resolve("warehouse/customers").toString());
  }

  @AfterEach
  void stopServers() {
    sandbox.close();
    inbox.close();
  }

  private void sync(String column) throws IOException {
    write(
        "conf/syncs/acme/contacts.yaml",
        """
        source: {type: delta, path: ./warehouse/customers}
        key: [customer_id]
        updated_at: updated_at
        destination: crm
        object: contacts
        mode: upsert
        mapping:
          email: %s
        validate:
          email: [required, email]
        """
            .formatted(column));
  }

  private void write(String name, String text) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private CalledBackhaul call(String... args) {
    String[] all = new String[args.length + 2];
    all[0] = "--conf";
    all[1] = home.resolve("conf").toString();
    System.arraycopy(args, 0, all, 2, args.length);
    return CalledBackhaul.with(
        (conf, progress) -> new SessionOperations(conf, progress, Clock.systemUTC()), all);
  }

  @Test
  void aColumnThatTheSourceDoesNotHaveIsSaidWithItsPlaceByEveryCommandThatNeedsIt()
      throws IOException {
    sync("emial");
    String problem = "syncs/acme/contacts.yaml:8:10 mapping.email: ";
    for (String command : new String[] {"validate", "plan", "sync"}) {
      CalledBackhaul called = call(command, "acme/contacts");
      assertThat(called.code()).as(command).isEqualTo(1);
      assertThat(called.err()).as(command).contains(problem).contains("did you mean \"email\"?");
    }
    assertThat(sandbox.ledger().arrivals()).isZero();
    assertThat(told()).as("by sync alone").containsExactly("START", "FAIL");
  }

  private List<String> told() {
    return inbox.events().stream().map(event -> event.path("eventType").asText()).toList();
  }

  @Test
  void theLedgerAnswersForWhatASyncDid() {
    assertThat(call("validate").code()).isZero();
    assertThat(call("plan", "acme/contacts", "--json").out())
        .contains("\"ops\":{\"upsert\":19}", "\"invalid\":{\"email: email\":1}");
    assertThat(sandbox.ledger().arrivals()).isZero();

    CalledBackhaul run = call("sync", "acme/contacts", "--json");
    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("\"planned\":19,\"applied\":19", "\"invalid\":1");
    assertThat(sandbox.records("contacts")).hasSize(19);
    assertThat(told()).as("by sync alone").containsExactly("START", "COMPLETE");

    assertThat(call("status", "contacts", "--json").out())
        .contains("\"status\":\"partial\"", "\"open_letters\":1", "\"held_by\":null");
    assertThat(call("status", "globex/contacts", "--json").out()).isEqualTo("[]\n");
    assertThat(call("dlq", "list", "acme/contacts", "--json").out())
        .contains("\"stage\":\"validation\",\"code\":\"email\"");
    assertThat(call("dlq", "retry", "--code", "email", "--json").out())
        .isEqualTo("{\"letters\":1}\n");
    assertThat(
            call(
                    "sql",
                    "SELECT count(*) = 19 AS balanced FROM outbox o JOIN deliveries d"
                        + " USING (run_id, key) WHERE d.outcome = 'applied'",
                    "--json")
                .out())
        .isEqualTo("[\n{\"balanced\":true}\n]\n");
  }

  @Test
  void aLetterIsShownInClearWithTheKeyAndSaysWhatToSetWithoutIt() throws IOException {
    Path key = home.resolve("letters.key");
    Files.writeString(key, "not-a-real-key-for-letters");
    write(
        "conf/backhaul.yaml",
        "ledger: {path: ./ledger}\npii: {protect: encrypt, key: \"${file:" + key + "}\"}\n");
    sync("email");
    Path file = home.resolve("conf/syncs/acme/contacts.yaml");
    Files.writeString(file, Files.readString(file) + "pii: [email]\n");
    assertThat(call("sync", "acme/contacts").code()).isZero();
    String listed = call("dlq", "list", "--json").out();
    assertThat(listed).contains("pii:aes1:").doesNotContain("broken");
    String letter = listed.replaceAll("(?s).*\"letter_id\":\"([0-9a-f]+)\".*", "$1");

    CalledBackhaul withKey = call("dlq", "show", letter);
    assertThat(withKey.code()).isZero();
    assertThat(withKey.out()).contains("{\"email\":\"broken\"}").doesNotContain("protected");

    Files.writeString(key, "not-a-real-key-for-anything");
    CalledBackhaul wrong = call("dlq", "show", letter);
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.err()).contains("is encrypted under key", "add the key of that id");

    Files.delete(key);
    CalledBackhaul without = call("dlq", "show", letter);
    assertThat(without.code()).isZero();
    assertThat(without.out())
        .contains("email encrypted; to read them, set what is missing (pii.key: the file " + key)
        .doesNotContain("broken");
    assertThat(call("status").code()).as("who only looks needs no key").isZero();
    CalledBackhaul sync = call("sync", "acme/contacts");
    assertThat(sync.code()).as("who writes letters does").isEqualTo(1);
    assertThat(sync.err()).contains("backhaul.yaml:2:", "pii.key", "cannot be read");
  }

  /** Spark would fill in settings, JVM properties and the environment; so would Java code. */
  @Test
  void sqlTellsNoSettingAndNoSecret() {
    SparkSessions.shared().conf().set("backhaul.test.setting", "hunter2");
    System.setProperty("backhaul.test.setting", "hunter2");
    call("sync", "acme/contacts");
    assertThat(SparkSessions.shared().sql("SELECT '${backhaul.test.setting}'").head().getString(0))
        .as("the twin: Spark does")
        .isEqualTo("hunter2");

    for (String name : new String[] {"", "system:", "spark:", "sparkconf:"}) {
      String text = "${" + name + "backhaul.test.setting}";
      assertThat(call("sql", "SELECT '" + text + "' AS said", "--json").out())
          .isEqualTo("[\n{\"said\":\"" + text + "\"}\n]\n");
    }
    for (String function : new String[] {"reflect", "java_method", "try_reflect"}) {
      CalledBackhaul called =
          call("sql", "SELECT " + function + "('java.lang.System', 'getenv', 'PATH')");
      assertThat(called.code()).as(function).isEqualTo(1);
      assertThat(called.err()).contains(function).contains("it runs Java code");
    }
    assertThat(SparkSessions.shared().conf().get("spark.sql.variable.substitute"))
        .as("as it was")
        .isEqualTo("true");
  }

  @Tag("platform")
  @Test
  void theLedgerIsNotChangedBySql() {
    for (String statement :
        new String[] {
          "DROP VIEW runs",
          "INSERT INTO runs SELECT * FROM runs",
          "CREATE TABLE t AS SELECT 1 AS a",
          "DELETE FROM delta.`" + home + "/warehouse/customers`",
          "WITH a AS (SELECT 1 AS b) INSERT INTO runs SELECT * FROM a",
          "VACUUM delta.`" + home + "/warehouse/customers`",
          "SET spark.speculation=true"
        }) {
      CalledBackhaul called = call("sql", statement);
      assertThat(called.code()).as(statement).isEqualTo(1);
      assertThat(called.err()).as(statement).contains("this would change something");
    }
    for (String statement : new String[] {"EXECUTE IMMEDIATE 'DROP VIEW runs'", "CALL a.b(1)"}) {
      assertThat(call("sql", statement).code()).as(statement).isEqualTo(1);
    }
    assertThat(call("sql", "SELECT * FROM run").err()).contains("run").doesNotContain("-v");
    assertThat(call("sql", "SELEC").err()).contains("SELEC");
    assertThat(call("sql", "DESCRIBE runs").out()).contains("run_id");
    assertThat(call("sql", "SHOW VIEWS").out()).contains("dead_letters");
  }
}
