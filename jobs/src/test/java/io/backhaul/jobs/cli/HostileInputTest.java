/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.backhaul.destination.sandbox.SandboxScript;
import io.backhaul.destination.sandbox.SandboxServer;
import io.backhaul.diff.testkit.SparkSessions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rows and sources of the worst kind: each value arrives exactly or its row is a dead letter with a
 * reason, other rows are not held up, and what a person has to change is said, with an exit code.
 */
class HostileInputTest {

  private static final SparkSession SPARK = SparkSessions.shared();
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path home;
  private SandboxServer sandbox;

  @BeforeEach
  void start() throws IOException {
    sandbox = SandboxServer.start(0, SandboxScript.FAULTLESS);
    write("conf/backhaul.yaml", "ledger: {path: ./ledger}\n");
    write(
        "conf/destinations/acme/crm.yaml",
        "type: http\nurl: "
            + sandbox.url()
            + "/api\nresults: per_record\nbatch: {max_records: 10, max_bytes: 1MB}\n");
    sync("{type: delta, path: ./warehouse/people}", "id");
  }

  @AfterEach
  void stop() {
    sandbox.close();
  }

  private void sync(String source, String key) throws IOException {
    write(
        "conf/syncs/acme/people.yaml",
        """
        source: %s
        key: [%s]
        destination: crm
        object: people
        mode: upsert
        mapping: {name: name}
        """
            .formatted(source, key));
  }

  private void write(String name, String text) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** Writes the table from Spark SQL, which can say what no Java string can. */
  private void people(String rows) {
    SPARK
        .sql(rows)
        .coalesce(2)
        .write()
        .format("delta")
        .mode("overwrite")
        .option("overwriteSchema", "true")
        .save(home.resolve("warehouse/people").toString());
  }

  private CalledBackhaul call(String... args) {
    String[] all = new String[args.length + 2];
    all[0] = "--conf";
    all[1] = home.resolve("conf").toString();
    System.arraycopy(args, 0, all, 2, args.length);
    return CalledBackhaul.with(
        (conf, progress) -> new SessionOperations(conf, progress, Clock.systemUTC()), all);
  }

  private Map<Long, String> held() throws JsonProcessingException {
    Map<Long, String> held = new HashMap<>();
    for (Map.Entry<String, String> record : sandbox.records("people").entrySet()) {
      JsonNode name = JSON.readTree(record.getValue()).path("name");
      held.put(
          JSON.readTree(record.getKey()).path("id").longValue(),
          name.isNull() ? null : name.textValue());
    }
    return held;
  }

