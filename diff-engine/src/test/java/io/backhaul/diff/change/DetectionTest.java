/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.mapping.MappingSpec;
import io.backhaul.diff.state.Outbox;
import io.backhaul.diff.state.TableRef;
import io.backhaul.diff.testkit.DfAssert;
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

class DetectionTest {

  private static final String KEY_1 = "{\"id\":1}";
  private static final String KEY_2 = "{\"id\":2}";
  private static final String KEY_3 = "{\"id\":3}";

  @TempDir Path folder;
  private TestSync sync;

  @BeforeEach
  void aSyncOfCustomers() {
    sync = new TestSync(folder, spec(List.of("customer", "email", "score"), Set.of()));
    sync.rules = List.of(new FieldRule("email", new Rule.Required()));
  }

  private static MappingSpec spec(List<String> fields, Set<String> pii) {
    Map<String, FieldMapping> all =
        Map.of(
            "customer", new FieldMapping.FromColumn("customer", "id"),
            "email", new FieldMapping.FromColumn("email", "email"),
            "score", new FieldMapping.FromColumn("score", "score"),
            "tier", new FieldMapping.FromExpression("tier", "if(score > 15, 'gold', null)"));
    return new MappingSpec(List.of("id"), null, fields.stream().map(all::get).toList(), pii);
  }

  /** Rows such as {@code (1, 'a', 10)}: id, email, score. */
  private static Dataset<Row> source(String... rows) {
    return sourceOf("int", rows);
  }

  private static Dataset<Row> sourceOf(String keyType, String... rows) {
    return TestSync.sql(
        "SELECT CAST(id AS "
            + keyType
            + ") AS id, email, score FROM VALUES "
            + String.join(", ", rows)
            + " AS t(id, email, score)");
  }

  private static void assertBalanced(Counts counts) {
    assertThat(counts.source())
        .isEqualTo(
            counts.unchanged()
                + counts.plannedFromSource()
                + counts.invalidRows()
                + counts.quarantinedRows()
                + counts.heldBack());
  }

  @Test
  void aChangedRowKnowsWhatItWasAndWhatChanged() {
    sync.sync(source("(1, 'a', 10)", "(2, 'b', 20)"));

    try (ChangeSet changes = sync.detect(source("(1, 'a', 11)", "(2, 'b', 20)", "(3, 'c', 30)"))) {
      Map<String, Row> planned = TestSync.byKey(changes.planned());

      assertThat(planned).containsOnlyKeys(KEY_1, KEY_3);
      Row changed = planned.get(KEY_1);
      assertThat(changed.<String>getAs("payload"))
          .isEqualTo("{\"customer\":1,\"email\":\"a\",\"score\":11}");
      assertThat(changed.<String>getAs("previous"))
          .isEqualTo("{\"customer\":1,\"email\":\"a\",\"score\":10}");
      assertThat(changed.getList(changed.fieldIndex("changed_fields"))).isEqualTo(List.of("score"));
      assertThat(changed.<String>getAs("destination_id")).isEqualTo("id-1");
      assertThat(changed.<String>getAs("basis")).isEqualTo("run-1");
      Row added = planned.get(KEY_3);
      assertThat(added.<String>getAs("basis")).isEmpty();
      assertThat(added.<Object>getAs("previous")).isNull();
      assertThat(added.<Object>getAs("changed_fields")).isNull();
      assertThat(changes.counts().unchanged()).isEqualTo(1);
      assertThat(changes.firstSync()).isFalse();
      assertThat(changes.cursor()).isEmpty();
    }
  }

  @Test
  void onlyMappedFieldsCountAsChange() {
    sync.spec = spec(List.of("email"), Set.of());
    sync.sync(source("(1, 'a', 10)"));

    assertThat(sync.sync(source("(1, 'a', 99)")).nothingToDo()).isTrue();
  }

