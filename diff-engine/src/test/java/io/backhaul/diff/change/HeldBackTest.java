/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static io.backhaul.diff.change.CustomerRows.KEY_1;
import static io.backhaul.diff.change.CustomerRows.KEY_2;
import static io.backhaul.diff.change.CustomerRows.assertBalanced;
import static io.backhaul.diff.change.CustomerRows.source;
import static io.backhaul.diff.change.CustomerRows.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.validation.FieldRule;
import io.backhaul.diff.validation.Rule;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that changed and wait all the same: beyond a limit, or for a letter. */
class HeldBackTest {

  @TempDir Path folder;
  private TestSync sync;

  @BeforeEach
  void aSyncOfCustomers() {
    sync = new TestSync(folder, spec(List.of("customer", "email", "score"), Set.of()));
    sync.rules = List.of(new FieldRule("email", new Rule.Required()));
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
}
