/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import static io.backhaul.destination.database.Batches.batch;
import static io.backhaul.destination.database.Batches.change;
import static io.backhaul.destination.database.Batches.upsert;
import static io.backhaul.destination.database.Batches.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.RecordResult;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcDestinationTest {

  private static final String URL = "jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1";

  private Connection database;
  private Destination destination;

  @BeforeEach
  void table() throws SQLException {
    database = DriverManager.getConnection(URL, "sa", "");
    execute("DROP ALL OBJECTS");
    execute(
        "CREATE TABLE people (id BIGINT PRIMARY KEY, name VARCHAR(2000), age INT CHECK (age < 200),"
            + " balance DECIMAL(40, 10), seen TIMESTAMP, moment TIMESTAMP WITH TIME ZONE, born"
            + " DATE, ok BOOLEAN, photo VARBINARY(100), code CHAR(3) UNIQUE, ratio DOUBLE, doubled"
            + " INT GENERATED ALWAYS AS (age * 2))");
    destination = open(properties());
  }

  @AfterEach
  void close() throws SQLException {
    destination.close();
    database.close();
  }

  private static ObjectNode properties() {
    return JsonNodeFactory.instance.objectNode().put("url", URL).put("user", "sa");
  }

  private static Destination open(ObjectNode properties) {
    return new JdbcProvider()
        .open(
            new DestinationConfig("acme", "db", "jdbc", properties, Set.of()),
            DeliveryContext.system());
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<String> rows(String query) throws SQLException {
    List<String> all = new ArrayList<>();
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        List<String> cells = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          cells.add(rows.getString(i) == null ? "∅" : rows.getString(i));
        }
        all.add(String.join("|", cells));
      }
    }
    return all;
  }

  private DestinationException failure(Batch batch) {
    return catchThrowableOfType(DestinationException.class, () -> destination.write(batch));
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "merge", "update_insert"})
  void anUpsertInsertsNewRowsAndOverwritesTheNamedColumnsOfOldOnes(String form) throws Exception {
    execute("INSERT INTO people (id, name, age) VALUES (1, 'Old', 40)");
    try (Destination worded = open(properties().put("upsert", form))) {
      Batch batch =
          batch(
              "people",
              upsert(1, "{\"name\":\"New\"}"),
              upsert(2, "{\"name\":\"Two\"}"),
              upsert(3, "{}"));
      assertThat(write(worded, batch))
          .containsExactly(
              new RecordResult.Applied("{\"id\":1}", "1"),
              new RecordResult.Applied("{\"id\":2}", "2"),
              new RecordResult.Applied("{\"id\":3}", "3"));
      write(worded, batch);
    }
    assertThat(rows("SELECT id, name, age FROM people ORDER BY id"))
        .containsExactly("1|New|40", "2|Two|∅", "3|∅|∅");
  }

  @Test
  void theOtherOperationsDoWhatTheirNamesSay() throws Exception {
    write(destination, batch("people", change(Op.INSERT, "{\"id\":1}", "{\"name\":\"One\"}")));
    List<RecordResult> updated =
        write(
            destination,
            batch(
                "people",
                change(Op.UPDATE, "{\"id\":1}", "{\"name\":\"Uno\"}"),
                change(Op.UPDATE, "{\"id\":7}", "{\"name\":\"Nobody\"}")));
    assertThat(updated)
        .containsExactly(
            new RecordResult.Applied("{\"id\":1}", "1"),
            new RecordResult.Rejected(
                "{\"id\":7}", "NOT_FOUND", "ID", "there is no row of this key"));
    assertThat(rows("SELECT name FROM people")).containsExactly("Uno");

    assertThat(
            write(
                destination,
                batch(
                    "people",
                    change(Op.DELETE, "{\"id\":1}", null),
                    change(Op.DELETE, "{\"id\":7}", null))))
        .allMatch(RecordResult.Applied.class::isInstance);
    assertThat(rows("SELECT * FROM people")).isEmpty();
  }

  @Tag("fault-39")
  @Test
  void valuesOfEveryKindArriveExactly() throws Exception {
    write(
        destination,
        batch(
            "people",
            upsert(
                1,
                """
                {"id":9007199254740993,"name":"a 😀 'b' \\n","balance":12345678901234567890.1234567891,
                 "seen":"2024-02-29T23:59:59.000001+02:00","moment":"2024-02-29T23:59:59Z",
                 "born":"1582-10-04","ok":true,"photo":"AAH/","ratio":0.1}
                """)));
    assertThat(
            rows(
                "SELECT id, name, balance, seen, moment, born, ok, RAWTOHEX(photo), ratio FROM"
                    + " people"))
        .containsExactly(
            "9007199254740993|a 😀 'b' \n|12345678901234567890.1234567891"
                + "|2024-02-29 21:59:59.000001|2024-02-29 23:59:59+00|1582-10-04|TRUE|0001ff|0.1");
  }

  @Tag("fault-39")
  @Test
  void aValueThatIsNoneOfItsTypeIsRejectedByItselfAndNamed() throws Exception {
    List<RecordResult> results =
        write(
            destination,
            batch(
                "people",
                upsert(1, "{\"age\":\"forty\"}"),
                upsert(2, "{\"age\":1.5}"),
                upsert(3, "{\"born\":\"yesterday\"}"),
                upsert(4, "{\"nope\":1}"),
                upsert(5, "{\"doubled\":1}"),
                upsert(6, "{\"age\":null}")));
    assertThat(results)
        .extracting(
            result ->
                result instanceof RecordResult.Rejected rejected
                    ? rejected.code() + " " + rejected.field()
                    : "applied")
        .containsExactly(
            "BAD_VALUE AGE",
            "BAD_VALUE AGE",
            "BAD_VALUE BORN",
            "FIELD_UNKNOWN nope",
            "FIELD_READ_ONLY DOUBLED",
            "applied");
  }

  @Tag("fault-15")
  @Test
  void aPoisonRecordFailsItsBatchWholeAndItsHealthyHalfPasses() throws Exception {
    Change good = upsert(1, "{\"age\":40}");
    DestinationException failure = failure(batch("people", good, upsert(2, "{\"age\":500}")));
    assertThat(failure.kind()).isEqualTo(Kind.POISONED);
    assertThat(failure.code()).isEqualTo("23513");
    assertThat(rows("SELECT * FROM people")).isEmpty();
    assertThat(failure(batch("people", upsert(1, "{\"code\":\"abcd\"}"))).code())
        .isEqualTo("22001");
    assertThat(failure(batch("people", upsert(1, "{\"name\":\"half \\ud83d\"}"))).kind())
        .isEqualTo(Kind.POISONED);
    write(destination, batch("people", good));
    assertThat(rows("SELECT age FROM people")).containsExactly("40");
  }

  @Test
  void aRequiredColumnMayBeLeftOutOfRowsThatExist() throws Exception {
    execute("CREATE TABLE strict (id INT PRIMARY KEY, name VARCHAR NOT NULL, age INT)");
    execute("INSERT INTO strict VALUES (1, 'One', 1)");
    write(destination, batch("strict", upsert(1, "{\"age\":2}")));
    assertThat(rows("SELECT * FROM strict")).containsExactly("1|One|2");
    assertThat(failure(batch("strict", upsert(2, "{\"age\":2}"))).code()).isEqualTo("23502");
  }

  @Tag("fault-40")
  @Test
  void aColumnThatGoesBetweenTwoBatchesIsNoticed() throws Exception {
    write(destination, batch("people", upsert(1, "{\"ratio\":1}")));
    execute("ALTER TABLE people DROP COLUMN ratio");
    Batch batch = batch("people", upsert(2, "{\"ratio\":2}"));
    assertThat(failure(batch).kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(write(destination, batch).get(0)).isInstanceOf(RecordResult.Rejected.class);
  }

  @Test
  void describeTellsWhatTheDriverKnows() {
    ObjectSchema schema = destination.describe("public.people");
    assertThat(schema.keys()).isEqualTo(Set.of("ID", "CODE"));
    assertThat(schema.field("ID").orElseThrow().required()).isTrue();
    assertThat(schema.field("NAME").orElseThrow().maxLength()).isEqualTo(2000);
    assertThat(schema.field("DOUBLED").orElseThrow().writable()).isFalse();
    assertThat(destination.probe().account()).isEqualTo("SA");
  }

  @Test
  void whatIsWrongWithTheFileIsRefused() {
    assertThat(failure(batch("poeple", upsert(1, "{}"))).code()).isEqualTo("OBJECT_UNKNOWN");
    assertThat(failure(batch("people", change(Op.UPSERT, "{\"nr\":1}", "{}"))).code())
        .isEqualTo("KEY_UNKNOWN");
    try (Destination stranger = open(properties().put("user", "nobody"))) {
      DestinationException failure =
          catchThrowableOfType(DestinationException.class, stranger::probe);
      assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
    }
    try (Destination driverless = open(properties().put("url", "jdbc:mysql://localhost:1/shop"))) {
      DestinationException failure =
          catchThrowableOfType(DestinationException.class, driverless::probe);
      assertThat(failure.code()).isEqualTo("DRIVER_MISSING");
    }
  }

  @Test
  void severalBatchesInFlightAtOnceAreEachApplied() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<List<RecordResult>>> writes = new ArrayList<>();
      for (int n = 0; n < 40; n++) {
        Batch batch = batch("people", upsert(n, "{\"age\":1}"), upsert(1000 + n, "{\"age\":3}"));
        writes.add(() -> write(destination, batch));
      }
      for (Future<List<RecordResult>> written : threads.invokeAll(writes)) {
        assertThat(written.get()).hasSize(2).allMatch(RecordResult.Applied.class::isInstance);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(rows("SELECT count(*) FROM people")).containsExactly("80");
  }

  /** The same connector on a real server of another product. */
  @Test
  void postgresqlTakesItToo() {
    PostgresBed.execute(
        "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public",
        "CREATE TYPE mood AS ENUM ('calm', 'cross')",
        "CREATE TABLE people (id bigint PRIMARY KEY, name text, balance numeric, seen timestamptz,"
            + " mood mood, extra jsonb, uid uuid)");
    ObjectNode properties = PostgresBed.properties(PostgresBed.port());
    try (Destination postgres = open(properties)) {
      Batch batch =
          batch(
              "people",
              upsert(
                  1,
                  """
                  {"name":"a","balance":12345678901234567890.123456789,"mood":"cross",
                   "seen":"2024-02-29T23:59:59Z","extra":{"a":[1]},
                   "uid":"6f1b0b0a-0000-4000-8000-000000000001"}
                  """),
              upsert(2, "{}"));
      write(postgres, batch);
      write(postgres, batch);
      assertThat(
              PostgresBed.rows(
                  "SELECT id, name, balance, seen AT TIME ZONE 'UTC', mood, extra, uid FROM people"
                      + " ORDER BY id"))
          .containsExactly(
              "1|a|12345678901234567890.123456789|2024-02-29 23:59:59|cross|{\"a\": [1]}"
                  + "|6f1b0b0a-0000-4000-8000-000000000001",
              "2|∅|∅|∅|∅|∅|∅");
      assertThat(postgres.describe("people").keys()).containsExactly("id");
    }
  }
}
