/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.backhaul.diff.testkit.SparkSessions;
import io.backhaul.diff.validation.FieldRule;
import io.backhaul.diff.validation.Rule;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MappingTest {

  private static final SparkSession SPARK = SparkSessions.shared();

  private static final Dataset<Row> CUSTOMERS =
      SPARK.sql(
          "SELECT * FROM VALUES (17L, 'EU', 'ada@example.com', 'Ada', 'Lovelace',"
              + " TIMESTAMP'2024-02-29T12:00:00Z'), (18L, 'US', null, 'Alan', null, null) AS"
              + " t(customer_id, region, email, first_name, last_name, updated_at)");

  private static MappingSpec spec(Set<String> pii) {
    return new MappingSpec(
        List.of("customer_id", "region"),
        "updated_at",
        List.of(
            new FieldMapping.FromColumn("email", "EMAIL"),
            new FieldMapping.FromExpression("full_name", "concat_ws(' ', first_name, last_name)"),
            new FieldMapping.Constant("origin", "warehouse")),
        pii);
  }

  private static List<Row> rendered(Mapping mapping, Masking masking) {
    return mapping.rendered(mapping.hashed(CUSTOMERS), masking).orderBy("key").collectAsList();
  }

  @Test
  void aFieldIsMadeOfTheColumnsThatItTakes() {
    MappingSpec spec =
        new MappingSpec(
            List.of("customer_id"),
            null,
            List.of(
                new FieldMapping.FromColumn("mail", "EMAIL"),
                new FieldMapping.FromExpression("name", "concat(last_name, first_name, last_name)"),
                new FieldMapping.FromExpression("hashed", "sha2(lower(email), 256)"),
                new FieldMapping.FromExpression("masked", "mask(first_name)"),
                new FieldMapping.FromExpression("half", "concat(md5(email), region)"),
                new FieldMapping.FromExpression("nothing", "md5('a')"),
                new FieldMapping.Constant("origin", "warehouse")),
            Set.of());
    Mapping mapping = Mapping.resolve(SPARK, spec, List.of(), CUSTOMERS.schema());

    assertThat(mapping.origins(spec, CUSTOMERS))
        .containsExactly(
            new FieldOrigin("mail", List.of("email"), true, false),
            new FieldOrigin("name", List.of("first_name", "last_name"), false, false),
            new FieldOrigin("hashed", List.of("email"), false, true),
            new FieldOrigin("masked", List.of("first_name"), false, true),
            new FieldOrigin("half", List.of("region", "email"), false, false),
            new FieldOrigin("nothing", List.of(), false, false),
            new FieldOrigin("origin", List.of(), false, false));
  }

  @Test
  void aRowBecomesAKeyAHashAndFields() {
    Mapping mapping = Mapping.resolve(SPARK, spec(Set.of()), List.of(), CUSTOMERS.schema());

    Dataset<Row> hashed = mapping.hashed(CUSTOMERS);
    assertThat(hashed.columns())
        .containsExactly("source_key", "row_hash", "mapped", "source_updated_at");
    List<Row> rows = rendered(mapping, null);

    assertThat(rows.get(0).<String>getAs("key"))
        .isEqualTo("{\"customer_id\":17,\"region\":\"EU\"}");
    assertThat(rows.get(0).<String>getAs("fields"))
        .isEqualTo(
            "{\"email\":\"ada@example.com\",\"full_name\":\"Ada"
                + " Lovelace\",\"origin\":\"warehouse\"}");
    assertThat(rows.get(1).<String>getAs("fields"))
        .isEqualTo("{\"email\":null,\"full_name\":\"Alan\",\"origin\":\"warehouse\"}");
    assertThat(rows.get(0).<Object>getAs("sealed")).isNull();
    assertThat(rows.get(0).getList(rows.get(0).fieldIndex("failures"))).isEmpty();
    assertThat(mapping.keySchema().simpleString())
        .isEqualTo("struct<customer_id:bigint,region:string>");
  }

  @Test
  void personalFieldsAreStoredAsPseudonymsAndComeBackFromTheSeal() {
    Mapping mapping =
        Mapping.resolve(SPARK, spec(Set.of("email", "full_name")), List.of(), CUSTOMERS.schema());
    Masking masking = Masking.random();

    List<Row> rows = rendered(mapping, masking);

    assertThat(rows.get(0).<String>getAs("fields"))
        .isEqualTo(
            "{\"email\":\"%s\",\"full_name\":\"%s\",\"origin\":\"warehouse\"}"
                .formatted(
                    masking.pseudonym("ada@example.com"), masking.pseudonym("Ada Lovelace")));
    assertThat(masking.open(rows.get(0).getAs("sealed")))
        .isEqualTo(
            "{\"email\":\"ada@example.com\",\"full_name\":\"Ada"
                + " Lovelace\",\"origin\":\"warehouse\"}");
    assertThat(rows.get(1).<String>getAs("fields")).startsWith("{\"email\":null,");
  }

  @Test
  void everyProblemIsToldAtOnceWithTheNearestName() {
    MappingSpec wrong =
        new MappingSpec(
            List.of("custmer_id"),
            "updatedat",
            List.of(
                new FieldMapping.FromColumn("email", "emial"),
                new FieldMapping.FromColumn("name", "first_name")),
            Set.of("e_mail"));

    assertThatThrownBy(
            () ->
                Mapping.resolve(
                    SPARK,
                    wrong,
                    List.of(new FieldRule("nam", new Rule.Required())),
                    CUSTOMERS.schema()))
        .isInstanceOfSatisfying(
            MappingException.class,
            e ->
                assertThat(e.problems())
                    .extracting(MappingProblem::path, p -> p.candidates().get(0))
                    .containsExactlyInAnyOrder(
                        tuple("key", "customer_id"),
                        tuple("updated_at", "updated_at"),
                        tuple("mapping.email", "email"),
                        tuple("pii", "email"),
                        tuple("validate.nam", "name")));
  }

  private static List<String> problems(
      String schema, List<String> key, String updatedAt, String pii, FieldMapping... fields) {
    MappingSpec spec =
        new MappingSpec(key, updatedAt, List.of(fields), pii == null ? Set.of() : Set.of(pii));
    try {
      Mapping.resolve(SPARK, spec, List.of(), StructType.fromDDL(schema));
      return List.of();
    } catch (MappingException e) {
      return e.problems().stream().map(MappingProblem::toString).toList();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id DOUBLE | does not identify a row",
        "id ARRAY<INT> | does not identify a row",
        "id STRUCT<a: INT> | does not identify a row",
        "other INT | no column `id`"
      })
  void aKeyIsAValueThatCanIdentifyARow(String schema, String problem) {
    assertThat(problems(schema, List.of("id"), null, null, new FieldMapping.Constant("x", "y")))
        .singleElement()
        .asString()
        .startsWith("key: ")
        .contains(problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "STRING",
        "TINYINT",
        "BIGINT",
        "DECIMAL(38,0)",
        "DATE",
        "TIMESTAMP",
        "TIMESTAMP_NTZ",
        "BOOLEAN",
        "BINARY"
      })
  void everyPlainTypeButFloatingPointIsAKey(String type) {
    assertThat(
            problems("id " + type, List.of("id"), null, null, new FieldMapping.Constant("x", "y")))
        .isEmpty();
  }

  @Test
  void keysThatWouldNotFitATableOrWouldShowAPersonalValueAreRefused() {
    String schema = "id INT, `the name` STRING, address STRUCT<zip: STRING>, email STRING";
    FieldMapping email = new FieldMapping.FromColumn("mail", "EMAIL");

    assertThat(problems(schema, List.of("id", "ID"), null, null, email))
        .allMatch(p -> p.contains("is named twice"))
        .hasSize(2);
    assertThat(problems(schema, List.of("the name", "address.zip"), null, null, email))
        .allMatch(p -> p.contains("has no plain name"))
        .hasSize(2);
    assertThat(problems(schema, List.of("email"), null, "mail", email))
        .singleElement()
        .asString()
        .contains("keys stand in clear");
    assertThat(problems(schema, List.of("email"), null, null, email)).isEmpty();
  }

  @Test
  void fieldsThatCannotBeSentOrToldApartAreRefused() {
    String schema = "id INT, span INTERVAL DAY TO SECOND, m MAP<ARRAY<INT>, INT>";

    assertThat(
            problems(
                schema,
                List.of("id"),
                "id",
                null,
                new FieldMapping.FromColumn("span", "span"),
                new FieldMapping.FromColumn("m", "m"),
                new FieldMapping.FromExpression("bad", "max(id)"),
                new FieldMapping.FromColumn("twice", "id"),
                new FieldMapping.FromColumn("Twice", "id"),
                new FieldMapping.FromColumn("same", "id"),
                new FieldMapping.FromColumn("same", "id")))
        .satisfiesExactly(
            p -> assertThat(p).contains("updated_at: ", "use a timestamp or date column"),
            p -> assertThat(p).contains("mapping.span: ", "has no form in JSON"),
            p -> assertThat(p).contains("mapping.m: ", "has no form in JSON"),
            p -> assertThat(p).contains("mapping.bad: ", "`max` aggregates rows"),
            p -> assertThat(p).contains("mapping.Twice: ", "only by case"),
            p -> assertThat(p).contains("mapping.same: ", "mapped twice"));
  }

  @Test
  void rulesThatCannotWorkAreProblemsOfTheMapping() {
    List<FieldRule> rules =
        List.of(
            new FieldRule("email", new Rule.Min(BigDecimal.ONE)),
            new FieldRule("email", new Rule.Regex("(")),
            new FieldRule("email", new Rule.Expr("frist_name IS NOT NULL")),
            new FieldRule("email", new Rule.Expr("first_name")));

    assertThatThrownBy(() -> Mapping.resolve(SPARK, spec(Set.of()), rules, CUSTOMERS.schema()))
        .isInstanceOfSatisfying(
            MappingException.class,
            e -> {
              assertThat(e.problems())
                  .extracting(MappingProblem::path)
                  .containsOnly("validate.email")
                  .hasSize(4);
              assertThat(e)
                  .hasMessageContaining("min needs a number")
                  .hasMessageContaining("not a Java regular expression")
                  .hasMessageContaining("did you mean first_name")
                  .hasMessageContaining("a rule is true or false");
            });
  }

  @Test
  void aFieldOfAStructIsAColumnToo() {
    Dataset<Row> source =
        SPARK.sql("SELECT 1 AS id, named_struct('City', 'Turin') AS address, 'x' AS `address.zip`");
    Mapping mapping =
        Mapping.resolve(
            SPARK,
            new MappingSpec(
                List.of("id"),
                null,
                List.of(
                    new FieldMapping.FromColumn("city", "address.city"),
                    new FieldMapping.FromColumn("zip", "address.zip")),
                Set.of()),
            List.of(),
            source.schema());

    assertThat(mapping.rendered(mapping.hashed(source), null).first().<String>getAs("fields"))
        .isEqualTo("{\"city\":\"Turin\",\"zip\":\"x\"}");
  }

  @Test
  void updatedAtIsReadAsUtcWhateverTheSessionsZoneIs() {
    Dataset<Row> source =
        SPARK.sql(
            "SELECT 1 AS id, timestamp'2024-02-29T12:00:00Z' AS a,"
                + " timestamp_ntz'2024-02-29 12:00:00' AS b, date'2024-02-29' AS c");
    SPARK.conf().set("spark.sql.session.timeZone", "America/New_York");
    try {
      for (String column : List.of("a", "b", "c")) {
        Mapping mapping =
            Mapping.resolve(
                SPARK,
                new MappingSpec(
                    List.of("id"), column, List.of(new FieldMapping.Constant("x", 1L)), Set.of()),
                List.of(),
                source.schema());
        assertThat(
                mapping
                    .hashed(source)
                    .selectExpr("unix_seconds(source_updated_at)")
                    .first()
                    .getLong(0))
            .as(column)
            .isEqualTo(
                Instant.parse(column.equals("c") ? "2024-02-29T00:00:00Z" : "2024-02-29T12:00:00Z")
                    .getEpochSecond());
      }
    } finally {
      SPARK.conf().set("spark.sql.session.timeZone", "UTC");
    }
  }

  @Test
  void theFingerprintChangesWithWhatAHashRestsOnAndWithNothingElse() {
    String base = fingerprint("id INT, a INT NOT NULL", new FieldMapping.FromColumn("x", "a"));

    assertThat(base)
        .matches("[0-9a-f]{32}")
        .isEqualTo(fingerprint("id INT, a INT, b INT", new FieldMapping.FromColumn("x", "a")));
    assertThat(
            List.of(
                base,
                fingerprint("id INT, a BIGINT", new FieldMapping.FromColumn("x", "a")),
                fingerprint("id INT, a INT", new FieldMapping.FromColumn("y", "a")),
                fingerprint("id INT, a INT", new FieldMapping.FromColumn("x", "id")),
                fingerprint("id INT, a INT", new FieldMapping.FromExpression("x", "a")),
                fingerprint("id INT, a INT", new FieldMapping.Constant("x", "a")),
                fingerprint(
                    "id INT, a INT",
                    new FieldMapping.FromColumn("x", "a"),
                    new FieldMapping.Constant("y", null))))
        .doesNotHaveDuplicates();
  }

  private static String fingerprint(String schema, FieldMapping... fields) {
    return Mapping.resolve(
            SPARK,
            new MappingSpec(List.of("id"), null, List.of(fields), Set.of()),
            List.of(new FieldRule(fields[0].field(), new Rule.Required())),
            StructType.fromDDL(schema))
        .fingerprint();
  }
}
