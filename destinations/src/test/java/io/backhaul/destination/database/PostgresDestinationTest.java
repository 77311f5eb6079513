/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.database;

import static io.backhaul.destination.database.Batches.batch;
import static io.backhaul.destination.database.Batches.change;
import static io.backhaul.destination.database.Batches.upsert;
import static io.backhaul.destination.database.Batches.write;
import static io.backhaul.destination.database.PostgresBed.execute;
import static io.backhaul.destination.database.PostgresBed.open;
import static io.backhaul.destination.database.PostgresBed.properties;
import static io.backhaul.destination.database.PostgresBed.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.Batch;
import io.backhaul.destination.Change;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.DestinationException.Kind;
import io.backhaul.destination.ObjectSchema;
import io.backhaul.destination.Op;
import io.backhaul.destination.Probe;
import io.backhaul.destination.RecordResult;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PostgresDestinationTest {

  private Destination destination;

  @BeforeEach
  void table() {
    execute(
        "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public",
        "CREATE TYPE mood AS ENUM ('calm', 'cross')",
        """
        CREATE TABLE people (
          id bigint PRIMARY KEY, name text, email varchar(20) UNIQUE, age int CHECK (age < 200),
          balance numeric, seen timestamptz, born date, ok boolean, tags text[], extra jsonb,
          photo bytea, mood mood, uid uuid,
          loud text GENERATED ALWAYS AS (upper(name)) STORED)
        """);
    destination = open();
  }

  @AfterEach
  void close() {
    destination.close();
  }

  private DestinationException failure(Batch batch) {
    return catchThrowableOfType(DestinationException.class, () -> destination.write(batch));
  }

  private static RecordResult.Rejected rejected(RecordResult result) {
    assertThat(result).isInstanceOf(RecordResult.Rejected.class);
    return (RecordResult.Rejected) result;
  }

  @Test
  void anUpsertInsertsNewRowsAndOverwritesTheNamedColumnsOfOldOnes() {
    execute("INSERT INTO people (id, name, age) VALUES (1, 'Old', 40)");

    List<RecordResult> results =
        write(
            destination,
            batch("people", upsert(1, "{\"name\":\"New\"}"), upsert(2, "{\"name\":\"Two\"}")));

    assertThat(results)
        .containsExactly(
            new RecordResult.Applied("{\"id\":1}", "1"),
            new RecordResult.Applied("{\"id\":2}", "2"));
    assertThat(rows("SELECT id, name, age FROM people ORDER BY id"))
        .containsExactly("1|New|40", "2|Two|∅");
  }

  @Test
  void recordsThatNameDifferentColumnsLeaveTheOthersAlone() {
    execute("INSERT INTO people (id, name, age) VALUES (1, 'One', 1), (2, 'Two', 2)");

    write(destination, batch("people", upsert(1, "{\"age\":11}"), upsert(2, "{\"name\":null}")));

    assertThat(rows("SELECT id, name, age FROM people ORDER BY id"))
        .containsExactly("1|One|11", "2|∅|2");
  }

  @Test
  void aRequiredColumnMayBeLeftOutOfRowsThatExist() {
    execute(
        "CREATE TABLE strict (id int PRIMARY KEY, name text NOT NULL, age int)",
        "INSERT INTO strict VALUES (1, 'One', 1)");

    write(destination, batch("strict", upsert(1, "{\"age\":2}")));
    assertThat(rows("SELECT * FROM strict")).containsExactly("1|One|2");

    DestinationException failure = failure(batch("strict", upsert(9, "{\"age\":2}")));
    assertThat(failure.kind()).isEqualTo(Kind.POISONED);
    assertThat(failure.code()).isEqualTo("23502");
    assertThat(failure.field()).isEqualTo("name");
  }

  @Test
  void theOtherOperationsDoWhatTheirNamesSay() {
    write(destination, batch("people", change(Op.INSERT, "{\"id\":1}", "{\"name\":\"One\"}")));
    List<RecordResult> updated =
        write(
            destination,
            batch(
                "people",
                change(Op.UPDATE, "{\"id\":1}", "{\"name\":\"Uno\"}"),
                change(Op.UPDATE, "{\"id\":7}", "{\"name\":\"Nobody\"}")));

    assertThat(updated.get(0)).isEqualTo(new RecordResult.Applied("{\"id\":1}", "1"));
    assertThat(rejected(updated.get(1)).code()).isEqualTo("NOT_FOUND");
    assertThat(rows("SELECT name FROM people")).containsExactly("Uno");

    List<RecordResult> deleted =
        write(
            destination,
            batch(
                "people",
                change(Op.DELETE, "{\"id\":1}", null),
                change(Op.DELETE, "{\"id\":7}", null)));
    assertThat(deleted).allMatch(RecordResult.Applied.class::isInstance);
    assertThat(rows("SELECT * FROM people")).isEmpty();
  }

  @Test
  void aSecondInsertOfOneRowIsPoisonAndNamesNoValue() {
    Change insert = change(Op.INSERT, "{\"id\":1}", "{\"email\":\"ann@example.com\"}");
    write(destination, batch("people", insert));

    DestinationException failure =
        failure(
            batch("people", change(Op.INSERT, "{\"id\":2}", "{\"email\":\"ann@example.com\"}")));
    assertThat(failure.kind()).isEqualTo(Kind.POISONED);
    assertThat(failure.code()).isEqualTo("23505");
    assertThat(failure).hasMessageContaining("people_email_key");
    assertThat(failure.getMessage()).doesNotContain("ann@example.com");
  }

  @Test
  void aRowMayBeKnownByAnotherUniqueColumnAndIsFoundByItsOldValue() {
    ObjectNode properties = properties(PostgresBed.port());
    properties.putArray("key").add("email");
    try (Destination byEmail = open(properties)) {
      execute("INSERT INTO people (id, name, email) VALUES (1, 'Ann', 'a@example.com')");
      RecordResult.Applied first =
          (RecordResult.Applied)
              write(
                      byEmail,
                      batch(
                          "people",
                          change(
                              Op.UPSERT,
                              "{\"customer\":5}",
                              "{\"id\":1,\"email\":\"a@example.com\",\"name\":\"Anna\"}")))
                  .get(0);
      assertThat(first.destinationId()).isEqualTo("a@example.com");

      RecordResult moved =
          write(
                  byEmail,
                  batch(
                      "people",
                      change(
                          Op.UPDATE,
                          "{\"customer\":5}",
                          "{\"email\":\"b@example.com\"}",
                          "a@example.com")))
              .get(0);
      assertThat(moved).isEqualTo(new RecordResult.Applied("{\"customer\":5}", "b@example.com"));
      assertThat(rows("SELECT id, name, email FROM people"))
          .containsExactly("1|Anna|b@example.com");

      write(byEmail, batch("people", change(Op.DELETE, "{\"customer\":5}", null, "b@example.com")));
      assertThat(rows("SELECT * FROM people")).isEmpty();
    }
  }

  @Test
  void severalColumnsMayIdentifyARow() {
    execute("CREATE TABLE lines (\"order\" text, n int, sku text, PRIMARY KEY (\"order\", n))");
    String key = "{\"order\":\"A\\\"1\",\"n\":2}";

    List<RecordResult> results =
        write(destination, batch("lines", change(Op.UPSERT, key, "{\"sku\":\"x\"}")));
    assertThat(results).containsExactly(new RecordResult.Applied(key, "[\"A\\\"1\",2]"));
    write(destination, batch("lines", change(Op.UPDATE, key, "{\"sku\":\"y\"}", "[\"A\\\"1\",2]")));
    assertThat(rows("SELECT * FROM lines")).containsExactly("A\"1|2|y");
    write(destination, batch("lines", change(Op.DELETE, key, null)));
    assertThat(rows("SELECT * FROM lines")).isEmpty();
  }

  @Tag("fault-39")
  @Test
  void valuesOfEveryKindArriveExactly() {
    write(
        destination,
        batch(
            "people",
            upsert(
                1,
                """
                {"id":9007199254740993,"balance":12345678901234567890.123456789012345678901,
                 "seen":"2024-02-29T23:59:59.000001Z","born":"1582-10-04","ok":true,
                 "tags":["a","b \\"c\\" \\\\ {d}",null,""],"extra":{"big":9007199254740993,"t":"ü"},
                 "photo":"AAH/","mood":"cross","uid":"6f1b0b0a-0000-4000-8000-000000000001"}
                """)));

    assertThat(
            rows(
                """
                SELECT id, balance, seen AT TIME ZONE 'UTC', born, ok, tags, extra->>'big',
                  extra->>'t', encode(photo, 'hex'), mood, uid FROM people
                """))
        .containsExactly(
            "9007199254740993|"
                + new BigDecimal("12345678901234567890.123456789012345678901").toPlainString()
                + "|2024-02-29 23:59:59.000001|1582-10-04|t|{a,\"b \\\"c\\\" \\\\ {d}\",NULL,\"\"}"
                + "|9007199254740993|ü|0001ff|cross|6f1b0b0a-0000-4000-8000-000000000001");
  }

  @Tag("fault-39")
  @Test
  void hostileTextsArriveExactly() {
    List<String> texts =
        List.of(
            "",
            " ",
            "null",
            "\\N",
            "\\.",
            "a\tb\nc\r\nd\\e\\\\n",
            "\"quoted\", 'single'; DROP TABLE people --",
            "\u0001\u001f\u007f",
            "émoji 😀 👩‍👩‍👧 ﷽",
            "=cmd|' /C calc'!A0",
            "${env:HOME} %s $1",
            "x".repeat(1 << 20));
    List<Change> changes = new ArrayList<>();
    for (String text : texts) {
      ObjectNode fields = JsonNodeFactory.instance.objectNode().put("name", text);
      fields.putObject("extra").put("text", text);
      fields.putArray("tags").add(text);
      changes.add(upsert(changes.size(), fields.toString()));
    }

    write(destination, batch("people", changes.toArray(Change[]::new)));
    assertThat(rows("SELECT name FROM people ORDER BY id")).isEqualTo(texts);
    assertThat(rows("SELECT extra->>'text' FROM people ORDER BY id")).isEqualTo(texts);
    assertThat(rows("SELECT tags[1] FROM people ORDER BY id")).isEqualTo(texts);
  }

  @Tag("fault-39")
  @Test
  void whatPostgresCannotHoldIsPoisonAndNotChangedInSilence() {
    assertThat(failure(batch("people", upsert(1, "{\"name\":\"a\\u0000b\"}"))).kind())
        .isEqualTo(Kind.POISONED);
    assertThat(failure(batch("people", upsert(1, "{\"name\":\"half \\ud83d\"}"))).kind())
        .isEqualTo(Kind.POISONED);
    DestinationException tooLong =
        failure(batch("people", upsert(1, "{\"email\":\"a-very-long-name@example.com\"}")));
    assertThat(tooLong.code()).isEqualTo("22001");
    assertThat(tooLong.field()).isEqualTo("email");
    DestinationException noNumber = failure(batch("people", upsert(1, "{\"age\":\"forty\"}")));
    assertThat(noNumber.code()).isEqualTo("22P02");
    assertThat(noNumber.field()).isEqualTo("age");
    assertThat(noNumber.getMessage()).doesNotContain("forty");
    assertThat(rejected(write(destination, batch("people", upsert(1, "{\"photo\":\"?\"}"))).get(0)))
        .isEqualTo(
            new RecordResult.Rejected(
                "{\"id\":1}", "NOT_BASE64", "photo", "bytes are written in base64"));
  }

  @Tag("fault-15")
  @Test
  void aPoisonRecordFailsItsBatchWholeAndItsHealthyHalfPasses() {
    Change good = upsert(1, "{\"age\":40}");
    DestinationException failure = failure(batch("people", good, upsert(2, "{\"age\":500}")));

    assertThat(failure.kind()).isEqualTo(Kind.POISONED);
    assertThat(failure.code()).isEqualTo("23514");
    assertThat(rows("SELECT * FROM people")).isEmpty();
    write(destination, batch("people", good));
    assertThat(rows("SELECT age FROM people")).containsExactly("40");
  }

  @Tag("fault-40")
  @Test
  void aRecordWithAFieldThatIsNoneIsRejectedByNameAndTheOthersPass() {
    List<RecordResult> results =
        write(
            destination,
            batch(
                "people",
                upsert(1, "{\"nmae\":\"x\"}"),
                upsert(2, "{\"loud\":\"X\"}"),
                upsert(3, "{\"name\":\"x\"}")));

    assertThat(rejected(results.get(0)).code()).isEqualTo("FIELD_UNKNOWN");
    assertThat(rejected(results.get(0)).field()).isEqualTo("nmae");
    assertThat(rejected(results.get(1)).code()).isEqualTo("FIELD_READ_ONLY");
    assertThat(results.get(2)).isInstanceOf(RecordResult.Applied.class);
  }

  @Tag("fault-40")
  @Test
  void aColumnThatGoesBetweenTwoBatchesIsNoticed() {
    write(destination, batch("people", upsert(1, "{\"name\":\"x\",\"age\":1}")));
    execute("ALTER TABLE people DROP COLUMN age");
    Batch batch = batch("people", upsert(2, "{\"name\":\"y\",\"age\":2}"));

    DestinationException failure = failure(batch);
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure.code()).isEqualTo("42703");
    assertThat(rejected(write(destination, batch).get(0)).field()).isEqualTo("age");
  }

  @Test
  void twoRecordsOfOneKeyAreToldApart() {
    ObjectNode properties = properties(PostgresBed.port());
    properties.putObject("key").putArray("people").add("email");
    try (Destination byEmail = open(properties)) {
      List<RecordResult> results =
          write(
              byEmail,
              batch(
                  "people",
                  upsert(1, "{\"id\":1,\"email\":\"a@example.com\"}"),
                  upsert(2, "{\"id\":2,\"email\":\"a@example.com\"}"),
                  upsert(3, "{\"id\":3}")));
      assertThat(results.get(0)).isInstanceOf(RecordResult.Applied.class);
      assertThat(rejected(results.get(1)).code()).isEqualTo("DUPLICATE_ID");
      assertThat(rejected(results.get(2)).code()).isEqualTo("KEY_EMPTY");
    }
  }

  @Test
  void keysThatOnlyTheDatabaseFindsEqualAreIsolatedByHalving() {
    execute("CREATE TABLE padded (id char(5) PRIMARY KEY, name text)");
    Change one = change(Op.UPSERT, "{\"id\":\"a\"}", "{\"name\":\"1\"}");
    Change two = change(Op.UPSERT, "{\"id\":\"a  \"}", "{\"name\":\"2\"}");

    assertThat(failure(batch("padded", one, two)).code()).isEqualTo("21000");
    write(destination, batch("padded", one));
    write(destination, batch("padded", two));
    assertThat(rows("SELECT name FROM padded")).containsExactly("2");
  }

  @Test
  void whatIsWrongWithTheFileIsRefused() {
    assertThat(failure(batch("poeple", upsert(1, "{}"))).code()).isEqualTo("OBJECT_UNKNOWN");
    assertThat(failure(batch("people", change(Op.UPSERT, "{\"nr\":1}", "{}"))).code())
        .isEqualTo("KEY_UNKNOWN");
    assertThat(failure(batch("people", change(Op.UPSERT, "{\"age\":1}", "{}"))).code())
        .isEqualTo("KEY_NOT_UNIQUE");
    execute(
        "DO $$ BEGIN CREATE ROLE reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        "GRANT USAGE ON SCHEMA public TO reader",
        "GRANT SELECT, INSERT, UPDATE (name) ON people TO reader");
    try (Destination reader = open(properties(PostgresBed.port()).put("user", "reader"))) {
      execute("REVOKE INSERT ON people FROM reader");
      DestinationException failure =
          catchThrowableOfType(
              DestinationException.class,
              () -> reader.write(batch("people", change(Op.DELETE, "{\"id\":1}", null))));
      assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
      assertThat(failure.code()).isEqualTo("42501");
    }
    try (Destination stranger = open(properties(PostgresBed.port()).put("user", "nobody-at-all"))) {
      DestinationException failure =
          catchThrowableOfType(DestinationException.class, stranger::probe);
      assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
      assertThat(failure.code()).isEqualTo("28000");
    }
  }

  @Test
  void aLockThatIsHeldTooLongIsWaitedForByTheSender() throws Exception {
    execute("INSERT INTO people (id) VALUES (1)");
    try (Destination hasty = open(properties(PostgresBed.port()).put("timeout", 300));
        java.sql.Connection other =
            java.sql.DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + PostgresBed.port() + "/postgres",
                "postgres",
                null)) {
      other.setAutoCommit(false);
      other.createStatement().execute("UPDATE people SET age = 1 WHERE id = 1");
      DestinationException failure =
          catchThrowableOfType(
              DestinationException.class,
              () -> hasty.write(batch("people", upsert(1, "{\"age\":2}"))));
      assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(failure.code()).isEqualTo("57014");
      other.rollback();
      write(hasty, batch("people", upsert(1, "{\"age\":2}")));
    }
  }

  @Test
  void describeTellsWhatTheCatalogueKnows() {
    execute("ALTER TABLE people ALTER COLUMN name SET NOT NULL");

    ObjectSchema schema = destination.describe("public.people");
    assertThat(schema.closed()).isTrue();
    assertThat(schema.keys()).isEqualTo(Set.of("id", "email"));
    assertThat(schema.field("id"))
        .hasValue(new ObjectSchema.Field("id", "bigint", true, true, 0, List.of()));
    assertThat(schema.field("name").orElseThrow().required()).isTrue();
    assertThat(schema.field("email"))
        .hasValue(
            new ObjectSchema.Field("email", "character varying(20)", false, true, 20, List.of()));
    assertThat(schema.field("loud").orElseThrow().writable()).isFalse();
    assertThat(schema.field("mood").orElseThrow().picklist()).containsExactly("calm", "cross");
    assertThat(schema.field("tags").orElseThrow().type()).isEqualTo("text[]");
    assertThat(catchThrowableOfType(DestinationException.class, () -> destination.describe("no")))
        .extracting(DestinationException::code)
        .isEqualTo("OBJECT_UNKNOWN");
  }

  @Test
  void probeSaysWhoWeAreAndWhatTimeItIs() {
    Probe probe = destination.probe();
    assertThat(probe.account()).isEqualTo("postgres");
    assertThat(probe.clockSkew().abs()).isLessThan(java.time.Duration.ofMinutes(1));
  }

  @Test
  void whatADestinationDeclaresIsTaken() {
    int most = destination.capabilities().maxRecords();
    Change[] changes =
        IntStream.range(0, most)
            .mapToObj(n -> upsert(n, "{\"name\":\"Person " + n + "\"}"))
            .toArray(Change[]::new);

    assertThat(write(destination, batch("people", changes)))
        .hasSize(most)
        .allMatch(RecordResult.Applied.class::isInstance);
    assertThat(rows("SELECT count(*) FROM people")).containsExactly(Integer.toString(most));
    List<Change> more = new ArrayList<>(List.of(changes));
    more.add(upsert(most, "{}"));
    assertThat(failure(batch("people", more.toArray(Change[]::new))).kind())
        .isEqualTo(Kind.REFUSED);
  }

  @Test
  void severalBatchesInFlightAtOnceAreEachAppliedAndLeaveNothingOpen() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<List<RecordResult>>> writes = new ArrayList<>();
      for (int n = 0; n < 40; n++) {
        Batch batch =
            batch("people", upsert(n, "{\"name\":\"a\"}"), upsert(1000 + n, "{\"age\":3}"));
        writes.add(() -> write(destination, batch));
      }
      for (Future<List<RecordResult>> written : threads.invokeAll(writes)) {
        assertThat(written.get()).hasSize(2).allMatch(RecordResult.Applied.class::isInstance);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(rows("SELECT count(*) FROM people")).containsExactly("80");
    String ours = "FROM pg_stat_activity WHERE application_name = 'backhaul'";
    assertThat(Integer.parseInt(rows("SELECT count(*) " + ours).get(0))).isBetween(1, 4);
    assertThat(rows("SELECT state " + ours)).allMatch("idle"::equals);
  }
}
