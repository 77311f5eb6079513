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
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contacts that carry the id which the destination gave their account. */
class LookupCommandsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

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
    table("accounts", "shop STRING, nr BIGINT, name STRING");
    table("contacts", "id INT, name STRING, shop STRING, account INT, at TIMESTAMP");
  }

  @AfterEach
  void stop() {
    sandbox.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"watermark", "change_feed"})
  void aContactBeforeItsAccountWaitsAndIsSentOnceWithTheIdThatTheAccountGot(String strategy)
      throws Exception {
    accounts("[nr]");
    contacts("account", "defer", "updated_at: at\nchanges: {strategy: " + strategy + "}");
    edit("INSERT INTO accounts VALUES ('de', 10, 'Ten')");
    edit("INSERT INTO contacts VALUES (1, 'Ann', 'de', 10, TIMESTAMP'2024-03-01T10:00:00Z')");
    edit("INSERT INTO contacts VALUES (3, 'Cyd', 'de', NULL, TIMESTAMP'2024-03-01T10:00:00Z')");
    sync("accounts", 0);
    assertThat(sync("contacts", 0)).contains("\"planned\":2,\"applied\":2");

    edit("INSERT INTO contacts VALUES (2, 'Bob', 'de', 20, TIMESTAMP'2024-03-01T11:00:00Z')");
    edit("UPDATE contacts SET name = 'Anna', at = TIMESTAMP'2024-03-01T12:00:00Z' WHERE id = 1");
    assertThat(sync("contacts", 3)).contains("\"planned\":2,\"applied\":1", "\"deferred\":1");
    edit("INSERT INTO accounts VALUES ('de', 20, 'Twenty')");
    sync("accounts", 0);
    assertThat(sync("contacts", 0)).contains("\"planned\":1,\"applied\":1");

    assertThat(
            answer(
                "SELECT key, code, field, attempts, deferred_code, strategy FROM deliveries"
                    + " JOIN runs USING (run_id) WHERE outcome = 'deferred'"))
        .isEqualTo(
            "[{\"key\":\"{\\\"id\\\":2}\",\"code\":\"LOOKUP_MISSING\",\"field\":\"account_id\","
                + "\"attempts\":0,\"deferred_code\":\"LOOKUP_MISSING\",\"strategy\":\""
                + strategy
                + "\"}]");
    assertThat(times("contacts"))
        .isEqualTo(Map.of("{\"id\":1}", 2, "{\"id\":2}", 1, "{\"id\":3}", 1));
    booksAreInBalance();
    JsonNode ids = JSON.readTree(call("ids", "accounts", "20", "{\"nr\": 10}", "--json").out());
    String ten = idOf("{\"nr\":10}");
    String twenty = idOf("{\"nr\":20}");
    assertThat(ids)
        .extracting(id -> id.path("key").asText())
        .containsExactly("{\"nr\":20}", "{\"nr\":10}");
    assertThat(ids)
        .extracting(id -> id.path("destination_id").asText())
        .containsExactly(twenty, ten);
    assertThat(ten).isNotEqualTo(twenty);
    assertThat(sandbox.records("contacts"))
        .containsEntry("{\"id\":1}", fields("Anna", ten))
        .containsEntry("{\"id\":2}", fields("Bob", twenty))
        .containsEntry("{\"id\":3}", "{\"name\":\"Cyd\",\"account_id\":null}");
  }

  @Test
  void aContactWithoutItsAccountIsADeadLetterThatGoesOutByItselfOnceThereIsOne() throws Exception {
    accounts("[shop, nr]");
    contacts("[{expr: lower(shop)}, account]", "dead_letter", "pii: [name]");
    edit("INSERT INTO contacts VALUES (1, 'Ann', 'DE', 10, NULL), (2, 'Bob', 'FR', 10, NULL)");
    edit("INSERT INTO accounts VALUES ('de', 10, 'German ten')");
    assertThat(call("plan", "acme/contacts", "--json").out())
        .contains("\"invalid\":{\"account_id: lookup\":2}");
    assertThat(sync("contacts", 0)).contains("\"planned\":0", "\"invalid\":2");
    assertThat(sync("contacts", 0)).contains("\"planned\":0", "\"quarantined\":2");
    assertThat(sandbox.ledger().arrivals()).isZero();

    sync("accounts", 0);
    assertThat(sync("contacts", 0)).contains("\"planned\":1,\"applied\":1", "\"quarantined\":1");

    assertThat(answer("SELECT key, stage, code, field, status FROM dead_letters ORDER BY key"))
        .isEqualTo(
            "[{\"key\":\"{\\\"id\\\":1}\",\"stage\":\"validation\",\"code\":\"lookup\","
                + "\"field\":\"account_id\",\"status\":\"resolved\"},"
                + "{\"key\":\"{\\\"id\\\":2}\",\"stage\":\"validation\",\"code\":\"lookup\","
                + "\"field\":\"account_id\",\"status\":\"open\"}]");
    assertThat(times("contacts")).isEqualTo(Map.of("{\"id\":1}", 1));
    booksAreInBalance();
    String id = idOf("{\"nr\":10,\"shop\":\"de\"}");
    assertThat(sandbox.records("contacts")).containsEntry("{\"id\":1}", fields("Ann", id));
    assertThat(call("ids", "accounts", "{\"shop\":\"de\",\"nr\":10}").out()).contains(id);
    assertThat(call("ids", "accounts", "10").err())
        .contains("10 is no key of acme/accounts, which is {\"shop\":<string>,\"nr\":<bigint>}");
    assertThat(call("ids", "contacts").out()).contains("{\"id\":1}").doesNotContain("Ann");
    CalledBackhaul missing = call("ids", "contacts", "1", "3");
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.out()).contains("{\"id\":1}");
    assertThat(missing.err())
        .isEqualTo("backhaul: acme/contacts has delivered no record with the key {\"id\":3}\n");
    CalledBackhaul wrong = call("ids", "contacts", "one", "{\"idd\":1}");
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.err())
        .contains("one, {\"idd\":1} is no key of acme/contacts, which is <int> or {\"id\":<int>}");
    assertThat(call("ids", "contcts").err()).contains("did you mean \"contacts\"?");
  }

  @Test
  void aKeyOfAnotherTypeIsFoundBeforeAnythingRuns() throws IOException {
    accounts("[nr]");
    contacts("shop", "defer", "schedule: {every: 5m}");

    CalledBackhaul refused = call("validate");

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .contains(
            "contacts.yaml:7:15 mapping.account_id: `shop` is a string, and the key `nr` of"
                + " accounts is a bigint; cast it with `expr`");
    contacts("account", "defer", "schedule: {every: 5m}");
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

  private void accounts(String key) throws IOException {
    write(
        "conf/syncs/acme/accounts.yaml",
        """
        source: {type: delta, path: ./warehouse/accounts}
        key: %s
        destination: crm
        object: accounts
        mapping: {name: name}
        """
            .formatted(key));
  }

  private void contacts(String key, String onMissing, String more) throws IOException {
    write(
        "conf/syncs/acme/contacts.yaml",
        """
        source: {type: delta, path: ./warehouse/contacts}
        key: [id]
        destination: crm
        object: contacts
        mapping:
          name: name
          account_id: {lookup: {sync: accounts, key: %s, on_missing: %s}}
        %s
        """
            .formatted(key, onMissing, more));
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
