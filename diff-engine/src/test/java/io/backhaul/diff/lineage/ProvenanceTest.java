/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.testkit.SparkSessions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables are made empty: nothing here reads a row. */
class ProvenanceTest {

  private static final SparkSession SPARK = SparkSessions.shared();

  @BeforeAll
  static void tables() {
    SPARK.sql("CREATE DATABASE provenance");
    SPARK.sql("CREATE TABLE provenance.people (id INT, email STRING, city STRING) USING parquet");
    SPARK.sql("CREATE TABLE provenance.visits (person INT, seen TIMESTAMP) USING delta");
    SPARK.sql(
        "CREATE VIEW provenance.mails AS SELECT id AS person, lower(email) AS mail"
            + " FROM provenance.people");
  }

  @AfterAll
  static void noTables() {
    SPARK.sql("DROP DATABASE provenance CASCADE");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT * FROM people | city=people.city email=people.email id=people.id",
        "SELECT id AS a, 1 AS one, concat(upper(email), city) AS b FROM people WHERE id > 3"
            + " | a=people.id b=people.city,people.email one=",
        "SELECT * FROM mails | mail=people.email person=people.id",
        "SELECT p.city, max(v.seen) AS last FROM people p JOIN visits v ON p.id = v.person"
            + " GROUP BY p.city | city=people.city last=visits.seen",
        "SELECT a.city, b.city AS other FROM people a CROSS JOIN people b"
            + " | city=people.city other=people.city",
        "SELECT id, email FROM people UNION ALL SELECT person, city FROM visits, people"
            + " | email=people.city,people.email id=people.id,visits.person",
        "SELECT 1 AS x UNION ALL SELECT id FROM people | x=people.id",
        "WITH m AS (SELECT id AS i, email FROM people) SELECT i, email e FROM m WHERE i = 1"
            + " | e=people.email i=people.id",
        "WITH m AS (SELECT id AS i FROM people) SELECT x.i, y.i AS j FROM m x JOIN m y"
            + " ON x.i = y.i | i=people.id j=people.id",
        "SELECT (SELECT max(seen) FROM visits) AS newest, id FROM people"
            + " | id=people.id newest=visits.seen",
        "SELECT id, row_number() OVER (PARTITION BY city ORDER BY email) AS n FROM people"
            + " | id=people.id n=people.city,people.email",
        "SELECT word, id FROM people LATERAL VIEW explode(split(email, '@')) AS word"
            + " | id=people.id word=people.email",
        "SELECT id FROM people EXCEPT SELECT person FROM visits | id=people.id",
        "SELECT * FROM VALUES (1, 'a') AS t(n, s) WHERE n > 0 | n= s=",
      })
  void aColumnIsFollowedDownToTheTables(String query, String expected) {
    assertThat(columns(inSchema(query))).isEqualTo(expected.strip());
  }

  @Test
  void aTableOfTheCatalogHasItsNameAndItsLocation() {
    List<ReadTable> tables =
        Provenance.of(inSchema("SELECT seen FROM visits JOIN people ON id = person")).tables();

    assertThat(tables)
        .extracting(table -> String.join(".", table.name()))
        .containsExactly("spark_catalog.provenance.visits", "spark_catalog.provenance.people");
    assertThat(tables)
        .extracting(ReadTable::location)
        .allSatisfy(location -> assertThat(location).startsWith("file:/"))
        .satisfiesExactly(
            visits -> assertThat(visits).endsWith("provenance.db/visits"),
            people -> assertThat(people).endsWith("provenance.db/people"));
  }

  @Test
  void filesHaveALocationAndNoName(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("a.csv");
    Files.writeString(file, "id,name\n1,x\n");
    Files.writeString(folder.resolve("b.csv"), "id,name\n1,x\n");
    Dataset<Row> one = SPARK.read().schema("id INT, name STRING").csv(file.toString());
    Dataset<Row> two =
        SPARK
            .read()
            .schema("id INT, name STRING")
            .csv(file.toString(), folder.resolve("b.csv").toString());

    assertThat(Provenance.of(one).tables())
        .singleElement()
        .satisfies(
            table -> {
              assertThat(table.name()).isEmpty();
              assertThat(table.location()).startsWith("file:/").endsWith(file.toString());
            });
    assertThat(Provenance.of(two).tables())
        .as("which of them, only the source's file says")
        .containsExactly(new ReadTable(List.of(), null));
    assertThat(Provenance.of(two).tables().get(0).known()).isFalse();
    assertThat(Provenance.of(one.toDF("a", "b")).columns().get("b"))
        .extracting(TableColumn::column)
        .containsExactly("name");
  }

  private static Dataset<Row> inSchema(String query) {
    String before = SPARK.catalog().currentDatabase();
    SPARK.catalog().setCurrentDatabase("provenance");
    try {
      return SPARK.sql(query);
    } finally {
      SPARK.catalog().setCurrentDatabase(before);
    }
  }

  private static String columns(Dataset<Row> rows) {
    Map<String, List<TableColumn>> columns = Provenance.of(rows).columns();
    return columns.keySet().stream()
        .sorted()
        .map(
            name ->
                name
                    + "="
                    + columns.get(name).stream()
                        .map(from -> from.table().name().get(2) + "." + from.column())
                        .collect(Collectors.toCollection(TreeSet::new))
                        .stream()
                        .collect(Collectors.joining(",")))
        .collect(Collectors.joining(" "));
  }
}