  @Test
  void changedFieldsAreSentWithThoseThatIdentifyTheRecord() {
    sync.spec = spec(List.of("customer", "email", "score"), Set.of("email"));
    sync.send = Send.CHANGED;
    sync.sync(source("(1, 'a', 10)", "(2, 'b', 20)"));

    try (ChangeSet changes = sync.detect(source("(1, 'a', 11)", "(2, 'x', 20)", "(3, 'c', 1)"))) {
      Map<String, Row> planned = TestSync.byKey(changes.planned());
      Row score = planned.get(KEY_1);
      assertThat(score.<String>getAs("payload")).isEqualTo("{\"customer\":1,\"score\":11}");
      assertThat(score.<String>getAs("fields")).contains("\"email\":\"pii:");
      assertThat(sync.masking.open(score.getAs("sealed")))
          .isEqualTo("{\"customer\":1,\"score\":11}");
      Row email = planned.get(KEY_2);
      assertThat(email.<String>getAs("payload"))
          .startsWith("{\"customer\":2,\"email\":\"pii:")
          .doesNotContain("score");
      assertThat(sync.masking.open(email.getAs("sealed")))
          .isEqualTo("{\"customer\":2,\"email\":\"x\"}");
      Row added = planned.get(KEY_3);
      assertThat(added.<Object>getAs("fields")).as("a new record gets all fields").isNull();
      assertThat(sync.masking.open(added.getAs("sealed")))
          .isEqualTo("{\"customer\":3,\"email\":\"c\",\"score\":1}");
    }
  }

  @Test
  void identityFieldsOfTheDestinationTravelToo() {
    sync.send = Send.CHANGED;
    sync.identityFields = Set.of("email", "unmapped");
    sync.sync(source("(1, 'a', 10)"));

    try (ChangeSet changes = sync.detect(source("(1, 'a', 11)"))) {
      assertThat(TestSync.byKey(changes.planned()).get(KEY_1).<String>getAs("payload"))
          .isEqualTo("{\"customer\":1,\"email\":\"a\",\"score\":11}");
    }
  }

  @Tag("fault-38")
  @Test
  void keysThatAreNullOrNotUniqueBecomeInvalidAndAreNotDeleted() {
    sync.mode = Mode.MIRROR;
    sync.sync(source("(1, 'a', 10)", "(2, 'b', 20)", "(3, 'c', 30)"));

    Dataset<Row> broken =
        source(
            "(1, 'a', 10)",
            "(1, 'a', 10)",
            "(2, 'b', 20)",
            "(2, 'z', 0)",
            "(2, 'y', 0)",
            "(null, 'n', 1)",
            "(null, 'm', 2)",
            "(4, null, 4)");
    try (ChangeSet changes = sync.detect(broken)) {
      Map<String, Row> invalid = TestSync.byKey(changes.invalid());
      assertThat(invalid).containsOnlyKeys(KEY_1, KEY_2, "{\"id\":null}", "{\"id\":4}");
      assertThat(rule(invalid.get(KEY_1))).isEqualTo("duplicate_key");
      assertThat(invalid.get(KEY_2).<Long>getAs("source_rows")).isEqualTo(3);
      assertThat(rule(invalid.get("{\"id\":null}"))).isEqualTo("null_key");
      assertThat(invalid.get("{\"id\":null}").<Long>getAs("source_rows")).isEqualTo(2);
      assertThat(rule(invalid.get("{\"id\":4}"))).isEqualTo("required");
      Map<String, Row> planned = TestSync.byKey(changes.planned());
      assertThat(planned).as("only what left the source").containsOnlyKeys(KEY_3);
      assertThat(planned.get(KEY_3).<String>getAs("op")).isEqualTo("delete");
      Counts counts = changes.counts();
      assertThat(counts.source()).isEqualTo(8);
      assertThat(counts.invalid()).isEqualTo(4);
      assertThat(counts.invalidRows()).isEqualTo(8);
      assertThat(counts.deletesInferred()).isEqualTo(1);
      assertThat(counts.stateRows()).isEqualTo(3);
      assertBalanced(counts);
    }
  }

