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

/** What is sent when the mapping has changed since: {@link OnMappingChange}. */
class MappingChangeTest {

  @TempDir Path folder;
  private TestSync sync;

  @BeforeEach
  void aSyncOfCustomers() {
    sync = new TestSync(folder, spec(List.of("customer", "email", "score"), Set.of()));
    sync.rules = List.of(new FieldRule("email", new Rule.Required()));
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
}