  private List<String> letters() {
    return SPARK
        .read()
        .format("delta")
        .load(home.resolve("ledger/dead_letters").toString())
        .selectExpr("concat_ws(' ', key, stage, code, field, message) AS letter")
        .orderBy("letter")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  @Test
  @Tag("fault-39")
  void everyTextArrivesExactlyOrItsRowIsALetterThatSaysWhy() throws Exception {
    Map<Long, String> exact = new HashMap<>();
    exact.put(1L, "plain");
    exact.put(2L, "a\0b\u0001\u001f\u007f");
    exact.put(3L, "\uD83D\uDE00 \uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67 e\u0301 \u202E");
    exact.put(4L, "=cmd|' /C calc'!A0");
    exact.put(5L, "@SUM(1+1)*cmd");
    exact.put(6L, "\"},\"op\":\"delete\",\"x\":{\"");
    exact.put(7L, "a,\"b\"\r\nc;\td\\e");
    exact.put(8L, "\u2028\u2029\uFEFF\uFFFD\uFFFE");
    exact.put(9L, "");
    exact.put(10L, null);
    exact.put(11L, " -1+2 ");
    StringBuilder rows = new StringBuilder();
    for (Map.Entry<Long, String> row : exact.entrySet()) {
      rows.append("(").append(row.getKey()).append("L, ").append(hex(row.getValue())).append("), ");
    }
    people(
        "SELECT id, CAST(bytes AS STRING) AS name FROM VALUES "
            + rows
            + "(20L, X'C328'), (21L, X'61EDA08062'), (22L, X'F5808080'), (23L, X'61C3')"
            + " AS t(id, bytes)"
            + " UNION ALL SELECT 30L, repeat('x', 20 * 1024 * 1024)");

    CalledBackhaul run = call("sync", "acme/people", "--json");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("\"applied\":11,\"rejected\":1").contains("\"invalid\":4");
    assertThat(held()).isEqualTo(exact);
    String broken = " validation not_utf8 name is not valid UTF-8 text";
    assertThat(letters())
        .containsExactly(
            "{\"id\":20}" + broken,
            "{\"id\":21}" + broken,
            "{\"id\":22}" + broken,
            "{\"id\":23}" + broken,
            "{\"id\":30} destination TOO_LARGE the record is larger than any request may be");
    assertThat(call("sync", "acme/people", "--json").out())
        .as("and none of them holds up or repeats anything")
        .contains("\"planned\":0", "\"quarantined\":5");
  }

  private static String hex(String text) {
    return text == null
        ? "CAST(NULL AS BINARY)"
        : "X'" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "'";
  }

  /** What would be sent without the check: another text, and nobody would be told. */
  @Test
  @Tag("twin-39")
  void sparksOwnJsonPutsAnotherTextInPlaceOfABrokenOne() {
    for (String bytes : new String[] {"C328", "61EDA08062", "F5808080", "61C3"}) {
      assertThat(
              SPARK
                  .sql("SELECT to_json(struct(CAST(X'" + bytes + "' AS STRING) AS name))")
                  .head()
                  .getString(0))
          .contains("\uFFFD");
    }
  }

  @Test
  @Tag("fault-38")
  void rowsWithoutAKeyOfTheirOwnAreLettersAndTheOthersArrive() throws Exception {
    people(
        "SELECT * FROM VALUES (1L, 'one'), (CAST(NULL AS BIGINT), 'nobody'),"
            + " (CAST(NULL AS BIGINT), 'no one'), (2L, 'two'), (2L, 'too'), (3L, 'three')"
            + " AS t(id, name)");

    CalledBackhaul run = call("sync", "acme/people", "--json");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(held()).containsOnlyKeys(1L, 3L);
    assertThat(letters())
        .containsExactly(
            "{\"id\":2} validation duplicate_key id 2 source rows have this key",
            "{\"id\":null} validation null_key id the key is null, or a part of it is");
  }

  @Test
  @Tag("fault-38")
  void aKeyThatIsAFloatOrWasRenamedIsRefusedWithTheRemedy() throws Exception {
    people("SELECT * FROM VALUES (1.5D, 'one') AS t(id, name)");

    CalledBackhaul asFloat = call("sync", "acme/people");
    assertThat(asFloat.code()).isEqualTo(1);
    assertThat(asFloat.err())
        .contains("syncs/acme/people.yaml:2:6 key: ", "is a double", "cast it in the source");
    assertThat(sandbox.ledger().arrivals()).isZero();

    people("SELECT * FROM VALUES (1L, 1L, 'one') AS t(id, number, name)");
    assertThat(call("sync", "acme/people").code()).isZero();
    long arrivals = sandbox.ledger().arrivals();
    sync("{type: delta, path: ./warehouse/people}", "number");
    CalledBackhaul renamed = call("sync", "acme/people");
    assertThat(renamed.code()).isEqualTo(2);
    assertThat(renamed.out() + renamed.err())
        .contains("was written under the key id, and the key is now number")
        .contains("restore it in the sync file");
    assertThat(sandbox.ledger().arrivals()).isEqualTo(arrivals);
  }

  @Test
  @Tag("fault-37")
  void aTableWithoutRowsOrNoneAtAllSendsNothingAndSaysWhatToDo() throws Exception {
    people("SELECT 1L AS id, 'one' AS name WHERE false");
    assertThat(call("sync", "acme/people").code()).isZero();

    sync("{type: delta, path: ./warehouse/peopel}", "id");
    CalledBackhaul missing = call("sync", "acme/people");
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.out() + missing.err()).contains("warehouse/peopel");

    sync(
        "{type: jdbc, url: \"jdbc:postgresql://127.0.0.1:1/shop\", user: reader, table: people}",
        "id");
    CalledBackhaul unreachable = call("sync", "acme/people");
    assertThat(unreachable.code()).isEqualTo(2);
    assertThat(unreachable.out() + unreachable.err()).contains("check source.url and the network");
    assertThat(sandbox.ledger().arrivals()).isZero();
  }
}
