/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.backhaul.diff.mapping.FieldMapping;
import io.backhaul.diff.mapping.Mapping;
import io.backhaul.diff.mapping.MappingSpec;
import io.backhaul.diff.testkit.SparkSessions;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ValidationTest {

  private static final SparkSession SPARK = SparkSessions.shared();

  /** A rule on a type; values that keep it and values that break it, as SQL. */
  private record Case(String type, Rule rule, List<String> good, List<String> bad) {}

  private static Case rule(String type, Rule rule, String good, String bad) {
    return new Case(type, rule, List.of(good.split(" ; ")), List.of(bad.split(" ; ")));
  }

  private static BigDecimal number(String digits) {
    return new BigDecimal(digits);
  }

  private static final List<Case> CASES =
      List.of(
          rule(
              "string",
              new Rule.Required(),
              "'a' ; ' a ' ; '\\u200b'",
              "null ; '' ; ' ' ; '\\t\\n' ; '\\u00a0'"),
          rule("bigint", new Rule.Required(), "0 ; -1", "null"),
          rule("array<string>", new Rule.Required(), "array()", "null"),
          rule(
              "string",
              new Rule.Email(),
              "null ; 'a@b' ; 'ada+x@mail.example.com' ; 'a.b@example.com' ; '!#$%@example.com'",
              "'' ; 'a' ; '@example.com' ; 'a@' ; 'a b@example.com' ; 'a@example..com' ; 'a@-x.com'"
                  + " ; 'a@example.com\\n"
                  + "' ; 'ä@example.com' ; concat('a@', repeat('a.', 500000), 'a')"),
          rule(
              "string",
              new Rule.Phone(null),
              "null ; '+49 30 901820' ; '+1 650-253-0000'",
              "'' ; '030 901820' ; '+49' ; 'call me' ; '+99912345' ; repeat('1', 100000)"),
          rule(
              "string",
              new Rule.Phone("US"),
              "null ; '(650) 253-0000' ; '+49 30 901820'",
              "'253-0000' ; 'x'"),
          rule(
              "string",
              new Rule.Regex("[A-Z]{2}|x"),
              "null ; 'DE' ; 'x'",
              "'' ; 'D' ; 'DEU' ; 'aDE' ; 'DE\\n' ; 'xx'"),
          rule("string", new Rule.Regex("(?x) a  # letter"), "'a'", "'b' ; 'a '"),
          rule("string", new Rule.Regex("(a+)+b"), "'aab'", "repeat('a', 200)"),
          rule(
              "string",
              new Rule.Regex("(a|b)*"),
              "'' ; 'abba'",
              "'c' ; concat(repeat('ab', 500000), 'c')"),
          rule("int", new Rule.Min(number("1.5")), "null ; 2 ; 2147483647", "1 ; 0 ; -2147483648"),
          rule(
              "bigint",
              new Rule.Max(number("9007199254740993")),
              "null ; 9007199254740993 ; 0",
              "9007199254740994"),
          rule("bigint", new Rule.Max(number("1e30")), "9223372036854775807", "null"),
          rule("tinyint", new Rule.Min(number("1000")), "null", "127"),
          rule(
              "decimal(38,18)",
              new Rule.Min(number("0.0000000000000000001")),
              "null ; 0.000000000000000001",
              "0 ; -1"),
          rule(
              "decimal(10,2)",
              new Rule.Max(number("12.345")),
              "null ; 12.34 ; -99999999.99",
              "12.35 ; 99999999.99"),
          rule(
              "double",
              new Rule.Min(number("0.1")),
              "null ; double('0.1') ; 1e300",
              "double('0.09999999999999999') ; -0.0D"),
          rule("float", new Rule.Max(number("0.5")), "null ; float('0.5')", "float('0.50001')"),
          rule("string", new Rule.MinLength(2), "null ; 'ab' ; '😀😀'", "'' ; 'a' ; '😀'"),
          rule(
              "string",
              new Rule.MaxLength(2),
              "null ; '' ; '😀😀'",
              "'abc' ; repeat('a', 1048576)"),
          rule(
              "string",
              new Rule.OneOf(List.of("a", "b'c")),
              "null ; 'a' ; \"b'c\"",
              "'' ; 'A' ; 'b' ; 'a '"),
          rule("boolean", new Rule.OneOf(List.of("true")), "null ; true", "false"),
          rule("int", new Rule.OneOf(List.of("1", "2")), "null ; 1", "3"),
          rule(
              "date",
              new Rule.NotBefore(LocalDate.of(1582, 10, 4)),
              "null ; date'1582-10-04' ; date'2024-01-01'",
              "date'1582-10-03' ; date'0001-01-01'"),
          rule(
              "date",
              new Rule.NotAfter(LocalDate.of(2024, 2, 29)),
              "null ; date'2024-02-29'",
              "date'2024-03-01'"),
          rule(
              "timestamp",
              new Rule.NotAfter(LocalDate.of(2024, 2, 29)),
              "null ; timestamp'2024-02-29T23:59:59.999999Z'",
              "timestamp'2024-03-01T00:00:00Z'"),
          rule(
              "timestamp",
              new Rule.NotBefore(LocalDate.of(2024, 2, 29)),
              "null ; timestamp'2024-02-29T00:00:00Z'",
              "timestamp'2024-02-28T23:59:59.999999Z'"),
          rule(
              "timestamp_ntz",
              new Rule.NotBefore(LocalDate.of(2024, 2, 29)),
              "null ; timestamp_ntz'2024-02-29 00:00:00'",
              "timestamp_ntz'2024-02-28 23:59:59'"));

  /** One column a case, one row a value, so that all cases are one job. */
  @Test
  void goodValuesPassAndBadValuesFailTheirRule() {
    List<FieldMapping> fields = new ArrayList<>();
    List<FieldRule> rules = new ArrayList<>();
    int rows = 1;
    for (int i = 0; i < CASES.size(); i++) {
      fields.add(new FieldMapping.FromColumn("f" + i, "f" + i));
      rules.add(new FieldRule("f" + i, CASES.get(i).rule()));
      rows = Math.max(rows, CASES.get(i).good().size() + CASES.get(i).bad().size());
    }
    StringBuilder query = new StringBuilder("SELECT id");
    for (int i = 0; i < CASES.size(); i++) {
      List<String> values = values(CASES.get(i));
      query.append(", CASE id");
      for (int v = 0; v < values.size(); v++) {
        query.append(" WHEN ").append(v).append(" THEN CAST(").append(values.get(v));
        query.append(" AS ").append(CASES.get(i).type()).append(")");
      }
      query.append(" END AS f").append(i);
    }
    Dataset<Row> source = SPARK.sql(query + " FROM range(" + rows + ")");
    Mapping mapping =
        Mapping.resolve(
            SPARK, new MappingSpec(List.of("id"), null, fields, Set.of()), rules, source.schema());

    TreeMap<String, Row> broken = new TreeMap<>();
    for (Row row : mapping.rendered(mapping.hashed(source), null).collectAsList()) {
      for (Row failure : row.<Row>getList(row.fieldIndex("failures"))) {
        String key = row.getStruct(row.fieldIndex("source_key")).get(0).toString();
        broken.put(failure.getString(0) + " row " + key, failure);
      }
    }

    for (int i = 0; i < CASES.size(); i++) {
      Case each = CASES.get(i);
      List<String> values = values(each);
      for (int v = 0; v < values.size(); v++) {
        Row failure = broken.get("f" + i + " row " + v);
        String what = each.rule() + " on " + each.type() + " " + values.get(v);
        if (v < each.good().size()) {
          assertThat(failure).as(what).isNull();
        } else if (!(values.get(v).equals("null") && !(each.rule() instanceof Rule.Required))) {
          assertThat(failure).as(what).isNotNull();
          assertThat(failure.getString(1)).isEqualTo(each.rule().wireName());
        }
      }
    }
  }

  private static List<String> values(Case each) {
    return Stream.concat(each.good().stream(), each.bad().stream()).toList();
  }

  @Test
  void anExpressionLooksAtTheSourceRowAndFailsOnFalseAndOnNull() {
    Dataset<Row> source =
        SPARK.sql(
            "SELECT * FROM VALUES (1, 5, 'x'), (2, -5, 'x'), (3, null, 'x') AS t(id, amount,"
                + " name)");
    Mapping mapping =
        Mapping.resolve(
            SPARK,
            new MappingSpec(
                List.of("id"),
                null,
                List.of(new FieldMapping.FromColumn("name", "name")),
                Set.of()),
            List.of(
                new FieldRule("name", new Rule.Expr("amount > 0")),
                new FieldRule("name", new Rule.MaxLength(0)),
                new FieldRule("name", new Rule.Expr("id < 3"))),
            source.schema());

    List<Row> rows = mapping.rendered(mapping.hashed(source), null).orderBy("key").collectAsList();

    assertThat(rows.get(0).schema().fieldNames()).doesNotContain("rule_inputs", "mapped");
    assertThat(rows)
        .extracting(
            r -> r.<Row>getList(r.fieldIndex("failures")).stream().map(f -> f.get(2)).toList())
        .containsExactly(
            List.of("is longer than 0 characters"),
            List.of("does not satisfy amount > 0", "is longer than 0 characters"),
            List.of(
                "does not satisfy amount > 0",
                "is longer than 0 characters",
                "does not satisfy id < 3"));
  }

  static Stream<Arguments> misfits() {
    return Stream.of(
        Arguments.of(
            new Rule.Regex("(a"), "STRING", "not a Java regular expression: Unclosed group"),
        Arguments.of(new Rule.Phone("UK"), "STRING", "not a region"),
        Arguments.of(new Rule.Min(BigDecimal.ONE), "STRING", "min needs a number"),
        Arguments.of(new Rule.Email(), "BIGINT", "email needs a text"),
        Arguments.of(new Rule.MaxLength(3), "ARRAY<STRING>", "max_length needs a text"),
        Arguments.of(new Rule.NotAfter(LocalDate.EPOCH), "STRING", "a date or timestamp"),
        Arguments.of(new Rule.OneOf(List.of("1")), "DOUBLE", "enum needs a text"),
        Arguments.of(new Rule.OneOf(List.of()), "STRING", "lists no value"));
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void aRuleThatCannotWorkIsFoundBeforeAnyRowIsRead(Rule rule, String type, String problem) {
    assertThat(RuleFit.misfit(rule, org.apache.spark.sql.types.DataType.fromDDL(type)))
        .hasValueSatisfying(m -> assertThat(m.problem()).contains(problem));
  }

  @Test
  void messagesHoldTheRuleAndNeverTheValue() {
    assertThat(CASES)
        .allSatisfy(
            each -> assertThat(RuleText.message(each.rule())).isNotBlank().doesNotContain("null"));
    assertThat(IntStream.range(0, CASES.size()).mapToObj(i -> CASES.get(i).rule().wireName()))
        .contains("required", "email", "phone", "regex", "min", "max", "min_length", "max_length")
        .contains("enum", "not_before", "not_after");
  }
}
