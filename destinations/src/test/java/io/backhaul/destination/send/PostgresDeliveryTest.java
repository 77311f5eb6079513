/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.destination.Change;
import io.backhaul.destination.Destination;
import io.backhaul.destination.Op;
import io.backhaul.destination.database.PostgresBed;
import io.backhaul.destination.testkit.Cable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sender and a real PostgreSQL: what it holds in the end is what was sent. */
class PostgresDeliveryTest {

  private static final int ROWS = 20_000;

  @BeforeEach
  void table() {
    PostgresBed.execute(
        "DROP TABLE IF EXISTS contacts",
        "CREATE TABLE contacts (id int PRIMARY KEY, name text, age int CHECK (age < 200))");
  }

  /** Every 400th is too old for the table. */
  private static Change upsert(int id, String name) {
    int age = id % 400 == 7 ? 900 : id % 90;
    String fields = "{\"name\":\"%s\",\"age\":%d}".formatted(name, age);
    String key = "{\"id\":" + id + "}";
    return new Change(key, Op.UPSERT, fields, null, Objects.hash(fields, key), "");
  }

  private static Change delete(int id) {
    return new Change("{\"id\":" + id + "}", Op.DELETE, null, null, id, "");
  }

  private static String digest() {
    return PostgresBed.rows("SELECT md5(string_agg(t::text, ';' ORDER BY id)) FROM contacts t")
        .get(0);
  }

  @Test
  void fiftyBadRowsOfTwentyThousandAreRejectedByNameAndTheOthersArrive() throws Exception {
    Bench bench = new Bench().inFlight(4);
    try (Destination destination = PostgresBed.open()) {
      List<Change> first =
          IntStream.range(0, ROWS).mapToObj(id -> upsert(id, "Person " + id)).toList();
      assertThat(bench.send(destination, first).ending()).isEqualTo(Ending.DRAINED);
      assertThat(bench.log.counts())
          .containsEntry(Outcome.APPLIED, ROWS - 50)
          .containsEntry(Outcome.REJECTED, 50);
      assertThat(bench.log.of(first.get(7)).code()).isEqualTo("23514");

      Bench later = new Bench();
      List<Change> changed = new ArrayList<>();
      IntStream.range(0, 200).forEach(n -> changed.add(upsert(n * 100, "Renamed " + n)));
      IntStream.range(0, 10).forEach(n -> changed.add(delete(n * 100 + 1)));
      assertThat(later.send(destination, changed).ending()).isEqualTo(Ending.DRAINED);
      assertThat(later.log.counts()).containsExactly(Map.entry(Outcome.APPLIED, 210));
    }
    String held = digest();
    PostgresBed.execute(
        "TRUNCATE contacts",
        "INSERT INTO contacts SELECT i, CASE WHEN i % 100 = 0 THEN 'Renamed ' || i / 100 ELSE"
            + " 'Person ' || i END, i % 90 FROM generate_series(0, 19999) i WHERE i % 400 <> 7 AND"
            + " NOT (i % 100 = 1 AND i < 1000)");
    assertThat(held).isEqualTo(digest());
  }

  @Test
  void insertsWhoseCommitGetsNoAnswerStandThereOnce() throws Exception {
    try (Cable cable = new Cable(PostgresBed.port());
        Destination destination = PostgresBed.open(PostgresBed.properties(cable.port()))) {
      List<Change> inserts =
          IntStream.range(0, 500)
              .mapToObj(
                  id -> new Change("{\"id\":" + id + "}", Op.INSERT, "{\"age\":1}", null, id, ""))
              .toList();
      cable.cutAt("COMMIT\u0000", Cable.Cut.AFTER, false);
      Bench bench = new Bench();
      bench.send(destination, inserts);
      assertThat(bench.log.counts()).containsExactly(Map.entry(Outcome.APPLIED, 500));
    }
    assertThat(PostgresBed.rows("SELECT count(*) FROM contacts")).containsExactly("500");
  }
}
