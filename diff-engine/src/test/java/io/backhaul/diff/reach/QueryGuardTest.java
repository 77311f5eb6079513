/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.reach;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No session is started here: a query is judged before there is one. */
@Tag("platform")
class QueryGuardTest {

  private static final Reach MALLORY = Reaches.of("/warehouse/mallory", "s3a://mallory-*/x");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id, upper(name) FROM mallory.customers WHERE amount > 10 ORDER BY id LIMIT 5",
        "SELECT * FROM main.mallory.customers c JOIN main.shared.countries USING (country)",
        "SELECT * FROM spark_catalog.mallory.customers",
        "SELECT * FROM MALLORY.`Customers` TABLESAMPLE (10 PERCENT)",
        "WITH a AS (SELECT 1 AS id), b AS (SELECT * FROM a) SELECT * FROM b UNION SELECT * FROM a",
        "SELECT (SELECT max(id) FROM mallory.t) AS m, e FROM mallory.t LATERAL VIEW explode(xs) AS"
            + " e",
        "SELECT * FROM range(10) EXCEPT SELECT id FROM VALUES (1), (2) AS v(id)",
        "SELECT row_number() OVER (PARTITION BY a ORDER BY b) FROM mallory.t WINDOW w AS (ORDER BY"
            + " b)",
        "SELECT * FROM mallory.t VERSION AS OF 3",
        "SELECT my_score(id), main.mallory.score(id) FROM mallory.t",
        "SELECT a, count(*) FROM mallory.t GROUP BY ROLLUP (a) HAVING count(*) > 1",
        "SELECT * FROM mallory.t PIVOT (sum(x) FOR y IN (1, 2))",
        "SELECT * FROM parquet.`/warehouse/mallory/t`",
        "SELECT * FROM delta.`s3a://mallory-eu/x/t`",
        "SELECT current_date() - 30 AS since",
        "SELECT user FROM mallory.t"
      })
  void aQueryOverTheTenantsOwnIsLetThrough(String query) {
    assertThat(QueryGuard.refusal(query, MALLORY)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT * FROM acme.customers | spark_catalog.acme.customers",
        "SELECT * FROM customers | spark_catalog.default.customers",
        "SELECT * FROM main.acme.customers | main.acme.customers",
        "SELECT * FROM main.mallory2.customers | main.mallory2.customers",
        "SELECT * FROM spark_catalog.acme.customers | spark_catalog.acme.customers",
        "SELECT * FROM global_temp.customers | global_temp.customers",
        "SELECT * FROM `mallory.customers` | spark_catalog.default.mallory.customers",
        "SELECT * FROM mallory.t WHERE id IN (SELECT id FROM acme.t) | acme.t",
        "SELECT * FROM mallory.t WHERE EXISTS (SELECT 1 FROM acme.t) | acme.t",
        "SELECT (SELECT max(id) FROM acme.t) | acme.t",
        "SELECT * FROM (SELECT * FROM (SELECT * FROM acme.t)) | acme.t",
        "SELECT * FROM mallory.t JOIN LATERAL (SELECT * FROM acme.t) | acme.t",
        "SELECT * FROM mallory.t UNION ALL SELECT * FROM acme.t | acme.t",
        "SELECT * FROM mallory.t INTERSECT SELECT * FROM acme.t | acme.t",
        "SELECT * FROM mallory.t ORDER BY (SELECT max(id) FROM acme.t) | acme.t",
        "SELECT transform(array(1), x -> x + (SELECT max(id) FROM acme.t)) | acme.t",
        "WITH a AS (SELECT * FROM acme.t) SELECT * FROM a | acme.t",
        "WITH a AS (WITH b AS (SELECT * FROM acme.t) SELECT * FROM b) SELECT * FROM a | acme.t",
        "SELECT * FROM (WITH secret AS (SELECT 1) SELECT * FROM secret), secret | default.secret",
        "WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a | default.b",
        "WITH secret AS (SELECT * FROM secret) SELECT * FROM secret | default.secret",
        "WITH t AS (SELECT 1) SELECT * FROM acme.t | acme.t",
        "SELECT * FROM acme.t VERSION AS OF 1 | acme.t",
        "SELECT * FROM acme.t TIMESTAMP AS OF '2026-01-01' | acme.t",
        "SELECT * FROM mallory.`/warehouse/acme/t` | reads",
        "TABLE acme.t | acme.t",
        "SELECT * FROM mallory.t, LATERAL (TABLE acme.t) | acme.t",
        "FROM acme.t SELECT * | acme.t",
        "SELECT * FROM parquet.`/warehouse/acme/t` | files by their path",
        "SELECT * FROM PARQUET.`/warehouse/mallory/../acme/t` | files by their path",
        "SELECT * FROM delta.`/warehouse/acme/t` | files by their path",
        "SELECT * FROM spark_catalog.delta.`/warehouse/acme/t` | files by their path",
        "SELECT * FROM csv.`/etc/passwd` | files by their path",
        "SELECT * FROM text.`file:/etc/passwd` | files by their path",
        "SELECT * FROM binaryFile.`/warehouse/mallory2` | files by their path",
        "SELECT * FROM json.`warehouse/acme` | files by their path",
        "SELECT * FROM parquet.`/warehouse/mallory/{x,../../acme}/t` | files by their path",
        "SELECT * FROM parquet.`/warehouse/mallory/\\.\\./acme/t` | files by their path",
        "SELECT * FROM parquet.`s3a://acme/x` | files by their path",
        "SELECT * FROM `org.apache.spark.sql.parquet`.`/warehouse/acme/t` | reads",
        "SELECT * FROM jdbc.`x` | spark_catalog.jdbc.x",
        "SELECT reflect('java.lang.System', 'getenv', 'HOME') | reflect",
        "SELECT upper(JAVA_METHOD('java.lang.System', 'getenv', 'HOME')) | JAVA_METHOD",
        "SELECT try_reflect('java.lang.System', 'getenv', 'HOME') | try_reflect",
        "SELECT transform(xs, x -> reflect('a', 'b')) FROM mallory.t | reflect",
        "SELECT * FROM mallory.t JOIN mallory.u ON reflect('a', 'b') = 1 | reflect",
        "SELECT * FROM mallory.t LATERAL VIEW explode(array(reflect('a', 'b'))) AS e | reflect",
        "SELECT sum(x) FILTER (WHERE reflect('a', 'b') = 1) FROM mallory.t | reflect",
        "SELECT input_file_name() FROM mallory.t | input_file_name",
        "SELECT current_user() | current_user",
        "SELECT session_user() | session_user",
        "SELECT current_database() | current_database",
        "SELECT version() | version",
        "SELECT secret('a', 'b') | secret",
        "SELECT from_avro(x, '\"string\"', map('avroSchemaUrl', '/etc/passwd')) | from_avro",
        "SELECT ai_query('a', 'b') | ai_query",
        "SELECT acme_udf(1) | acme_udf",
        "SELECT acme.score(1) | acme.score",
        "SELECT spark_catalog.default.reflect('a', 'b') | reflect",
        "SELECT * FROM read_files('/warehouse/acme') | read_files",
        "SELECT * FROM table_changes('acme.t', 1) | table_changes",
        "SELECT * FROM mallory.t LATERAL VIEW acme_udtf(x) AS y | acme_udtf",
        "SELECT * FROM IDENTIFIER(concat('acme.', 't')) | IDENTIFIER",
        "SELECT IDENTIFIER(concat('ref', 'lect'))('java.lang.System', 'getenv') | IDENTIFIER",
        "SELECT TRANSFORM(x) USING 'cat' AS (y STRING) FROM mallory.t | not",
        "SELECT '${system:user.home}' | fills in",
        "SELECT '${spark.hadoop.fs.s3a.secret.key}' | fills in"
      })
  void aQueryThatReachesOutIsRefusedByName(String query, String named) {
    assertThat(QueryGuard.refusal(query, MALLORY)).get().asString().contains(named);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET spark.sql.ansi.enabled = true",
        "ADD JAR evil.jar",
        "CREATE TEMPORARY FUNCTION f AS 'evil'",
        "CREATE TABLE t AS SELECT 1",
        "INSERT INTO mallory.t VALUES (1)",
        "FROM mallory.t INSERT INTO mallory.u SELECT * INSERT INTO mallory.v SELECT *",
        "WITH a AS (SELECT 1) INSERT INTO mallory.t SELECT * FROM a",
        "INSERT OVERWRITE DIRECTORY '/tmp/x' USING parquet SELECT 1",
        "DESCRIBE acme.t",
        "SHOW TABLES IN acme",
        "EXPLAIN SELECT * FROM acme.t",
        "USE acme",
        "CACHE TABLE x AS SELECT * FROM acme.t",
        "EXECUTE IMMEDIATE 'SELECT 1'",
        "CALL acme.rollback(1)",
        "BEGIN DROP TABLE mallory.t; END",
        "MERGE INTO mallory.t USING mallory.u ON t.id = u.id WHEN MATCHED THEN DELETE",
        "SELECT 1; DROP TABLE mallory.t",
        "SELEC 1",
        ""
      })
  void whatIsNoQueryIsRefusedWithAndWithoutTenants(String statement) {
    assertThat(QueryGuard.refusal(statement, MALLORY)).isPresent();
    assertThat(QueryGuard.refusal(statement, null)).isPresent();
  }

  @Test
  void whoIsAloneIsHinderedOnlyByWhatRunsCode() {
    assertThat(QueryGuard.refusal("SELECT my_udf(x), current_user() FROM a.t", null)).isEmpty();
    assertThat(QueryGuard.refusal("SELECT * FROM parquet.`/x`, read_files('/y')", null)).isEmpty();
    assertThat(QueryGuard.refusal("SELECT reflect('a', 'b')", null)).isPresent();
    assertThat(QueryGuard.refusal("SELECT '${env:HOME}'", null)).isPresent();
  }

  @Test
  void everyRefusalSaysWhereToAllowIt() {
    assertThat(QueryGuard.refusal("SELECT * FROM acme.t", MALLORY))
        .contains(
            "reads spark_catalog.acme.t, and the tenant mallory may not read it; allow it under"
                + " allow.catalogs in conf/tenants/mallory.yaml");
    assertThat(QueryGuard.refusal("SELECT acme_udf(1)", MALLORY).orElseThrow())
        .endsWith("allow it under allow.functions in conf/tenants/mallory.yaml");
  }

  @Test
  void nestingWithoutEndIsAnAnswerToo() {
    String deep = "SELECT " + "(".repeat(50_000) + "1" + ")".repeat(50_000);

    assertThat(QueryGuard.refusal(deep, MALLORY)).isPresent();
  }

  @Test
  void aTablesNameIsMadeFullSoThatNoSessionMistakesIt() {
    assertThat(QueryGuard.tableRefusal("mallory.t", MALLORY)).isEmpty();
    assertThat(QueryGuard.fullName("mallory.t")).isEqualTo("`spark_catalog`.`mallory`.`t`");
    assertThat(QueryGuard.fullName("main.mallory.`a.b`")).isEqualTo("`main`.`mallory`.`a.b`");
    assertThat(QueryGuard.tableRefusal("t", MALLORY)).isPresent();
    assertThat(QueryGuard.tableRefusal("delta.`/warehouse/acme/t`", MALLORY)).isPresent();
    assertThat(QueryGuard.tableRefusal("mallory.t; DROP TABLE x", MALLORY)).isPresent();
  }
}
