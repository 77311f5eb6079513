/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.change;

import static io.backhaul.diff.change.PushdownBed.run;
import static io.backhaul.diff.change.PushdownBed.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.mapping.MappingSpec;
import io.backhaul.diff.source.SnapshotSource;
import io.backhaul.diff.testkit.SharedPostgres;
import io.backhaul.diff.validation.FieldRule;
import io.backhaul.diff.validation.Rule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hash pushdown against the comparison of whole rows, over random edits of a PostgreSQL table. */
class PushdownSamenessTest {

  private static final MappingSpec ACCOUNTS =
      new MappingSpec(
          List.of("region", "id"),
          null,
          List.of(
              new FieldMapping.FromColumn("name", "name"),
              new FieldMapping.FromColumn("note", "note"),
              new FieldMapping.FromColumn("amount", "amount"),
              new FieldMapping.FromExpression("half", "ratio / 2"),
              new FieldMapping.FromColumn("seen", "seen"),
              new FieldMapping.FromColumn("day", "day"),
              new FieldMapping.FromColumn("active", "active"),
              new FieldMapping.FromColumn("ref", "ref"),
              new FieldMapping.FromColumn("tags", "tags")),
          Set.of("note"));

  /** A column of the table and values that are easily taken for each other. */
  private static final Map<String, List<String>> VALUES =
      new TreeMap<>(
          Map.of(
              "name", List.of("NULL", "'a'", "'-'", "'1:a'", "'ünï'", "'a '", "'A'"),
              "note", List.of("NULL", "''", "'a'", "'-'", "'1:a'", "'0:'", "'a '"),
              "amount", List.of("NULL", "0", "1", "1.0", "1.00", "-1", "1.000001"),
              "ratio", List.of("NULL", "0", "-0.0", "1", "'NaN'", "0.1", "0.30000000000000004"),
              "seen",
                  List.of(
                      "NULL",
                      "'2024-03-31 01:30:00+00'",
                      "'2024-03-31 01:30:00+01'",
                      "'2024-03-31 01:30:00.000001+00'"),
              "day", List.of("NULL", "'2024-02-29'", "'1900-01-01'"),
              "active", List.of("NULL", "true", "false"),
              "ref", List.of("NULL", "md5('1')::uuid", "md5('2')::uuid"),
              "tags", List.of("NULL", "'{}'", "'{NULL}'", "'{a,b}'", "'{\"a,b\"}'"),
              "unmapped", List.of("NULL", "1", "2")));

  @TempDir Path folder;

  @BeforeEach
  void aTable() {
    SharedPostgres.run(
        "DROP TABLE IF EXISTS accounts",
        "CREATE TABLE accounts (region VARCHAR(8), id INT, name TEXT, note TEXT, amount NUMERIC,"
            + " ratio FLOAT8, seen TIMESTAMPTZ, day DATE, active BOOLEAN, ref UUID, tags TEXT[],"
            + " unmapped INT)");
  }

  /** New, changed, rewritten, repeated and removed rows; keys with nulls in them, too. */
  private static void edit(Random random, int keys, double share) {
    List<String> statements = new ArrayList<>();
    for (int id = 0; id < keys; id++) {
      for (String region : List.of("EU", "", "NULL")) {
        if (random.nextDouble() >= (region.equals("NULL") ? share / 10 : share)) {
          continue;
        }
        String key = region.equals("NULL") ? "NULL" : "'" + region + "'";
        statements.add(
            "DELETE FROM accounts WHERE region IS NOT DISTINCT FROM " + key + " AND id = " + id);
        int copies =
            switch (random.nextInt(10)) {
              case 0 -> 0;
              case 1 -> 2;
              default -> 1;
            };
        String values =
            VALUES.values().stream()
                .map(of -> of.get(random.nextInt(of.size())))
                .collect(Collectors.joining(", "));
        String insert =
            "INSERT INTO accounts (region, id, %s) VALUES (%s, %d, %s)"
                .formatted(String.join(", ", VALUES.keySet()), key, id, values);
        for (int copy = 0; copy < copies; copy++) {
          statements.add(insert);
        }
      }
    }
    SharedPostgres.run(statements.toArray(String[]::new));
  }

  @Tag("faults") // takes minutes
  @ParameterizedTest
  @EnumSource(names = {"UPSERT", "MIRROR", "INSERT"})
  void theSameIsFoundAsByComparingWholeRows(Mode mode) {
    PushdownBed bed = new PushdownBed(folder);
    Random random = new Random(mode.name().hashCode());
    TestSync whole = bed.sync("whole", ACCOUNTS, mode);
    TestSync pushed = bed.sync("pushed", ACCOUNTS, mode);
    pushed.detector =
        new PushdownDiff(bed.memory("pushed"), 1); // whatever differs is looked for by key
    SnapshotSource source = source("accounts", "id");
    List<FieldRule> rules = List.of(new FieldRule("name", new Rule.Required()));
    whole.rules = rules;
    pushed.rules = rules;
    int planned = 0;
    for (int round = 0; round < 4; round++) {
      edit(random, 40, round == 0 ? 0.9 : 0.15);
      int salt = random.nextInt();
      Predicate<String> applies = key -> Math.floorMod(key.hashCode() * 31 + salt, 7) > 1;
      Predicate<String> rejects = key -> Math.floorMod(key.hashCode() * 31 + salt, 7) == 0;
      if (round == 3) {
        for (TestSync sync : List.of(whole, pushed)) {
          sync.letters.replaceAll(
              l -> new TestSync.Letter(l.key(), l.rowHash(), l.stage(), "requeued"));
        }
      }

      PushdownBed.Found expected = run(whole, source, applies, rejects, true);
      PushdownBed.Found found = run(pushed, source, applies, rejects, round != 1);

      String place = mode + ", round " + round;
      assertThat(found.planned()).as(place).isEqualTo(expected.planned());
      assertThat(found.invalid()).as(place).isEqualTo(expected.invalid());
      assertThat(found.counts()).as(place).isEqualTo(expected.counts());
      assertThat(bed.memory("pushed").exists(TestSync.SPARK)).isEqualTo(mode != Mode.INSERT);
      planned += found.planned().size();
    }
    assertThat(planned).as("not a vacuous history").isGreaterThan(50);
    assertThat(pushed.stateRows()).hasSameSizeAs(whole.stateRows());
  }
}
