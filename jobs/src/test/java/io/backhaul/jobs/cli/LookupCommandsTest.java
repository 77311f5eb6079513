/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.backhaul.destination.sandbox.RequestLedger;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.diff.testkit.SparkSessions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contacts that carry the id which the destination gave their account. */
class LookupCommandsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> CHILDREN = List.of("by_time", "by_feed", "lettered");

  @TempDir private Path home;
  private SandboxServer sandbox;

  @BeforeEach
  void accountsAndContacts() throws IOException {
    sandbox =
        SandboxServer.start(
            0, SandboxScript.FAULTLESS, RequestLedger.complete(), Clock.systemUTC());
    write("conf/backhaul.yaml", "ledger: {path: ./ledger}\n");
    write(
        "conf/destinations/acme/crm.yaml",
        "type: http\nurl: " + sandbox.url() + "/api\nresults: per_record\n");
    write(
        "conf/syncs/acme/accounts.yaml",
        """
        source: {type: delta, path: ./warehouse/accounts}
        key: [shop, nr]
        destination: crm
        object: accounts
        mapping: {name: name}
        """);
    table("accounts", "shop STRING, nr BIGINT, name STRING");
    table("contacts", "id INT, name STRING, shop STRING, account INT, at TIMESTAMP");
  }

  @AfterEach
  void stop() {
    sandbox.close();
  }

  /** Three syncs of the same rows: two let a contact wait, one makes it a dead letter. */
  @Tag("faults") // long
  @Test
  void aContactBeforeItsAccountGoesOutOnceWithTheIdThatTheAccountGot() throws Exception {
    child("by_time", "defer", "updated_at: at\nchanges: {strategy: watermark, overlap: 1s}");
    child("by_feed", "defer", "changes: {strategy: change_feed}");
    child("lettered", "dead_letter", "pii: [name]");
    edit("INSERT INTO accounts VALUES ('de', 10, 'Ten')");
    edit(
        "INSERT INTO contacts VALUES (1, 'Ann', 'DE', 10, TIMESTAMP'2024-03-01T10:00:00Z'),"
            + " (3, 'Cyd', 'DE', NULL, TIMESTAMP'2024-03-01T10:00:00Z')");
    sync("accounts", 0);
    assertThat(sync("by_time", 0)).contains("\"planned\":2,\"applied\":2");
    assertThat(sync("by_feed", 0)).contains("\"planned\":2,\"applied\":2");

    edit("INSERT INTO contacts VALUES (2, 'Bob', 'DE', 20, TIMESTAMP'2024-03-01T11:00:00Z')");
    edit("UPDATE contacts SET name = 'Anna', at = TIMESTAMP'2024-03-01T12:00:00Z' WHERE id = 1");
    String waiting =
        "\"planned\":2,\"applied\":1,\"rejected\":0,\"invalid\":0,\"quarantined\":0,\"deferred\":1";
    assertThat(sync("by_time", 3)).contains(waiting);
    assertThat(sync("by_feed", 3)).contains(waiting);
    assertThat(sync("lettered", 0)).contains("\"planned\":2,\"applied\":2", "\"invalid\":1");

    edit("INSERT INTO accounts VALUES ('de', 20, 'Twenty')");
    sync("accounts", 0);
    for (String child : CHILDREN) {
      assertThat(sync(child, 0)).contains("\"planned\":1,\"applied\":1");
    }
    booksAreInBalance();
    theLedgerSaysWhoWaitedForWhat();
    idsArePrinted();
    String ten = idOf("{\"nr\":10,\"shop\":\"de\"}");
    String twenty = idOf("{\"nr\":20,\"shop\":\"de\"}");
    assertThat(ten).isNotEqualTo(twenty);
    for (String child : CHILDREN) {
      assertThat(sandbox.records(child))
          .containsEntry("{\"id\":1}", fields("Anna", ten))
          .containsEntry("{\"id\":2}", fields("Bob", twenty))
          .containsEntry("{\"id\":3}", "{\"name\":\"Cyd\",\"account_id\":null}");
      assertThat(times(child))
          .isEqualTo(
              Map.of(
                  "{\"id\":1}",
                  child.equals("lettered") ? 1 : 2,
                  "{\"id\":2}",
                  1,
                  "{\"id\":3}",
                  1));
    }
  }

  private void theLedgerSaysWhoWaitedForWhat() throws IOException {
    assertThat(
            answer(
                "SELECT d.sync, r.strategy, d.code AS why, d.field, r.deferred_code AS of_run FROM"
                    + " deliveries d JOIN runs r USING (run_id) WHERE outcome = 'deferred' UNION"
                    + " ALL SELECT sync, stage, code, field, status FROM dead_letters ORDER BY"
                    + " sync"))
        .isEqualTo(
            "[{\"sync\":\"by_feed\",\"strategy\":\"change_feed\",\"why\":\"LOOKUP_MISSING\","
                + "\"field\":\"account_id\",\"of_run\":\"LOOKUP_MISSING\"},"
                + "{\"sync\":\"by_time\",\"strategy\":\"watermark\",\"why\":\"LOOKUP_MISSING\","
                + "\"field\":\"account_id\",\"of_run\":\"LOOKUP_MISSING\"},"
                + "{\"sync\":\"lettered\",\"strategy\":\"validation\",\"why\":\"lookup\","
                + "\"field\":\"account_id\",\"of_run\":\"resolved\"}]");
  }

  private void idsArePrinted() throws IOException, InterruptedException {
    String twenty = "{\"shop\":\"de\",\"nr\":20}";
    String ten = "{\"shop\":\"de\",\"nr\":10}";
    JsonNode ids =
        JSON.readTree(
            call("ids", "accounts", twenty, "{\"nr\": 10, \"shop\": \"de\"}", "--json").out());
    assertThat(ids).extracting(id -> id.path("key").asText()).containsExactly(twenty, ten);
    assertThat(ids)
        .extracting(id -> id.path("destination_id").asText())
        .containsExactly(idOf("{\"nr\":20,\"shop\":\"de\"}"), idOf("{\"nr\":10,\"shop\":\"de\"}"));
    assertThat(call("ids", "accounts", "10").err())
        .contains("10 is no key of acme/accounts, which is {\"shop\":<string>,\"nr\":<bigint>}");
    assertThat(call("ids", "lettered", "--limit", "2").out())
        .contains("{\"id\":1}", "the first 2; --limit shows more")
        .doesNotContain("Ann", "{\"id\":3}");
    CalledBackhaul missing = call("ids", "lettered", "1", "4");
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.out()).contains("{\"id\":1}");
    assertThat(missing.err())
        .isEqualTo("backhaul: acme/lettered has delivered no record with the key {\"id\":4}\n");
    assertThat(call("ids", "lettered", "one", "{\"idd\":1}").err())
        .contains("one, {\"idd\":1} is no key of acme/lettered, which is <int> or {\"id\":<int>}");
    assertThat(call("ids", "acounts").err()).contains("did you mean \"accounts\"?");
  }

  @Test
  void aCanaryIsOfThoseThatCanGo() throws Exception {
    child("contacts", "defer", "canary: {records: 2, max_rejected: 0}");
    edit("INSERT INTO accounts VALUES ('de', 10, 'Ten')");
    edit(
        "INSERT INTO contacts SELECT id, concat('name', id), 'DE', if(id < 4, 10, 20), NULL FROM"
            + " range(1, 8)");
    sync("accounts", 0);

    assertThat(sync("contacts", 3)).contains("\"planned\":7,\"applied\":3", "\"deferred\":4");
    edit("INSERT INTO contacts SELECT id, 'late', 'DE', 20, NULL FROM range(8, 12)");
    assertThat(sync("contacts", 3))
        .as("where all wait, nothing is judged")
        .contains("\"planned\":8,\"applied\":0", "\"deferred\":8");
    edit("INSERT INTO accounts VALUES ('de', 20, 'Twenty')");
    sync("accounts", 0);

    assertThat(sync("contacts", 0)).contains("\"planned\":8,\"applied\":8");
    assertThat(times("contacts").values()).hasSize(11).containsOnly(1);
    booksAreInBalance();
  }

  @Test
  void aKeyOfAnotherTypeIsFoundBeforeAnythingRuns() throws IOException {
    child("contacts", "defer", "schedule: {every: 5m}", "[shop, shop]");

    CalledBackhaul refused = call("validate");

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .contains(
            "contacts.yaml:7:15 mapping.account_id: `shop` is a string, and the key `nr` of"
                + " accounts is a bigint; cast it with `expr`");
    child("contacts", "defer", "schedule: {every: 5m}");
    assertThat(call("validate").err()).contains("acme/contacts: looks up ids of accounts and is");
  }

  /** Asks the destination itself, with a write that changes nothing. */
  private String idOf(String account) throws IOException, InterruptedException {
    String fields = sandbox.records("accounts").get(account);
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(sandbox.url() + "/api"))
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", "ask " + account)
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            "{\"object\":\"accounts\",\"op\":\"upsert\",\"records\":[{\"key\":"
                                + account
                                + ",\"fields\":"
                                + fields
                                + "}]}"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    return JSON.readTree(answer.body()).at("/results/0/id").asText();
  }

  /** What {@code .ci/run} asks of any ledger. */
  private void booksAreInBalance() throws IOException {
    String planned = "SELECT run_id, key FROM outbox WHERE disposition = 'planned'";
    String outcomes = "SELECT run_id, key FROM deliveries";
    assertThat(
            answer(
                "SELECT count_if(planned <> applied + rejected + deferred + unknown) AS outcomes,"
                    + " count_if(source_rows <> unchanged + planned - planned_delete + invalid"
                    + " + quarantined) AS rows, (SELECT count(*) FROM ("
                    + planned
                    + " EXCEPT ALL "
                    + outcomes
                    + ")) AS lost, (SELECT count(*) FROM ("
                    + outcomes
                    + " EXCEPT ALL "
                    + planned
                    + ")) AS made_up FROM runs"))
        .isEqualTo("[{\"outcomes\":0,\"rows\":0,\"lost\":0,\"made_up\":0}]");
  }

  private String fields(String name, String accountId) {
    return "{\"name\":\"" + name + "\",\"account_id\":\"" + accountId + "\"}";
  }

  private Map<String, Integer> times(String object) {
    Map<String, Integer> times = new TreeMap<>();
    sandbox.ledger().entries().stream()
        .filter(entry -> entry.object().equals(object))
        .flatMap(entry -> entry.written().stream())
        .forEach(written -> times.merge(written.name(), 1, Integer::sum));
    return times;
  }

  private void child(String name, String onMissing, String more) throws IOException {
    child(name, onMissing, more, "[{expr: lower(shop)}, account]");
  }

  private void child(String name, String onMissing, String more, String key) throws IOException {
    write(
        "conf/syncs/acme/" + name + ".yaml",
        """
        source: {type: delta, path: ./warehouse/contacts}
        key: [id]
        destination: crm
        object: %s
        mapping:
          name: name
          account_id: {lookup: {sync: accounts, key: %s, on_missing: %s}}
        %s
        """
            .formatted(name, key, onMissing, more));
  }

  private void table(String name, String columns) {
    edit(
        "CREATE TABLE "
            + name
            + " ("
            + columns
            + ") USING delta TBLPROPERTIES (delta.enableChangeDataFeed = true)");
  }

  /** Runs SQL on a table of the warehouse. */
  private void edit(String sql) {
    SparkSessions.shared()
        .sql(
            sql.replaceFirst(
                "\\b(accounts|contacts)\\b", "delta.`" + home.resolve("warehouse") + "/$1`"));
  }

  private String sync(String name, int exitCode) {
    CalledBackhaul called = call("sync", "acme/" + name, "--json");
    assertThat(called.code()).as(called.out() + called.err()).isEqualTo(exitCode);
    return called.out();
  }

  private String answer(String sql) throws IOException {
    return JSON.readTree(call("sql", sql, "--json").out()).toString();
  }

  private CalledBackhaul call(String... args) {
    String[] all = new String[args.length + 2];
    all[0] = "--conf";
    all[1] = home.resolve("conf").toString();
    System.arraycopy(args, 0, all, 2, args.length);
    return CalledBackhaul.with(
        (conf, progress) -> new SessionOperations(conf, progress, Clock.systemUTC()), all);
  }

  private void write(String name, String text) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
