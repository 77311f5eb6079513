/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static io.backhaul.diff.change.CustomerRows.KEY_1;
import static io.backhaul.diff.change.CustomerRows.KEY_2;
import static io.backhaul.diff.change.CustomerRows.KEY_3;
import static io.backhaul.diff.change.CustomerRows.assertBalanced;
import static io.backhaul.diff.change.CustomerRows.source;
import static io.backhaul.diff.change.CustomerRows.sourceOf;
import static io.backhaul.diff.change.CustomerRows.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

/** What of a snapshot counts as a change, and what the outbox is told of it. */
class DetectionTest {

  @TempDir Path folder;
  private TestSync sync;

  @BeforeEach
  void aSyncOfCustomers() {
    sync = new TestSync(folder, spec(List.of("customer", "email", "score"), Set.of()));
    sync.rules = List.of(new FieldRule("email", new Rule.Required()));
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