  @Tag("twin-38")
  @Test
  void aPlainJoinWouldPlanTwoChangesForOneKeyAndOneForNobody() {
    Dataset<Row> old = source("(1, 'a', 10)");
    Dataset<Row> broken = source("(1, 'x', 1)", "(1, 'y', 2)", "(null, 'n', 3)");

    List<Row> planned =
        broken
            .join(old, broken.col("id").equalTo(old.col("id")), "left_outer")
            .where(broken.col("email").notEqual(old.col("email")).or(old.col("id").isNull()))
            .select(broken.col("id"))
            .collectAsList();

    assertThat(planned).extracting(row -> row.get(0)).containsExactlyInAnyOrder(1, 1, null);
  }

  private static String rule(Row row) {
    return row.<Row>getList(row.fieldIndex("failures")).get(0).getAs("rule");
  }

  @Test
  void aDeleteCarriesTheIdAndWhatWasThere() {
    sync.mode = Mode.MIRROR;
    sync.sync(source("(1, 'a', 10)", "(2, 'b', 20)"));

    try (ChangeSet changes = sync.detect(source("(1, 'a', 10)"))) {
      Row delete = TestSync.byKey(changes.planned()).get(KEY_2);
      assertThat(delete.<String>getAs("op")).isEqualTo("delete");
      assertThat(delete.<Object>getAs("payload")).isNull();
      assertThat(delete.<Object>getAs("sealed")).isNull();
      assertThat(delete.<String>getAs("previous")).contains("\"email\":\"b\"");
      assertThat(delete.<String>getAs("destination_id")).isEqualTo("id-1");
      assertThat(delete.<Row>getAs("source_key").getInt(0)).isEqualTo(2);
      assertThat(delete.<Long>getAs("source_rows")).isZero();
      assertBalanced(changes.counts());
    }
  }

  @Test
  void aFilteredRunInfersNoDeletes() {
    sync.mode = Mode.MIRROR;
    sync.sync(source("(1, 'a', 10)", "(2, 'b', 20)"));
    Dataset<Row> now = source("(1, 'a', 11)", "(3, 'c', 30)");

    sync.where = "score < 20";
    try (ChangeSet changes = sync.detect(now)) {
      assertThat(TestSync.byKey(changes.planned())).containsOnlyKeys(KEY_1);
      assertThat(changes.counts().source()).isEqualTo(1);
      assertThat(changes.counts().sourceTotal()).isEqualTo(-1);
    }
    sync.where = null;
    sync.limit = 5L;
    try (ChangeSet changes = sync.detect(now)) {
      assertThat(TestSync.byKey(changes.planned())).containsOnlyKeys(KEY_1, KEY_3);
    }
  }

  @Test
  void aFilterThatIsNoPredicateIsRefused() {
    sync.where = "score + 1";
    assertThatThrownBy(() -> sync.detect(source("(1, 'a', 10)")))
        .hasMessage("where: this gives int; a filter is true or false");
    sync.where = "scor > 1";
    assertThatThrownBy(() -> sync.detect(source("(1, 'a', 10)"))).hasMessageStartingWith("where:");
  }

  @Test
  void aLimitPlansTheSameFirstOnesUntilAllAreThrough() {
    Dataset<Row> rows = source("(1, 'a', 1)", "(2, 'b', 2)", "(3, 'c', 3)", "(4, null, 4)");
    sync.limit = 2L;
    Set<String> first;
    try (ChangeSet changes = sync.detect(rows)) {
      first = Set.copyOf(TestSync.byKey(changes.planned()).keySet());
      assertThat(first).hasSize(2);
      assertThat(changes.counts().heldBack()).isEqualTo(1);
      assertThat(changes.counts().planned()).isEqualTo(Map.of("upsert", 2L));
      assertBalanced(changes.counts());
    }
    try (ChangeSet again = sync.detect(rows)) {
      assertThat(TestSync.byKey(again.planned()).keySet()).isEqualTo(first);
      again.counts();
      sync.settle(rows, again, key -> true);
    }
    assertThat(sync.sync(rows).plannedTotal()).isEqualTo(1);
    assertThat(sync.sync(rows).plannedTotal()).isZero();
  }

