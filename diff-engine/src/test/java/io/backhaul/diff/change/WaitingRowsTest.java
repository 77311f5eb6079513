/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static io.backhaul.diff.change.CustomerRows.assertBalanced;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.mapping.Lookup;
import io.backhaul.diff.mapping.LookupIds;
import io.backhaul.diff.mapping.MappingSpec;
import io.backhaul.diff.mapping.OnMissing;
import io.backhaul.diff.state.DeliveredIds;
import io.backhaul.diff.state.Outbox;
import io.backhaul.diff.state.TableRef;
import io.backhaul.diff.validation.FieldRule;
import io.backhaul.diff.validation.Rule;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A row whose lookup finds no id waits or is a dead letter, and goes out once there is one. */
class WaitingRowsTest {

  private static final String KEY_1 = "{\"id\":1}";
  private static final String KEY_2 = "{\"id\":2}";
  private static final String KEY_3 = "{\"id\":3}";

  @TempDir Path folder;
  private TestSync sync;

  @BeforeEach
  void contactsThatNeedTheIdOfTheirAccount() {
    sync = new TestSync(folder.resolve("contacts"), spec(OnMissing.DEFER));
  }

  private static MappingSpec spec(OnMissing onMissing) {
    return new MappingSpec(
        List.of("id"),
        null,
        List.of(
            new FieldMapping.FromColumn("name", "name"),
            new FieldMapping.FromLookup(
                "account_id",
                new Lookup(
                    "accounts", List.of(new Lookup.Part("nr", "account", false)), onMissing))),
        Set.of());
  }

  /** Rows such as {@code (1, 'a', 10)}: id, name, account. */
  private static Dataset<Row> contacts(String... rows) {
    return TestSync.sql(
        "SELECT id, name, CAST(account AS INT) AS account FROM VALUES "
            + String.join(", ", rows)
            + " AS t(id, name, account)");
  }

  /** Rows such as {@code (10, 'A10')}: what the other destination has. */
  private void accounts(String... rows) {
    Dataset<Row> held =
        TestSync.sql(
            "SELECT CAST(nr AS BIGINT) AS nr, destination_id FROM VALUES "
                + String.join(", ", rows)
                + " AS t(nr, destination_id)");
    sync.ids = Map.of("accounts", new LookupIds(held.select("nr").schema(), held));
  }

  private static List<String> failures(Row row) {
    return row.<Row>getList(row.fieldIndex("failures")).stream().map(Row::toString).toList();
  }

  @Tag("platform")
  @Test
  void itIsPlannedWithWhatItWaitsForAndGoesOutOnceWithTheId() {
    Dataset<Row> source = contacts("(1, 'a', 10)", "(2, 'b', 20)", "(3, 'c', NULL)");
    accounts("(10, 'A10')");
    sync.rules = List.of(new FieldRule("account_id", new Rule.MinLength(3)));

    try (ChangeSet changes = sync.detect(source)) {
      Map<String, Row> planned = TestSync.byKey(changes.planned());
      assertThat(planned).containsOnlyKeys(KEY_1, KEY_2, KEY_3);
      assertThat(failures(planned.get(KEY_1))).isEmpty();
      assertThat(planned.get(KEY_1).<String>getAs("payload"))
          .isEqualTo("{\"name\":\"a\",\"account_id\":\"A10\"}");
      assertThat(failures(planned.get(KEY_2)))
          .containsExactly(
              "[account_id,lookup,accounts has no id of its destination for this key]");
      assertThat(failures(planned.get(KEY_3))).as("no key to look up").isEmpty();
      assertThat(changes.counts().waiting()).isEqualTo(1);
      assertThat(changes.counts().planned("upsert")).isEqualTo(3);
      assertBalanced(changes.counts());
      sync.settle(source, changes, key -> !key.equals(KEY_2));
    }

    accounts("(10, 'A10')", "(20, 'A20')");
    try (ChangeSet changes = sync.detect(source)) {
      assertThat(TestSync.byKey(changes.planned())).containsOnlyKeys(KEY_2);
      assertThat(changes.counts().waiting()).isZero();
      sync.settle(source, changes, key -> true);
    }
    assertThat(sync.sync(source).nothingToDo()).isTrue();

    accounts("(10, 'B10')", "(20, 'A20')");
    try (ChangeSet changes = sync.detect(source)) {
      Row moved = TestSync.byKey(changes.planned()).get(KEY_1);
      assertThat(moved.getList(moved.fieldIndex("changed_fields")))
          .isEqualTo(List.of("account_id"));
      assertThat(changes.counts().plannedTotal()).isEqualTo(1);
    }
  }