  @Test
  void openLettersHoldARowBackUntilItChangesOrIsRequeued() {
    Dataset<Row> rows = source("(1, 'a', 10)", "(2, null, 20)");
    long rejected;
    long invalid;
    try (ChangeSet changes = sync.detect(rows)) {
      rejected = TestSync.byKey(changes.planned()).get(KEY_1).getAs("row_hash");
      invalid = TestSync.byKey(changes.invalid()).get(KEY_2).getAs("row_hash");
    }
    sync.letters.add(new TestSync.Letter(KEY_1, rejected, "destination", "open"));
    sync.letters.add(new TestSync.Letter(KEY_2, invalid, "validation", "open"));
    try (ChangeSet changes = sync.detect(rows)) {
      assertThat(changes.counts().nothingToDo()).isTrue();
      assertThat(changes.counts().quarantined()).isEqualTo(2);
      assertBalanced(changes.counts());
      assertThat(changes.planned().isEmpty()).isTrue();
      assertThat(changes.invalid().isEmpty()).isTrue();
    }
    try (ChangeSet changes = sync.detect(source("(1, 'a', 11)", "(2, 'b', 20)"))) {
      assertThat(changes.counts().planned()).isEqualTo(Map.of("upsert", 2L));
    }
    sync.rules = List.of();
    try (ChangeSet changes = sync.detect(rows)) {
      assertThat(TestSync.byKey(changes.planned()))
          .as("a row that broke a rule passes once the rule is gone")
          .containsOnlyKeys(KEY_2);
    }
    sync.letters.set(0, new TestSync.Letter(KEY_1, rejected, "destination", "requeued"));
    try (ChangeSet changes = sync.detect(rows)) {
      assertThat(changes.counts().planned()).isEqualTo(Map.of("upsert", 2L));
    }
  }

  @Test
  void anInsertInDoubtIsHeldBackUntilAPersonDecidesEvenIfItsRowChanges() {
    sync.mode = Mode.INSERT;
    long sent;
    try (ChangeSet changes = sync.detect(source("(1, 'a', 10)"))) {
      sent = TestSync.byKey(changes.planned()).get(KEY_1).getAs("row_hash");
    }
    Dataset<Row> changed = source("(1, 'b', 11)");
    sync.letters.add(new TestSync.Letter(KEY_1, sent, "doubt", "open"));
    try (ChangeSet changes = sync.detect(changed)) {
      assertThat(changes.counts().quarantined()).isEqualTo(1);
      assertThat(changes.planned().isEmpty()).isTrue();
    }
    sync.letters.set(0, new TestSync.Letter(KEY_1, sent, "doubt", "requeued"));
    try (ChangeSet changes = sync.detect(changed)) {
      assertThat(changes.counts().planned()).isEqualTo(Map.of("insert", 1L));
    }
    sync.letters.set(0, new TestSync.Letter(KEY_1, sent, "destination", "open"));
    try (ChangeSet changes = sync.detect(changed)) {
      assertThat(changes.counts().planned())
          .as("what was refused was not created")
          .isEqualTo(Map.of("insert", 1L));
    }
    sync.mode = Mode.UPSERT;
    sync.letters.set(0, new TestSync.Letter(KEY_1, sent, "doubt", "open"));
    try (ChangeSet changes = sync.detect(changed)) {
      assertThat(changes.counts().planned())
          .as("an upsert creates nothing twice")
          .isEqualTo(Map.of("upsert", 1L));
    }
  }

  @Test
  void aFullRunSendsWhatDidNotChangeAsWell() {
    sync.send = Send.CHANGED;
    sync.sync(source("(1, 'a', 10)", "(2, 'b', 20)"));
    sync.full = true;
    try (ChangeSet changes = sync.detect(source("(1, 'a', 10)", "(2, 'b', 21)"))) {
      assertThat(changes.counts().planned()).isEqualTo(Map.of("upsert", 2L));
      assertThat(changes.planned().select("payload").collectAsList())
          .allSatisfy(row -> assertThat(row.getString(0)).contains("email", "score"));
    }
    sync.mode = Mode.APPEND;
    assertThat(sync.sync(source("(1, 'a', 10)", "(3, 'c', 1)")).planned())
        .as("what was created is not created again")
        .isEqualTo(Map.of("insert", 1L));
  }

  @Test
  void resyncSendsAllRowsUnderAnotherMapping() {
    sync.send = Send.CHANGED;
    sync.sync(source("(1, 'a', 10)", "(2, 'b', 20)"));
    sync.spec = spec(List.of("customer", "email", "score", "tier"), Set.of());
    try (ChangeSet changes = sync.detect(source("(1, 'a', 10)", "(2, 'b', 20)"))) {
      assertThat(changes.counts().planned()).isEqualTo(Map.of("upsert", 2L));
      assertThat(TestSync.byKey(changes.planned()).get(KEY_1).<String>getAs("payload"))
          .isEqualTo("{\"customer\":1,\"email\":\"a\",\"score\":10,\"tier\":null}");
    }
  }

  @Test
  void keepSendsOnlyWhereAFieldOfBothMappingsDiffers() {
    sync.onMappingChange = OnMappingChange.KEEP;
    sync.sync(source("(1, 'a', 10)", "(2, 'b', 20)", "(3, 'c', 30)"));
    sync.spec = spec(List.of("customer", "email", "tier", "score"), Set.of());
    try (ChangeSet changes =
        sync.detect(source("(1, 'a', 10)", "(2, 'b', 20)", "(3, 'c', 31)", "(4, 'd', 1)"))) {
      Map<String, Row> planned = TestSync.byKey(changes.planned());
      assertThat(planned).containsOnlyKeys(KEY_3, "{\"id\":4}");
      assertThat(planned.get(KEY_3).<String>getAs("payload"))
          .isEqualTo("{\"customer\":3,\"email\":\"c\",\"tier\":\"gold\",\"score\":31}");
      assertThat(changes.counts().unchanged()).isEqualTo(2);
      assertBalanced(changes.counts());
      sync.settle(source("(1, 'a', 10)"), changes, key -> true);
    }
    assertThat(sync.sync(source("(1, 'a', 10)", "(2, 'b', 20)", "(3, 'c', 31)", "(4, 'd', 1)")))
        .extracting(Counts::nothingToDo)
        .isEqualTo(true);
  }

  @Test
  void fieldsSendsAnAddedFieldAloneWhereItIsNotNull() {
    sync.onMappingChange = OnMappingChange.FIELDS;
    sync.sync(source("(1, 'a', 10)", "(2, 'b', 20)", "(3, 'c', 30)"));
    sync.spec = spec(List.of("customer", "email", "score", "tier"), Set.of());
    Dataset<Row> now = source("(1, 'a', 10)", "(2, 'b', 20)", "(3, 'c', 31)");
    try (ChangeSet changes = sync.detect(now)) {
      Map<String, Row> planned = TestSync.byKey(changes.planned());
      assertThat(planned).as("tier of 1 is null").containsOnlyKeys(KEY_2, KEY_3);
      assertThat(planned.get(KEY_2).<String>getAs("payload"))
          .isEqualTo("{\"customer\":2,\"tier\":\"gold\"}");
      assertThat(planned.get(KEY_3).<String>getAs("payload"))
          .isEqualTo("{\"customer\":3,\"email\":\"c\",\"score\":31,\"tier\":\"gold\"}");
      sync.settle(now, changes, key -> true);
    }
    assertThat(sync.sync(now).nothingToDo()).isTrue();
  }

  @Test
  void aKeyThatIsWidenedAtTheSourceIsStillFound() {
    sync.spec = spec(List.of("email", "score"), Set.of());
    sync.mode = Mode.MIRROR;
    sync.sync(source("(1, 'a', 10)", "(2, 'b', 20)"));
    Dataset<Row> wide = sourceOf("bigint", "(1, 'a', 11)", "(5000000000, 'x', 1)");

    assertThat(sync.sync(wide).planned())
        .as("one changed, one new, one gone")
        .isEqualTo(Map.of("upsert", 2L, "delete", 1L));
    assertThat(sync.sync(wide).nothingToDo()).isTrue();
    assertThatThrownBy(() -> sync.sync(source("(1, 'a', 11)")))
        .as("5000000000 is no int: its delete would name another record")
        .hasMessageContaining("key column id is INT in the source, and state has keys of BIGINT");
    sync.mode = Mode.UPSERT;
    assertThat(sync.sync(source("(1, 'a', 12)")).planned()).isEqualTo(Map.of("upsert", 1L));
  }