  /** Both have a null where the id belongs, and only one of them is as it should be. */
  @Test
  void aRowWhoseKeyFindsNothingIsNotTakenForOneWithoutAKey() {
    sync.sync(contacts("(1, 'a', NULL)"));

    try (ChangeSet changes = sync.detect(contacts("(1, 'a', 10)"))) {
      assertThat(changes.counts().waiting()).isEqualTo(1);
      assertThat(changes.counts().unchanged()).isZero();
    }
    assertThat(sync.sync(contacts("(1, 'a', NULL)")).nothingToDo()).isTrue();
  }

  @Test
  void asADeadLetterItNamesItsFieldAloneAndIsSentByItselfOnceThereIsAnId() {
    sync.spec = spec(OnMissing.DEAD_LETTER);
    sync.rules = List.of(new FieldRule("account_id", new Rule.Required()));
    Dataset<Row> source = contacts("(1, 'a', 10)", "(2, 'b', NULL)");

    try (ChangeSet changes = sync.detect(source)) {
      Map<String, Row> invalid = TestSync.byKey(changes.invalid());
      assertThat(failures(invalid.get(KEY_1)))
          .containsExactly(
              "[account_id,lookup,accounts has no id of its destination for this key]");
      assertThat(failures(invalid.get(KEY_2)))
          .as("nothing to look up")
          .singleElement()
          .asString()
          .startsWith("[account_id,required,");
      assertBalanced(changes.counts());
      invalid.forEach(
          (key, row) ->
              sync.letters.add(
                  new TestSync.Letter(key, row.getAs("row_hash"), "validation", "open")));
    }
    try (ChangeSet changes = sync.detect(source)) {
      assertThat(changes.counts().quarantined()).isEqualTo(2);
      assertThat(changes.counts().nothingToDo()).isTrue();
    }

    accounts("(10, 'A10')");
    try (ChangeSet changes = sync.detect(source)) {
      assertThat(TestSync.byKey(changes.planned())).containsOnlyKeys(KEY_1);
      assertThat(changes.counts().quarantined()).isEqualTo(1);
    }
  }

  @Test
  void aLimitIsSpentOnRowsThatCanGo() {
    accounts("(10, 'A10')");
    sync.limit = 1L;

    try (ChangeSet changes =
        sync.detect(contacts("(1, 'a', 20)", "(2, 'b', 10)", "(3, 'c', 10)", "(4, 'd', 20)"))) {
      Counts counts = changes.counts();
      assertThat(counts.planned()).isEqualTo(Map.of("upsert", 3L));
      assertThat(counts.waiting()).isEqualTo(2);
      assertThat(counts.heldBack()).isEqualTo(1);
      assertBalanced(counts);
      assertThat(changes.planned().where(Outbox.waits()).count()).isEqualTo(2);
    }
  }

  @Test
  void theIdsAreThoseOfOneVersionHoweverOftenTheyAreRead() {
    String path = folder.resolve("state").toString();
    TableRef state = new TableRef.ByPath(path);
    assertThat(DeliveredIds.of(TestSync.SPARK, state)).isEmpty();
    Dataset<Row> held =
        TestSync.sql("SELECT 10 AS nr, 'A10' AS destination_id, now() AS synced_at");
    held.write().format("delta").save(path);

    DeliveredIds ids = DeliveredIds.of(TestSync.SPARK, state).orElseThrow();
    held.selectExpr("nr", "'B10' AS destination_id", "synced_at")
        .write()
        .format("delta")
        .mode("overwrite")
        .save(path);

    assertThat(ids.keys().fieldNames()).containsExactly("nr");
    for (int i = 0; i < 2; i++) {
      assertThat(ids.rows().select("nr", "destination_id").collectAsList())
          .extracting(Row::toString)
          .containsExactly("[10,A10]");
    }
  }
}