  @Test
  void aFirstSyncIsStoredBeforeItIsCounted() {
    Outbox outbox =
        new Outbox(TestSync.SPARK, new TableRef.ByPath(folder.resolve("outbox").toString()));
    Dataset<Row> rows = source("(1, 'a', 1)", "(2, 'b', 2)", "(2, 'b', 2)", "(3, null, 3)");
    try (ChangeSet changes = sync.detect(rows)) {
      assertThat(changes.firstSync()).isTrue();
      assertThat(changes.storeFirst()).isTrue();
      Counts stored = changes.store(outbox, "run-1");
      assertThat(stored.source()).isEqualTo(4);
      assertThat(stored.invalidRows()).isEqualTo(3);
      assertThat(stored.planned()).isEqualTo(Map.of("upsert", 1L));
      assertBalanced(stored);
    }
    try (ChangeSet changes = sync.detect(rows)) {
      Counts counted = changes.counts();
      assertBalanced(counted);
      assertThat(changes.store(outbox, "run-2")).isEqualTo(counted);
    }
    assertThat(outbox.of("run-1").count()).isEqualTo(3);
    assertThat(outbox.of("run-2").count()).isEqualTo(3);
  }

  @Test
  void anUnchangedRunCommitsNothing() {
    Outbox outbox =
        new Outbox(TestSync.SPARK, new TableRef.ByPath(folder.resolve("outbox").toString()));
    sync.sync(source("(1, 'a', 1)"));
    try (ChangeSet changes = sync.detect(source("(1, 'a', 1)"))) {
      assertThat(changes.store(outbox, "run-2").unchanged()).isEqualTo(1);
    }
    assertThat(outbox.exists()).isFalse();
  }

  @Test
  void theWayOfWorkingDependsOnSizesAndTheResultDoesNot() {
    sync.mode = Mode.MIRROR;
    sync.send = Send.CHANGED;
    sync.sync(source("(1, 'a', 10)", "(2, 'b', 20)", "(3, 'c', 30)", "(4, 'd', 40)"));
    Dataset<Row> now =
        source("(1, 'a', 10)", "(2, 'b', 21)", "(3, null, 30)", "(5, 'e', 1)", "(5, 'f', 2)");
    List<Detection.Sizes> sizes =
        List.of(
            Detection.Sizes.USUAL,
            new Detection.Sizes(0, 20_000, 500_000),
            new Detection.Sizes(0, 0, 0));
    for (int i = 0; i < sizes.size(); i++) {
      sync.detector = new SnapshotDiff(sizes.get(i));
      Outbox outbox =
          new Outbox(TestSync.SPARK, new TableRef.ByPath(folder.resolve("outbox").toString()));
      try (ChangeSet changes = sync.detect(now)) {
        assertThat(changes.storeFirst()).isEqualTo(i == 2);
        Counts counts = changes.store(outbox, "run-" + i);
        assertBalanced(counts);
        assertThat(counts.planned()).isEqualTo(Map.of("upsert", 1L, "delete", 1L));
        assertThat(counts.invalidRows()).isEqualTo(3);
        assertThat(counts.stateRows()).isEqualTo(4);
      }
      DfAssert.assertSameRows(
          outbox.of("run-0").drop("run_id", "planned_at"),
          outbox.of("run-" + i).drop("run_id", "planned_at"));
    }
  }

  @Test
  void aLookAtSomeRowsDoesNotBlurTheCounts() {
    try (ChangeSet changes = sync.detect(source("(1, 'a', 1)", "(2, 'b', 2)", "(3, 'c', 3)"))) {
      assertThat(changes.planned().takeAsList(1)).hasSize(1);
      assertThat(changes.counts().source()).isEqualTo(3);
      assertThat(changes.planned().takeAsList(1)).hasSize(1);
      assertThat(changes.counts().source()).isEqualTo(3);
    }
  }
}
